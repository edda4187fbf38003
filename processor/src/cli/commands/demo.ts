import { Writable } from 'node:stream'
import { Command } from 'commander'
import { startDemo } from '../../app/demo.ts'
import type { Demo } from '../../app/demo.ts'
import { systemClock } from '../../pipeline/types.ts'
import type { Report } from '../../core/index.ts'
import { csvPieces } from '../../report/csv.ts'
import { jsonPieces } from '../../report/json.ts'
import { narrowReport } from '../../report/narrow.ts'
import { textPieces } from '../../report/text.ts'
import { createLogger } from '../../telemetry/log.ts'
import type { CliIo } from '../io.ts'
import {
  addReportOptions,
  countArgument,
  durationArgument,
  examples,
  globalOptions,
  mayColor,
} from '../options.ts'
import type { Format } from '../options.ts'
import { Output } from '../output.ts'
import { demoProgress, demoSummary, Screen } from './demo-screen.ts'
import type { DemoFacts } from './demo-screen.ts'
import { filesOf } from './run.ts'

interface DemoCommandOptions {
  /** ms; undefined: until it is stopped. */
  readonly for?: number
  readonly rate: number
  readonly seed: number
  readonly format: Format
  readonly top?: number
}

const DRAW_MS = 1000
const PROGRESS_MS = 5000

/** `picket demo`: the whole loop on one machine, with nothing installed. */
export function demoCommand(io: CliIo): Command {
  const command = new Command('demo')
    .summary('see the whole loop work on this machine, with nothing installed')
    .description(
      'Runs an embedded Loki, simulated attackers that push firewall lines into it, and the processor that reads them back, detects and writes the detections there. Prints what it finds until it is stopped, then the report.',
    )
    .option('--for <duration>', 'end by itself after this time, as in 30s or 5m', durationArgument)
    .option('--rate <n>', 'lines of background noise a second', countArgument, 20)
    .option('--seed <n>', 'another number, other traffic', countArgument, 1)
  addReportOptions(command)
  examples(
    command,
    'picket demo',
    'picket demo --for 30s --format json > report.json',
    'picket demo --rate 500 --seed 7',
  )
  return command.action(async (options: DemoCommandOptions) => {
    const { logLevel, color } = globalOptions(command)
    const screen = io.stdout.isTTY === true ? new Screen(io.stdout) : undefined
    const logger = createLogger({
      // On a terminal the summary says what goes well.
      level: screen !== undefined && logLevel === 'info' ? 'warn' : logLevel,
      stream: screen === undefined ? io.stderr : besideScreen(io.stderr, screen),
    })
    const { stopped } = io
    const demo = await startDemo({
      seed: options.seed,
      rate: Math.max(1, options.rate),
      logger,
      loadFiles: (config) => filesOf(config, io),
    })
    try {
      const report = await watch(demo, {
        io,
        options,
        screen,
        color: mayColor(io.stdout, io, { color }),
        stopped,
      })
      await print(report, options, io, color)
    } finally {
      await demo.close()
    }
  })
}

interface Watching {
  readonly io: CliIo
  readonly options: DemoCommandOptions
  readonly screen: Screen | undefined
  readonly color: boolean
  readonly stopped: AbortSignal
}

/** Shows what happens until the time is over or somebody stops it; then the last report. */
async function watch(
  demo: Demo,
  { io, options, screen, color, stopped }: Watching,
): Promise<Report> {
  const began = systemClock.now()
  const livePage = `${demo.picketUrl}/`
  let hadPanel = demo.hasPanel()
  const addresses = [
    ['live page', livePage],
    ['metrics', `${demo.picketUrl}/metrics`],
    ['report', `${demo.picketUrl}/api/v1/report`],
    ['Loki', `${demo.storeUrl} (lines {job="firewall"}, detections {job="picket"})`],
  ] as const
  const facts = (): DemoFacts => ({
    seconds: Math.round((systemClock.now() - began) / 1000),
    stats: demo.stats(),
    detections: demo.detections(),
    addresses,
  })
  const announcePanel = (): void => {
    if (hadPanel || !demo.hasPanel()) return
    hadPanel = true
    screen?.clear()
    io.stderr.write(`The Grafana panel is built: reload ${livePage}\n`)
  }
  if (screen === undefined)
    for (const [what, address] of addresses) io.stderr.write(`${what.padEnd(10)} ${address}\n`)
  const over = new AbortController()
  const either = AbortSignal.any([stopped, over.signal])
  const timer = options.for === undefined ? undefined : setTimeout(() => over.abort(), options.for)
  try {
    const drawing = (async () => {
      while (!either.aborted) {
        announcePanel()
        if (screen === undefined) await systemClock.sleep(PROGRESS_MS, either)
        else screen.draw(demoSummary(facts(), color))
        if (screen === undefined) io.stderr.write(`${demoProgress(facts())}\n`)
        else await systemClock.sleep(DRAW_MS, either)
      }
    })()
    await Promise.race([drawing, demo.failed])
  } finally {
    clearTimeout(timer)
    over.abort()
    screen?.clear()
  }
  return demo.finish()
}

async function print(
  report: Report,
  { format, top }: DemoCommandOptions,
  io: CliIo,
  color: boolean,
): Promise<void> {
  const output = new Output(io.stdout)
  const narrowed = narrowReport(report, { top })
  if (format === 'json') await output.writeAll(jsonPieces(narrowed))
  else if (format === 'csv') await output.writeAll(csvPieces(narrowed))
  else
    await output.writeAll(textPieces(narrowed, { color: mayColor(io.stdout, io, { color }), top }))
}

/** Log lines take the place of the summary, which is drawn again behind them. */
function besideScreen(stream: CliIo['stderr'], screen: Screen): Writable & { isTTY?: boolean } {
  const beside = new Writable({
    write(chunk: Buffer, _, done) {
      screen.clear()
      stream.write(chunk, () => done())
    },
  })
  return Object.assign(beside, { isTTY: stream.isTTY === true })
}
