import type { Command } from 'commander'
import type { CommandSummary } from './help.ts'
import type { CliIo } from './io.ts'
import { processIo } from './process-io.ts'

interface CommandEntry extends CommandSummary {
  /** Loads the command's code, and only that. */
  load(io: CliIo): Promise<Command>
}

const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'read firewall lines, detect, write detections: until stopped',
    load: async (io) => (await import('./commands/run.ts')).runCommand(io),
  },
  {
    name: 'analyze',
    summary: 'report who scanned, from log files or stdin',
    load: async (io) => (await import('./commands/analyze.ts')).analyzeCommand(io),
  },
  {
    name: 'parse',
    summary: 'print each line of a log as a packet, JSON or CSV',
    load: async (io) => (await import('./commands/parse.ts')).parseCommand(io),
  },
  {
    name: 'backfill',
    summary: "detect over a stretch of Loki's history and write the detections back",
    load: async (io) => (await import('./commands/backfill.ts')).backfillCommand(io),
  },
  {
    name: 'status',
    summary: 'print the report of a running processor and the state of its components',
    load: async (io) => (await import('./commands/status.ts')).statusCommand(io),
  },
  {
    name: 'signatures',
    summary: 'list the rules in use, check a rule file, fetch newer rules',
    load: async (io) => (await import('./commands/signatures.ts')).signaturesCommand(io),
  },
  {
    name: 'init',
    summary: 'look for firewall lines in a Loki and write a picket.yaml that reads them',
    load: async (io) => (await import('./commands/init.ts')).initCommand(io),
  },
  {
    name: 'check-firewall',
    summary: 'does the firewall log what Picket needs to see?',
    load: async (io) => (await import('./commands/check-firewall.ts')).checkFirewallCommand(io),
  },
  {
    name: 'config',
    summary: 'check a configuration, import a psad.conf, print the schema',
    load: async (io) => (await import('./commands/config.ts')).configCommand(io),
  },
  {
    name: 'demo',
    summary: 'see the whole loop on one machine, with nothing installed',
    load: async (io) => (await import('./commands/demo.ts')).demoCommand(io),
  },
  {
    name: 'simulate',
    summary: 'write the lines of simulated firewalls under attack, for trying a shipper',
    load: async (io) => (await import('./commands/simulate.ts')).simulateCommand(io),
  },
  {
    name: 'store',
    summary: 'run the embedded Loki-compatible store alone',
    load: async (io) => (await import('./commands/store.ts')).storeCommand(io),
  },
]

export const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ name }) => name)

/** The command line: `argv` without node and script. Never throws; what went wrong is on stderr and in the exit code. */
export async function main(argv: readonly string[], io: CliIo): Promise<void> {
  // `picket … | head` closes the pipe when it has enough: that ends the command, and is no failure.
  const brokenPipe = new Promise<void>((resolve, reject) => {
    io.stdout.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        reject(error)
        return
      }
      io.exit(0)
      resolve()
    })
  })
  brokenPipe.catch(() => undefined)
  io.stderr.on('error', () => undefined)
  try {
    await Promise.race([dispatch(argv, io), brokenPipe])
  } catch (error) {
    const { failureOf } = await import('./errors.ts')
    const { lines, code } = failureOf(error, { debug: wantsDebug(argv) })
    if (lines.length > 0) io.stderr.write(`${lines.join('\n')}\n`)
    io.exit(code)
  }
}

/** Runs the command line with the real process and ends it. */
export async function runProcess(): Promise<void> {
  await main(process.argv.slice(2), processIo())
  // Wait for what is still in the pipe; then end, whatever is still open.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
  process.exit()
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<void> {
  const { globals, rest } = splitGlobals(argv)
  const [first, ...args] = rest
  if (
    first === undefined ||
    first === '--help' ||
    first === '-h' ||
    (first === 'help' && args.length === 0)
  ) {
    const { helpText } = await import('./help.ts')
    ;(first === undefined ? io.stderr : io.stdout).write(helpText(COMMANDS))
    if (first === undefined) io.exit(2)
    return
  }
  if (first === '--version' || first === '-V') {
    const { versionText } = await import('./help.ts')
    io.stdout.write(versionText())
    return
  }
  const name = first === 'help' ? (args[0] ?? '') : first
  const entry = COMMANDS.find((command) => command.name === name)
  if (entry === undefined) throw await unknownWord(name)
  const { runCommand } = await import('./program.ts')
  await runCommand(
    await entry.load(io),
    [...globals, name, ...(first === 'help' ? ['--help'] : args)],
    io,
  )
}

/** Options of every command may also stand before the command's name. */
function splitGlobals(argv: readonly string[]): { globals: string[]; rest: string[] } {
  const globals: string[] = []
  let i = 0
  for (; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--no-color' || word.startsWith('--log-level=')) globals.push(word)
    else if (word === '--log-level' && i + 1 < argv.length) globals.push(word, argv[++i]!)
    else break
  }
  return { globals, rest: argv.slice(i) }
}

async function unknownWord(word: string): Promise<Error> {
  const [{ UsageError }, { suggestion }] = await Promise.all([
    import('../errors.ts'),
    import('../config/suggest.ts'),
  ])
  const kind = word.startsWith('-') ? 'option' : 'command'
  return new UsageError(
    `unknown ${kind} ${JSON.stringify(word)}${suggestion(word, COMMAND_NAMES) || `: expected one of ${COMMAND_NAMES.join(', ')}`} (see picket --help)`,
  )
}

function wantsDebug(argv: readonly string[]): boolean {
  return argv.some(
    (word, i) =>
      word === '--log-level=debug' || (word === '--log-level' && argv[i + 1] === 'debug'),
  )
}
