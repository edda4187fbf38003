import { quote } from '../config/checks.ts'
import { ConfigError } from '../errors.ts'

/** Where something stands in a psad.conf; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One `KEY value;`. */
export interface PsadEntry extends Place {
  readonly key: string
  /** As written, without blanks around it. */
  readonly raw: string
  /** `$NAME` replaced; undefined where that cannot be done, which is among the issues. */
  readonly value: string | undefined
}

/** Something about the text itself. `error`: the line or value is of no use; `warning`: it does not do what it seems to. */
export interface PsadIssue extends Place {
  readonly severity: 'error' | 'warning'
  /** The key that it is about, if the line has one. */
  readonly key: string | undefined
  readonly message: string
}

export interface PsadConf {
  /** The definition that holds, by key; in the order of the text. */
  readonly entries: ReadonlyMap<string, PsadEntry>
  /** All definitions of the keys that may stand several times (`REPEATABLE`). */
  readonly repeated: ReadonlyMap<string, readonly PsadEntry[]>
  readonly issues: readonly PsadIssue[]
}

export interface PsadText {
  readonly file: string
  readonly text: string
}

type Keep = (key: string, name: string) => boolean

/** psad collects the values of this key instead of taking the first (psad.md 9). */
const REPEATABLE: ReadonlySet<string> = new Set(['FW_MSG_SEARCH'])

/** Rounds in which `$NAME` is replaced, as in psad. */
const MAX_ROUNDS = 20
/** Bound of a value: references can multiply. */
const MAX_VALUE = 65_536
/** psad.conf has 36 kB; what is far larger is something else. */
const MAX_TEXT = 4 << 20

/** `KEY  value;` and anything behind it: the value ends at the first semicolon. */
const ENTRY = /^(\s*)([A-Za-z_][\w-]*)(\s+)([^;]*);/
const REFERENCE = /\$([A-Za-z_]\w*)/g

/**
 * Reads the main file and the override files, which are looked at before it: the first definition of a key holds.
 * `keep(key, name)`: `$name` in the value of `key` stays as it is written (variables of rules).
 * Throws a ConfigError for a text that is too large.
 */
export function readPsadConf(
  main: PsadText,
  overrides: readonly PsadText[] = [],
  { keep = () => false }: { readonly keep?: Keep } = {},
): PsadConf {
  const first = new Map<string, PsadEntry>()
  const repeated = new Map<string, PsadEntry[]>()
  const issues: PsadIssue[] = []
  for (const { file, text } of [...overrides, main]) {
    if (text.length > MAX_TEXT)
      throw new ConfigError([
        { file, path: '', message: `is no psad.conf: it has more than ${MAX_TEXT >> 20} MiB` },
      ])
    readFile(file, text, first, repeated, issues)
  }
  return {
    entries: new Map(
      [...first].map(([key, entry]) => [key, expanded(entry, first, keep, issues)] as const),
    ),
    repeated: new Map(
      [...repeated].map(([key, entries]) => [
        key,
        entries.map((entry) => expanded(entry, first, keep, issues)),
      ]),
    ),
    issues,
  }
}

function readFile(
  file: string,
  text: string,
  first: Map<string, PsadEntry>,
  repeated: Map<string, PsadEntry[]>,
  issues: PsadIssue[],
): void {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n|\r/)
  for (const [i, line] of lines.entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const at = (column: number): Place => ({ file, line: i + 1, column })
    const match = ENTRY.exec(line)
    if (match === null) {
      const { column, message, key } = whatIsWrong(line)
      issues.push({ ...at(column), severity: 'error', key, message })
      continue
    }
    const [, indent = '', key = '', , raw = ''] = match
    const place = at(indent.length + 1)
    const entry: PsadEntry = { ...place, key, raw: raw.trim(), value: undefined }
    const before = first.get(key)
    if (before === undefined) first.set(key, entry)
    if (REPEATABLE.has(key)) {
      const list = repeated.get(key)
      if (list === undefined) repeated.set(key, [entry])
      // The values of an override file stand in for those of the main file.
      else if (list[0]?.file === file) list.push(entry)
    } else if (before?.file === file)
      issues.push({
        ...place,
        severity: 'warning',
        key,
        message: `stands a second time, ${quote(entry.raw)} has no effect: the first, ${quote(before.raw)} in line ${before.line}, holds`,
      })
  }
}

/** psad passes over such a line in silence. */
function whatIsWrong(line: string): { column: number; message: string; key: string | undefined } {
  const indent = line.length - line.trimStart().length
  const word = /^[A-Za-z_][\w-]*/.exec(line.slice(indent))?.[0]
  if (word === undefined || !/^\s*[A-Za-z_][\w-]*(?:\s|[;=:]|$)/.test(line))
    return {
      column: indent + 1,
      message: `${quote(line.trim())} is no setting: expected KEY value;`,
      key: undefined,
    }
  const rest = line.slice(indent + word.length)
  if (!line.includes(';'))
    return {
      column: line.trimEnd().length + 1,
      message: `the semicolon is missing: expected ${word} value;`,
      key: word,
    }
  return {
    column: indent + word.length + 1,
    message: `${quote(rest.trim())} does not follow the key after a blank: expected ${word} value;`,
    key: word,
  }
}

/** The entry with every `$NAME` in its value replaced. */
function expanded(
  entry: PsadEntry,
  all: ReadonlyMap<string, PsadEntry>,
  keep: Keep,
  issues: PsadIssue[],
): PsadEntry {
  const { file, line, column, key } = entry
  const fail = (message: string): PsadEntry => {
    issues.push({ file, line, column, severity: 'error', key, message })
    return entry
  }
  let value = entry.raw
  for (let round = 0; ; round++) {
    const names = [...value.matchAll(REFERENCE)].map(([, name = '']) => name)
    const wanted = names.filter((name) => !keep(key, name))
    if (wanted.length === 0) return { ...entry, value }
    const unknown = wanted.find((name) => !all.has(name))
    if (unknown !== undefined)
      return fail(`${quote(entry.raw)} uses $${unknown}, which is defined nowhere`)
    if (round >= MAX_ROUNDS)
      return fail(
        `${quote(entry.raw)} still holds a variable after ${MAX_ROUNDS} rounds: it comes back to itself`,
      )
    const length = wanted.reduce((sum, name) => sum + replacement(name, all).length, value.length)
    if (length > MAX_VALUE)
      return fail(`${quote(entry.raw)} has more than ${MAX_VALUE} characters with its variables`)
    value = value.replaceAll(REFERENCE, (text, name: string) =>
      keep(key, name) ? text : replacement(name, all),
    )
  }
}

function replacement(name: string, all: ReadonlyMap<string, PsadEntry>): string {
  const { raw = '' } = all.get(name) ?? {}
  // So that $INSTALL_ROOT/etc is no //etc.
  return name === 'INSTALL_ROOT' && raw === '/' ? '' : raw
}
