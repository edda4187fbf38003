import { Command, Option } from 'commander'
import { LineReader } from '../../core/packet.ts'
import type { Packet } from '../../core/packet.ts'
import { parserOptions } from '../../core/parse/index.ts'
import { csvLine, DEFAULT_CSV_FIELDS, pickFields, resolveFields } from '../packet-fields.ts'
import type { CliIo } from '../io.ts'
import { openInputs } from '../log-inputs.ts'
import { addDetectionOptions, examples } from '../options.ts'
import type { DetectionOptions } from '../options.ts'
import { Output } from '../output.ts'
import { loadOfflineSettings } from '../settings.ts'

interface ParseOptions extends DetectionOptions {
  readonly format: 'json' | 'csv'
  readonly fields?: string
}

const WRITE_AT = 65_536

/** `picket parse`: what Picket reads in each line. */
export function parseCommand(io: CliIo): Command {
  const command = new Command('parse')
    .summary('print each line of a log as a packet, JSON or CSV')
    .description(
      'Prints what Picket reads in each line: one JSON object a line, also for lines that are no packet or are damaged.\n' +
        'With --format csv, as psad --CSV, only packets are printed. Without a file, or for -, stdin is read.',
    )
    .argument('[file]', 'log file, also .gz or .zst')
  addDetectionOptions(command)
    .option('--fields <names>', 'only these fields, separated by commas')
    .addOption(
      new Option('--format <format>', 'what to print').choices(['json', 'csv']).default('json'),
    )
  examples(
    command,
    'picket parse /var/log/ufw.log',
    'picket parse --fields src,dst,dpt firewall.log.gz',
    'picket parse --format csv - < firewall.log',
  )
  return command.action(async (file: string | undefined, options: ParseOptions) => {
    const isCsv = options.format === 'csv'
    const fields = resolveFields(options.fields, isCsv ? DEFAULT_CSV_FIELDS : undefined)
    const { engine } = await loadOfflineSettings(options, io)
    const inputs = await openInputs(file === undefined ? [] : [file], io, {
      now: options.now,
      command: 'parse',
    })
    const reader = new LineReader(parserOptions(engine), engine.where)
    const psad = engine.profile === 'psad'
    const isUsed = (packet: Packet): boolean =>
      engine.ignore.ackAndRst === false ||
      !(packet.flags ?? []).some((flag) => /^(?:ACK|RST)$/.test(flag))
    const output = new Output(io.stdout)
    try {
      for (const input of inputs.inputs) {
        for (let batch = await input.next(); batch !== undefined; batch = await input.next()) {
          for (let line = 0; line < batch.count; line++) {
            const parsed = reader.read(batch, line)
            if (isCsv && fields !== undefined) {
              if (parsed.result === 'packet' && (!psad || isUsed(parsed)))
                output.write(csvLine(parsed, fields, psad))
            } else {
              const shown =
                parsed.result === 'packet' && fields !== undefined
                  ? pickFields(parsed, fields)
                  : parsed
              output.write(`${JSON.stringify(shown)}\n`)
            }
            if ((line & 0xff) === 0) await output.flush(WRITE_AT)
          }
          await output.flush(WRITE_AT)
        }
      }
      await output.flush()
    } finally {
      await inputs.close()
    }
  })
}
