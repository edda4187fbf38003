import type { RuleProblem } from '../core/signature/signature.ts'
import type { CliIo } from './io.ts'

/** Problems that are told of one by one; a wrong file has one on each line. */
const MAX_SHOWN = 20

/** Says what is wrong in files that were read, a line each; `effect`: what an error means ("rule left out"). */
export function tellProblems(problems: readonly RuleProblem[], effect: string, io: CliIo): void {
  for (const { file, line, column, severity, message } of problems.slice(0, MAX_SHOWN))
    io.stderr.write(
      `${file}:${line}:${column} ${severity === 'error' ? `${effect}: ` : ''}${message}\n`,
    )
  if (problems.length > MAX_SHOWN)
    io.stderr.write(`... and ${problems.length - MAX_SHOWN} more problems in such files\n`)
}
