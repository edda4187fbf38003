import { Command } from 'commander'
import type { CliIo } from './io.ts'
import { addGlobalOptions } from './options.ts'

/**
 * Runs one command as `picket NAME …`. Wrong usage and `--help` are thrown as commander's errors; nothing here
 * ends the process or writes to it directly.
 */
export async function runCommand(
  command: Command,
  words: readonly string[],
  io: CliIo,
): Promise<void> {
  const program = addGlobalOptions(new Command('picket')).helpCommand(false)
  program.addCommand(command)
  prepare(program, io)
  await program.parseAsync([...words], { from: 'user' })
}

function prepare(command: Command, io: CliIo): void {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // main prints the thrown error, once.
      outputError: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true })
  for (const child of command.commands) prepare(child, io)
}
