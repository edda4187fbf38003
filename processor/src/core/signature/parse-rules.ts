import type { DangerLevel } from '../detection.ts'
import type { NetTable } from './net-table.ts'
import { PSAD_SIDS } from './psad-sids.ts'
import { readRule } from './read-rule.ts'
import type { ReadRule } from './read-rule.ts'
import { RuleSyntaxError, splitRules } from './rule-text.ts'
import type { RuleProblem, Signature } from './signature.ts'

/** Level of a rule that names none (psad.md 3.3). */
const DEFAULT_LEVEL: DangerLevel = 2

export interface ParseOptions {
  readonly file: string
  readonly nets: NetTable
  /** Every rule of the file is a note. */
  readonly note?: boolean
  /** As psad: a rule has psad's level whether psad ships it or not. */
  readonly psad?: boolean
  /** With any problem, be it a warning, no rule is loaded. */
  readonly strict?: boolean
}

/** All rules of a file. A rule with an error is left out and told of, with line and column; the others are loaded. */
export function parseRules(
  text: string,
  options: ParseOptions,
): { readonly rules: Signature[]; readonly problems: RuleProblem[] } {
  const rules: Signature[] = []
  const problems: RuleProblem[] = []
  const seen = new Map<number, number>()
  for (const rule of splitRules(text)) {
    const problem = (offset: number, message: string, severity: RuleProblem['severity']): void => {
      const { line, column } = rule.locate(offset)
      problems.push({ file: options.file, line, column, severity, message })
    }
    try {
      const read = readRule(rule.text, options.nets)
      const sid = read.facts.sid ?? read.facts.psadId ?? 0
      const before = seen.get(sid)
      if (before !== undefined) {
        problem(0, `sid ${sid} was used on line ${before}`, 'error')
        continue
      }
      seen.set(sid, rule.line)
      for (const { message, offset } of read.facts.ignored) problem(offset, message, 'warning')
      rules.push(signatureOf(read, sid, rule.text, rule.line, options))
    } catch (error) {
      if (!(error instanceof RuleSyntaxError)) throw error
      problem(error.offset, error.message, 'error')
    }
  }
  return { rules: (options.strict ?? false) && problems.length > 0 ? [] : rules, problems }
}

function signatureOf(
  { protocol, facts }: ReadRule,
  sid: number,
  text: string,
  line: number,
  options: ParseOptions,
): Signature {
  // A rule that psad does not ship raises no level until the operator gives it one.
  const isGiven = facts.level !== undefined || PSAD_SIDS.has(sid) || (options.psad ?? false)
  const note = (options.note ?? false) || facts.note || !isGiven
  return {
    sid,
    message: facts.message ?? '',
    classtype: facts.classtype,
    references: facts.references,
    protocol,
    level: note ? 0 : ((facts.level ?? DEFAULT_LEVEL) as DangerLevel),
    note,
    text,
    file: options.file,
    line,
    ...(facts.level === undefined ? {} : { ownLevel: true as const }),
    ...(facts.revision === undefined ? {} : { revision: facts.revision }),
    ...(facts.threshold === undefined ? {} : { threshold: facts.threshold }),
    ...(facts.derivedSids.length === 0 ? {} : { derivedSids: facts.derivedSids }),
  }
}
