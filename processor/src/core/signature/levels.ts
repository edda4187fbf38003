import type { DangerLevel } from '../detection.ts'
import { splitRules } from './rule-text.ts'
import type { RuleProblem, Signature } from './signature.ts'
import { protocolNumber } from './protocols.ts'

/** Levels that the operator gives to rules (psad.md 3.3, 5.6). */
export interface RuleLevels {
  readonly bySid: ReadonlyMap<number, DangerLevel>
  readonly byClass: ReadonlyMap<string, DangerLevel>
}

/** Lines `SID LEVEL`, the rest of the line is a comment (psad's snort_rule_dl). */
export function parseSidLevels(
  text: string,
  file: string,
): { readonly levels: Map<number, DangerLevel>; readonly problems: RuleProblem[] } {
  const levels = new Map<number, DangerLevel>()
  const problems: RuleProblem[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(?:#|$)/.test(line)) return
    const match = /^\s*(\d{1,9})\s+(\d+)(?![\w.])/.exec(line)
    const level = Number(match?.[2])
    if (match === null || level > 5)
      problems.push({
        file,
        line: i + 1,
        column: 1,
        severity: 'error',
        message: 'expected a sid and a danger level from 0 to 5',
      })
    else levels.set(Number(match[1]), level as DangerLevel)
  })
  return { levels, problems }
}

/** Snort's priorities as danger levels: 1 is the worst of four (psad.md 5.6). */
const LEVEL_OF_PRIORITY: readonly DangerLevel[] = [1, 5, 4, 3, 2]

/** Lines `config classification: NAME,TEXT,PRIORITY`. */
export function parseClassifications(
  text: string,
  file: string,
): { readonly levels: Map<string, DangerLevel>; readonly problems: RuleProblem[] } {
  const levels = new Map<string, DangerLevel>()
  const problems: RuleProblem[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(?:#|$)/.test(line)) return
    const match = /^\s*config\s+classification:\s*([^,\s]+)\s*,.*,\s*(\d+)\s*$/.exec(line)
    if (match === null)
      problems.push({
        file,
        line: i + 1,
        column: 1,
        severity: 'error',
        message: 'expected config classification: NAME,TEXT,PRIORITY',
      })
    else levels.set(match[1]!, LEVEL_OF_PRIORITY[Number(match[2])] ?? 1)
  })
  return { levels, problems }
}

/**
 * The rule with the operator's level: the one of its sid, else its own, else that of its class. `own`: the rule itself names a
 * level. A rule that gets one is no note any more.
 */
export function withLevel(rule: Signature, levels: RuleLevels): Signature {
  const level =
    levels.bySid.get(rule.sid) ??
    (rule.ownLevel === true || rule.classtype === undefined
      ? undefined
      : levels.byClass.get(rule.classtype))
  return level === undefined ? rule : { ...rule, level, note: false }
}

/** Level of a rule that names none (psad.md 3.3). */
const DEFAULT_LEVEL: DangerLevel = 2

/**
 * Rules of which only what fwsnort needs is read: sid, message, class and protocol; most look into packets, which the kernel
 * did for fwsnort. A rule without sid or message is left out.
 */
export function parseFwsnortRules(text: string, file: string): Signature[] {
  const rules: Signature[] = []
  for (const rule of splitRules(text)) {
    const header = /^\s*(?:alert|log|drop|reject|pass)\s+(\S+)/.exec(rule.text)
    // What stands in quotes is no option, though it may look like one.
    const bare = rule.text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
    const sid = /[;(]\s*sid\s*:\s*(\d{1,9})\s*;/.exec(bare)
    const message = /[;(]\s*msg\s*:\s*"((?:[^"\\]|\\.)*)"\s*;/.exec(rule.text)
    if (header === null || sid === null || message === null) continue
    rules.push({
      sid: Number(sid[1]),
      message: message[1]!.replace(/\\(.)/g, '$1'),
      classtype: /[;(]\s*classtype\s*:\s*([^;\s]+)\s*;/.exec(bare)?.[1],
      references: [],
      protocol: protocolNumber(header[1]!) ?? 0,
      level: DEFAULT_LEVEL,
      note: false,
      fwsnort: true,
      text: rule.text,
      file,
      line: rule.line,
    })
  }
  return rules
}
