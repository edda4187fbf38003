import { Command } from 'commander'
import { withFiles } from '../../config/engine-options.ts'
import { createEngine } from '../../core/index.ts'
import { csvPieces } from '../../report/csv.ts'
import { jsonPieces } from '../../report/json.ts'
import { narrowReport } from '../../report/narrow.ts'
import { textPieces } from '../../report/text.ts'
import { analyzeInputs } from '../analyze-inputs.ts'
import type { CliIo } from '../io.ts'
import { openInputs } from '../log-inputs.ts'
import {
  addDetectionOptions,
  addNarrowingOptions,
  addReportOptions,
  examples,
  globalOptions,
  mayColor,
} from '../options.ts'
import type { DetectionOptions, Format, NarrowingOptions } from '../options.ts'
import { Output } from '../output.ts'
import { createProgress } from '../progress.ts'
import { loadFiles } from '../files.ts'
import { loadOfflineSettings } from '../settings.ts'

interface AnalyzeOptions extends DetectionOptions, NarrowingOptions {
  readonly format: Format
  readonly top?: number
  readonly all?: boolean
  readonly detections?: boolean
}

/** Detections are written out when there is this much of them. */
const WRITE_AT = 65_536

/** `picket analyze`: reads to the end and reports. */
export function analyzeCommand(io: CliIo): Command {
  const command = new Command('analyze')
    .summary('report who scanned, from log files or stdin')
    .description(
      'Reads firewall logs to their end and reports who scanned, what was asked for and how bad it is.\n' +
        'Files may be compressed (.gz, .zst); several are merged by time. Without a file, or for -, stdin is read.',
    )
    .argument('[file...]', 'log files')
  addDetectionOptions(command)
  addReportOptions(addNarrowingOptions(command))
    .option('--all', 'report every source, not only attackers')
    .option('--detections', 'print the detection events as JSON lines instead of a report')
  examples(
    command,
    'picket analyze /var/log/ufw.log',
    'picket analyze /var/log/kern.log* --home-net 192.168.0.0/16 --top 10',
    'journalctl -k | picket analyze --format json',
    'picket analyze --profile psad iptables.log.gz --detections',
  )
  return command.action(async (files: readonly string[], options: AnalyzeOptions) => {
    const { engine: settings, files: named, lengths } = await loadOfflineSettings(options, io)
    const inputs = await openInputs(files, io, { now: options.now, command: 'analyze' })
    const progress = await createProgress(io, inputs.totalBytes)
    const output = new Output(io.stdout)
    try {
      const engine = createEngine({
        ...withFiles(settings, await loadFiles(named, settings, io)),
        retain: true,
      })
      await analyzeInputs(
        engine,
        inputs.inputs,
        options.detections === true
          ? (detection) => output.write(`${JSON.stringify(detection)}\n`)
          : undefined,
        async () => {
          progress.update({ read: inputs.readBytes(), total: inputs.totalBytes })
          await output.flush(WRITE_AT)
        },
      )
      progress.stop()
      if (options.detections === true) {
        await output.flush()
        return
      }
      const report = narrowReport(
        engine.report({ all: options.all === true, generatedAt: new Date().toISOString() }),
        { top: options.top, source: options.ip, dangerLevel: options.danger },
      )
      const shown = options.summary === true ? { ...report, sources: [] } : report
      const color = mayColor(io.stdout, io, globalOptions(command))
      await output.writeAll(
        options.format === 'json'
          ? jsonPieces(shown)
          : options.format === 'csv'
            ? csvPieces(report)
            : textPieces(shown, {
                color,
                top: options.top,
                lengths,
                summary: options.summary === true,
              }),
      )
    } finally {
      progress.stop()
      await inputs.close()
    }
  })
}
