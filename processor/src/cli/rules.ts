import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { builtinRules, readRules } from '../core/index.ts'
import type { EngineOptions } from '../core/index.ts'
import type { RuleProblem, Signature } from '../core/signature/signature.ts'
import { PicketError } from '../errors.ts'
import { messageOf } from './errors.ts'
import type { CliIo } from './io.ts'

/** Problems that are told of one by one; a wrong file has one on each line. */
const MAX_SHOWN = 20

/**
 * The rules that a configuration asks for. A file's rule replaces the built-in one of the same sid; of two files the
 * first keeps it. What is wrong inside a file is said on stderr and leaves only that rule out.
 * Throws a PicketError that names a file which cannot be read.
 */
export async function loadRules(
  signatures: { readonly builtin: boolean; readonly files: readonly string[] },
  engine: Pick<EngineOptions, 'homeNet' | 'profile'>,
  io: CliIo,
): Promise<Signature[]> {
  const rules = new Map<number, Signature>()
  const problems: RuleProblem[] = []
  for (const file of signatures.files) {
    const read = readRules(await readText(file, io), { file, homeNet: engine.homeNet })
    problems.push(...read.problems)
    for (const rule of read.rules) {
      const first = rules.get(rule.sid)
      if (first === undefined) rules.set(rule.sid, rule)
      else problems.push(doubled(rule, first))
    }
  }
  if (signatures.builtin)
    for (const rule of builtinRules(engine.homeNet))
      if (!rules.has(rule.sid)) rules.set(rule.sid, rule)
  tell(problems, io)
  return [...rules.values()].sort((a, b) => a.sid - b.sid)
}

async function readText(file: string, io: CliIo): Promise<string> {
  try {
    return await readFile(resolve(io.cwd, file), 'utf8')
  } catch (error) {
    throw new PicketError('PICKET_RULE', `rule file ${messageOf(error)}`, { cause: error })
  }
}

function doubled(rule: Signature, first: Signature): RuleProblem {
  return {
    file: rule.file,
    line: rule.line,
    column: 1,
    severity: 'error',
    message: `sid ${rule.sid} stands in ${first.file}:${first.line} already`,
  }
}

function tell(problems: readonly RuleProblem[], io: CliIo): void {
  for (const { file, line, column, severity, message } of problems.slice(0, MAX_SHOWN)) {
    const effect = severity === 'error' ? 'rule left out: ' : ''
    io.stderr.write(`${file}:${line}:${column} ${effect}${message}\n`)
  }
  if (problems.length > MAX_SHOWN)
    io.stderr.write(`... and ${problems.length - MAX_SHOWN} more problems in rule files\n`)
}
