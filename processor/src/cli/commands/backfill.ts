import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { buildApp } from '../../app.ts'
import type { App } from '../../app.ts'
import type { Config, SinkConfig } from '../../config/schema.ts'
import { ConfigError, PicketError, UsageError } from '../../errors.ts'
import { systemClock } from '../../pipeline/types.ts'
import { csvPieces } from '../../report/csv.ts'
import { jsonPieces } from '../../report/json.ts'
import { narrowReport } from '../../report/narrow.ts'
import { textPieces } from '../../report/text.ts'
import { createLogger } from '../../telemetry/log.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { CliIo } from '../io.ts'
import {
  addDetectionOptions,
  addReportOptions,
  examples,
  globalOptions,
  mayColor,
  timeArgument,
} from '../options.ts'
import type { DetectionOptions, Format } from '../options.ts'
import { Output } from '../output.ts'
import { loadSettings } from '../settings.ts'
import { abortOf, filesOf } from './run.ts'

interface BackfillOptions extends DetectionOptions {
  /** ms since 1970. */
  readonly from: number
  readonly to: number
  readonly format: Format
  readonly top?: number
}

/** How often is looked whether the sinks have taken everything. */
const DRAIN_POLL_MS = 100

/** `picket backfill`: the detection of `run` over a stretch of Loki's history, once. */
export function backfillCommand(io: CliIo): Command {
  const command = new Command('backfill')
    .summary("detect over a stretch of Loki's history and write the detections back")
    .description(
      'Reads a stretch of history from the configured Loki inputs, writes the detections back at the time they happened, with the label origin="backfill", and prints the report. Repeating it changes nothing.',
    )
    .requiredOption('--from <time>', 'begin of the stretch', timeArgument)
    .requiredOption('--to <time>', 'end of the stretch, not included', timeArgument)
  addDetectionOptions(command)
  addReportOptions(command)
  examples(
    command,
    'picket backfill --from 2026-01-01 --to 2026-02-01',
    'picket backfill --from 2026-01-31T06:00:00Z --to 2026-01-31T12:00:00Z --format json',
  )
  return command.action(async (options: BackfillOptions) => {
    if (options.to <= options.from)
      throw new UsageError('--to is not after --from: expected a stretch of time')
    if (options.to > Date.now())
      throw new UsageError('--to is in the future: expected a stretch of history')
    const { logLevel, color } = globalOptions(command)
    const { config } = await loadSettings(options, io, { require: true })
    const logger = createLogger({ level: logLevel, stream: io.stderr })
    const stateDir = await mkdtemp(join(tmpdir(), 'picket-backfill-'))
    try {
      const app = await buildApp(historyOf({ ...config, stateDir }, options, logger), {
        logger,
        env: io.env,
        retain: true,
        isQuiet: true,
        reference: options.now === undefined ? undefined : Math.floor(options.now / 1000),
        loadFiles: (current) => filesOf(current, io),
      })
      await readThrough(app, io.stopped)
      const report = narrowReport(app.report(), { top: options.top })
      const output = new Output(io.stdout)
      if (options.format === 'json') await output.writeAll(jsonPieces(report))
      else if (options.format === 'csv') await output.writeAll(csvPieces(report))
      else
        await output.writeAll(
          textPieces(report, {
            color: mayColor(io.stdout, io, { color }),
            top: options.top,
            summary: false,
          }),
        )
    } finally {
      await rm(stateDir, { recursive: true, force: true })
    }
  })
}

/** The same configuration, reading the stretch and nothing else, and writing only where a repeat has no effect. */
function historyOf(config: Config, { from, to }: BackfillOptions, logger: Logger): Config {
  const sources = config.sources.flatMap((source) =>
    source.type === 'loki'
      ? [
          {
            ...source,
            start: new Date(from).toISOString(),
            end: new Date(to).toISOString(),
            tail: false,
          },
        ]
      : [],
  )
  if (sources.length === 0)
    throw new ConfigError([
      {
        path: 'sources',
        message: 'no input of type loki: backfill reads history, which only Loki keeps',
      },
    ])
  const sinks = config.sinks.flatMap((sink): SinkConfig[] => {
    if (sink.type === 'loki') return [{ ...sink, origin: 'backfill' }]
    return sink.type === 'grafana' ? [sink] : []
  })
  const left = [...config.sources, ...config.sinks]
    .map(({ name }) => name)
    .filter((name) => ![...sources, ...sinks].some((kept) => kept.name === name))
  if (left.length > 0)
    logger.info(
      { components: left },
      'Left out: a backfill reads from Loki and writes to Loki and Grafana.',
    )
  return { ...config, sources, sinks }
}

/** To the end of the stretch, and until every sink has everything. Throws if it was stopped before. */
async function readThrough(app: App, stopped: AbortSignal): Promise<void> {
  await app.start()
  try {
    await Promise.race([abortOf(stopped), app.finished])
    while (!stopped.aborted && app.undelivered > 0) await systemClock.sleep(DRAIN_POLL_MS, stopped)
    if (stopped.aborted)
      throw new PicketError(
        'PICKET_STOPPED',
        'stopped before the end of the stretch; run it again, repeating it changes nothing',
      )
  } finally {
    await app.stop()
  }
}
