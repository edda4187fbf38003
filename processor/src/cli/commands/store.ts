import { resolve } from 'node:path'
import { Command } from 'commander'
import { UsageError } from '../../errors.ts'
import type { CliIo } from '../io.ts'
import { globalOptions, type LogLevel } from '../options.ts'

interface StoreFlags {
  readonly listen: string
  readonly dir?: string
  readonly memory?: boolean
  readonly retention?: string
  readonly maxBytes?: string
}

const EXAMPLE = `
In memory, the lines are gone when the process ends; with --dir they are not. It is meant for one
machine's logs and for trying things out: use a real Loki for more.

Example: keep two weeks of lines on disk, push one line and ask for it

  picket store --dir /var/lib/picket/store --retention 14d
  curl -H 'Content-Type: application/json' http://127.0.0.1:3100/loki/api/v1/push \\
    -d '{"streams":[{"stream":{"job":"test"},"values":[["'$(date +%s%N)'","hello"]]}]}'
  curl -G http://127.0.0.1:3100/loki/api/v1/query_range --data-urlencode 'query={job="test"}'
`

/** `picket store`: the embedded Loki-compatible store alone, until it is stopped. */
export function storeCommand(io: CliIo): Command {
  return new Command('store')
    .description('run the embedded Loki-compatible store alone')
    .option(
      '--listen <addr>',
      'host and port to listen on; port 0 takes a free one',
      '127.0.0.1:3100',
    )
    .option('--dir <dir>', 'keep the lines in this directory (default: in memory)')
    .option('--memory', 'keep the lines in memory only (the default without --dir)')
    .option(
      '--retention <age>',
      'drop and refuse lines older than this, as in 12h, 7d, or none (default: 7d with --dir, none in memory)',
    )
    .option(
      '--max-bytes <size>',
      'memory for lines, as in 512MB or 2GiB; the oldest go first',
      '256MiB',
    )
    .addHelpText('after', EXAMPLE)
    .action(async (flags: StoreFlags, command: Command) =>
      runStore(io, flags, globalOptions(command).logLevel),
    )
}

async function runStore(io: CliIo, flags: StoreFlags, level: LogLevel): Promise<void> {
  const [{ createStore, startStoreServer, sizeBytes }, { createLogger }] = await Promise.all([
    import('../../store/index.ts'),
    import('../../telemetry/log.ts'),
  ])
  if (flags.memory === true && flags.dir !== undefined) {
    throw new UsageError('--memory and --dir exclude each other')
  }
  const maxBytes = sizeBytes(flags.maxBytes ?? '')
  if (maxBytes === undefined || maxBytes < 1_000_000) {
    throw new UsageError(`--max-bytes ${flags.maxBytes ?? ''}: expected 1MB or more, as in 512MB`)
  }
  const retentionMs = retention(flags)
  const logger = createLogger({ level, stream: io.stderr }).child({ component: 'store' })
  const store = createStore({
    dir: flags.dir === undefined ? undefined : resolve(io.cwd, flags.dir),
    retentionMs,
    maxBytes,
    logger,
    now: Date.now,
  })
  try {
    const server = await startStoreServer(store, { listen: flags.listen, logger })
    const where =
      flags.dir === undefined ? 'in memory: lines are gone when it ends' : `in ${flags.dir}`
    const age = retentionMs === undefined ? 'any age' : `the last ${retentionMs / 86_400_000} days`
    io.stderr.write(
      `Loki-compatible store on ${server.url} (${where}; ${age}, ${maxBytes} bytes at most)\n`,
    )
    await untilStopped(io.stopped)
    await server.close()
  } finally {
    store.close()
  }
  io.exit(0)
}

function retention({ retention, dir }: StoreFlags): number | undefined {
  const text = retention ?? (dir === undefined ? 'none' : '7d')
  if (text === 'none') return undefined
  const match = /^(\d+(?:\.\d+)?)(m|h|d|w)$/.exec(text)
  const ms = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
  const value = match === null ? 0 : Number(match[1]) * ms[match[2] as keyof typeof ms]
  if (value <= 0) {
    throw new UsageError(`--retention ${text}: expected an age as in 12h, 7d or 2w, or none`)
  }
  return value
}

function untilStopped(stopped: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (stopped.aborted) done()
    else stopped.addEventListener('abort', () => done(), { once: true })
  })
}
