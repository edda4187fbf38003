import type { RuleProblem } from '../core/signature/signature.ts'
import type { CliIo } from './io.ts'

/** Problems that are told of one by one. */
const MAX_SHOWN = 1000

/** One line a problem; what it means stands in front (`effect`, as "rule left out"). */
export function problemLine(
  { file, line, column, severity, message }: RuleProblem,
  effect: string,
): string {
  return `${file}:${line}:${column} ${severity === 'error' ? `${effect}: ` : ''}${message}\n`
}

/** Says what is wrong in files that were read, a line each. */
export function tellProblems(problems: readonly RuleProblem[], effect: string, io: CliIo): void {
  for (const problem of problems.slice(0, MAX_SHOWN)) io.stderr.write(problemLine(problem, effect))
  if (problems.length > MAX_SHOWN)
    io.stderr.write(
      `... and ${problems.length - MAX_SHOWN} more problems (picket signatures check FILE shows all of a rule file)\n`,
    )
}
