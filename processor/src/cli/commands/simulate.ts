import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Clock } from '../../pipeline/types.ts'
import { systemClock } from '../../pipeline/types.ts'
import { createSimulator } from '../../simulator/index.ts'
import { sizeBytes } from '../../store/logql/units.ts'
import { BoundedFile } from '../bounded-file.ts'
import type { CliIo } from '../io.ts'
import { countArgument, durationArgument, examples } from '../options.ts'
import { Output } from '../output.ts'

interface SimulateOptions {
  readonly out?: string
  readonly rate: number
  readonly seed: number
  /** ms; undefined: until it is stopped. */
  readonly for?: number
  readonly maxSize: number
}

/** How often lines are written. */
const EVERY_MS = 200
const SMALLEST_FILE = 64 * 1024
const DEFAULT_FILE = 64 * 1024 * 1024

/** `picket simulate`: the demo's firewalls alone, as a log that a shipper can follow. */
export function simulateCommand(io: CliIo, clock: Clock = systemClock): Command {
  const command = new Command('simulate')
    .summary('write the lines of simulated firewalls under attack, for trying a shipper')
    .description(
      'Writes what three simulated firewalls log, attackers and background noise as in the demo, line by line as time passes: to standard output, or to a file that a shipper follows. All addresses are from the ranges that are set aside for documentation and tests.',
    )
    .option('--out <file>', 'append to this file (default: standard output)')
    .option('--rate <n>', 'lines of background noise a second', rateArgument, 20)
    .option('--seed <n>', 'another number, other traffic', countArgument, 1)
    .option('--for <duration>', 'end by itself after this time, as in 30s or 5m', durationArgument)
    .addOption(
      new Option(
        '--max-size <size>',
        'size at which the file is renamed to FILE.1, over an older one, and begun anew',
      )
        .argParser(sizeArgument)
        .default(DEFAULT_FILE, '64MiB'),
    )
  examples(
    command,
    'picket simulate --for 10s | picket analyze -',
    'picket simulate --out /var/log/firewall/firewall.log --rate 100 --max-size 16MiB',
  )
  return command.action((options: SimulateOptions) => simulate(options, io, clock))
}

async function simulate(
  { out, rate, seed, maxSize, for: forMs }: SimulateOptions,
  io: CliIo,
  clock: Clock,
): Promise<void> {
  const { stopped } = io
  const write = out === undefined ? toStdout(io) : toFile(resolve(io.cwd, out), maxSize)
  const start = clock.now()
  const end = start + (forMs ?? Infinity)
  const simulator = createSimulator({ seed, rate, start })
  for (;;) {
    const now = Math.min(clock.now(), end)
    await write(simulator.next(now).map(({ line }) => line))
    if (now >= end || stopped.aborted) return
    await clock.sleep(Math.min(EVERY_MS, end - now), stopped)
  }
}

type Write = (lines: readonly string[]) => Promise<void>

function toStdout(io: CliIo): Write {
  const output = new Output(io.stdout)
  return async (lines) => {
    for (const line of lines) output.write(`${line}\n`)
    await output.flush()
  }
}

function toFile(path: string, maxBytes: number): Write {
  const file = new BoundedFile(path, maxBytes)
  return (lines) => file.append(lines)
}

function rateArgument(value: string): number {
  const rate = countArgument(value)
  if (rate === 0) throw new InvalidArgumentError('Expected a whole number, 1 or more.')
  return rate
}

function sizeArgument(value: string): number {
  const bytes = sizeBytes(value)
  if (bytes === undefined || bytes < SMALLEST_FILE)
    throw new InvalidArgumentError('Expected a size of 64KiB or more, as in 16MiB.')
  return bytes
}
