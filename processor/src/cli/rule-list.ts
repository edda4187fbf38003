import { plainRule } from '../core/index.ts'
import type { EngineOptions, Signature } from '../core/index.ts'
import { ruleProtocolName } from '../core/signature/protocols.ts'
import { csvRow } from '../report/csv.ts'
import type { Format } from './options.ts'
import type { RuleSet } from './rules.ts'

interface ListQuery {
  readonly format: Format
  readonly sid: readonly number[]
  readonly search?: string
}

/** The rules in use that a query asks for, in pieces to be written out. */
export function* listPieces(
  set: RuleSet,
  engine: Pick<EngineOptions, 'homeNet' | 'profile'>,
  query: ListQuery,
): Generator<string> {
  const rules = set.rules.filter((rule) => isAskedFor(rule, query))
  switch (query.format) {
    case 'json':
      yield* jsonPieces(set, rules, engine)
      return
    case 'csv':
      yield csvRow(['sid', 'level', 'note', 'protocol', 'message', 'classtype', 'from', 'line'])
      for (const rule of rules) {
        const { sid, level, note, message, classtype, line } = rule
        const protocol = ruleProtocolName(rule.protocol)
        yield csvRow([
          sid,
          level,
          String(note),
          protocol,
          message,
          classtype ?? '',
          fromOf(rule, set),
          line,
        ])
      }
      return
    case 'text':
      yield* textPieces(set, rules)
  }
}

function isAskedFor(rule: Signature, { sid, search }: ListQuery): boolean {
  if (sid.length > 0 && !sid.includes(rule.sid)) return false
  if (search === undefined) return true
  const text = [rule.message, rule.classtype ?? '', ...rule.references].join('\n').toLowerCase()
  return text.includes(search.toLowerCase())
}

function* jsonPieces(
  set: RuleSet,
  rules: readonly Signature[],
  { homeNet, profile }: Pick<EngineOptions, 'homeNet' | 'profile'>,
): Generator<string> {
  const pack = set.pack && { ...set.pack.version, from: set.pack.file ?? 'built-in' }
  yield `{\n  "version": 1,\n  "profile": ${JSON.stringify(profile)},\n  "pack": ${JSON.stringify(pack ?? null)},\n  "loaded": ${set.rules.length},\n  "unused": ${set.unused},\n  "problems": ${JSON.stringify(set.problems)},\n  "rules": [`
  let separator = '\n'
  for (const rule of rules) {
    const { sid, level, note, message, classtype, references, revision, line } = rule
    const protocol = ruleProtocolName(rule.protocol)
    const row = { sid, level, note, protocol, message, classtype, references, revision }
    yield `${separator}    ${JSON.stringify({ ...row, from: fromOf(rule, set), line, rule: plainRule(rule, homeNet) })}`
    separator = ',\n'
  }
  yield `${rules.length === 0 ? '' : '\n  '}]\n}\n`
}

function* textPieces(set: RuleSet, rules: readonly Signature[]): Generator<string> {
  const notes = set.rules.filter(({ note }) => note).length
  yield `${packLine(set)}\n${set.rules.length} rules loaded: ${set.rules.length - notes} with a level, ${notes} notes${set.unused === 0 ? '' : `; ${set.unused} not used by this profile`}\n`
  for (const { file, line, column, message } of set.problems)
    yield `  problem: ${file}:${line}:${column} ${message}\n`
  if (rules.length === 0) {
    if (set.rules.length > 0) yield 'None of them is what was asked for.\n'
    return
  }
  const widest = Math.max(...rules.map(({ message }) => message.length))
  yield `\n${'SID'.padStart(10)}  LEVEL  ${'PROTOCOL'.padEnd(8)}  ${'MESSAGE'.padEnd(widest)}  FROM\n`
  for (const rule of rules) {
    const level = rule.note ? 'note' : String(rule.level)
    const protocol = ruleProtocolName(rule.protocol).padEnd(8)
    yield `${String(rule.sid).padStart(10)}  ${level.padEnd(5)}  ${protocol}  ${rule.message.padEnd(widest)}  ${fromOf(rule, set)}:${rule.line}\n`
  }
}

function packLine({ pack }: RuleSet): string {
  if (pack === undefined) return 'Pack: switched off (signatures.builtin)'
  const { version, file } = pack
  return `Pack: version ${version.number} of ${version.date}, ${file ?? 'built in'}`
}

function fromOf(rule: Signature, { pack }: RuleSet): string {
  return pack !== undefined && pack.file === undefined && rule.file === BUILTIN_FILE
    ? 'built-in'
    : rule.file
}

/** What `builtinRules` calls the file of its rules. */
const BUILTIN_FILE = 'picket.rules'
