import { MOST_FINGERPRINTS } from './fingerprint.ts'
import type { FingerprintProblem, PosfFingerprint } from './fingerprint.ts'

const KEYS = ['NUMPKTS', 'TOS', 'LEN', 'TTL', 'ID', 'WINDOW'] as const
type Key = (typeof KEYS)[number]

/** An entry while it is read. */
interface Entry {
  readonly name: string
  readonly line: number
  readonly column: number
  readonly values: Map<Key, string>
  isBad: boolean
}

interface Line {
  readonly key: string
  readonly value: string
  readonly column: number
  readonly valueColumn: number
  /** Its value ends with a semicolon, as it should. */
  readonly isEnded: boolean
}

/** The largest value of each number; TOS is read and not tested. */
const MOST: Readonly<Record<Exclude<Key, 'ID' | 'TOS'>, number>> = {
  NUMPKTS: 10_000,
  LEN: 65_535,
  TTL: 255,
  WINDOW: 65_535,
}

/**
 * Reads a file in the form of psad's `posf`: entries that begin with `OS name;`, then `NUMPKTS`, `TOS`, `LEN`, `TTL`, `ID` and
 * `WINDOW`, each with a value and a semicolon. Bad entries are left out and named in `problems`.
 *
 * A line without its semicolon is read as if it had one, with a warning. With `psad` it is no line at all, so that an OS without
 * one overwrites the entry above it, and of two entries with one name the later stands (psad.md 6.2, Q34).
 */
export function readPosf(
  text: string,
  options: { readonly file: string; readonly psad?: boolean },
): { readonly fingerprints: PosfFingerprint[]; readonly problems: FingerprintProblem[] } {
  const { file, psad = false } = options
  const entries: Entry[] = []
  const problems: FingerprintProblem[] = []
  const tell = (
    line: number,
    column: number,
    severity: FingerprintProblem['severity'],
    message: string,
  ): void => {
    problems.push({ file, line, column, severity, message })
  }

  for (const [i, lineText] of text.split('\n').entries()) {
    const number = i + 1
    const content = lineText.trim()
    if (content === '' || content.startsWith('#')) continue
    if (entries.length > MOST_FINGERPRINTS) {
      tell(number, 1, 'error', `more than ${MOST_FINGERPRINTS} entries: the rest is not read`)
      break
    }
    const line = splitLine(lineText)
    if (psad && !line.isEnded) continue
    if (!line.isEnded)
      tell(
        number,
        line.valueColumn + line.value.length,
        'warning',
        'no semicolon: read as if it were there',
      )
    const entry = entries.at(-1)
    if (line.key === 'OS') {
      if (line.value === '') tell(number, line.valueColumn, 'error', 'OS has no name')
      entries.push({
        name: line.value,
        line: number,
        column: line.column,
        values: new Map(),
        isBad: line.value === '',
      })
    } else if (!isKey(line.key)) {
      tell(number, line.column, 'error', `"${line.key}": expected OS, ${KEYS.join(', ')}`)
      if (entry !== undefined) entry.isBad = true
    } else if (entry === undefined) {
      tell(number, line.column, 'error', `${line.key} before the first OS`)
    } else {
      const wrong = wrongValue(line.key, line.value)
      if (wrong !== undefined) {
        tell(number, line.valueColumn, 'error', `${line.key} "${line.value}": expected ${wrong}`)
        entry.isBad = true
      }
      entry.values.set(line.key, line.value)
    }
  }
  return { fingerprints: finish(entries, psad, tell), problems }
}

function splitLine(text: string): Line {
  const end = text.indexOf(';')
  const body = (end < 0 ? text : text.slice(0, end)).trimEnd()
  const from = body.search(/\S|$/)
  const key = /^\S*/.exec(body.slice(from))![0]
  const rest = body.slice(from + key.length)
  const valueFrom = from + key.length + rest.search(/\S|$/)
  return {
    key,
    value: body.slice(valueFrom),
    column: from + 1,
    valueColumn: valueFrom + 1,
    isEnded: end >= 0,
  }
}

function isKey(text: string): text is Key {
  return (KEYS as readonly string[]).includes(text)
}

function wrongValue(key: Key, value: string): string | undefined {
  if (key === 'ID')
    return value === 'SMALLINCR' || value === 'RANDOM' ? undefined : 'SMALLINCR or RANDOM'
  if (key === 'TOS')
    return /^(?:0x[\da-f]{1,2}|\d{1,3})$/i.test(value) ? undefined : 'a byte, as 0x10'
  const most = MOST[key]
  return /^\d{1,5}$/.test(value) && Number(value) <= most ? undefined : `a number up to ${most}`
}

function finish(
  entries: readonly Entry[],
  psad: boolean,
  tell: (line: number, column: number, severity: 'error', message: string) => void,
): PosfFingerprint[] {
  const byName = new Map<string, PosfFingerprint>()
  entries.forEach((entry, i) => {
    const { name, values, line, column } = entry
    const missing = KEYS.filter((key) => !values.has(key))
    if (missing.length > 0) tell(line, column, 'error', `OS "${name}" has no ${missing.join(', ')}`)
    if (missing.length > 0 || entry.isBad) return
    const number = (key: Key): number => Number(values.get(key))
    byName.set(psad ? name : `${name} ${i}`, {
      packets: number('NUMPKTS'),
      length: number('LEN'),
      ttl: number('TTL'),
      id: values.get('ID') === 'RANDOM' ? 'RANDOM' : 'SMALLINCR',
      window: number('WINDOW'),
      // Without the options it is never more than a family.
      label: { text: name, raw: name, sureness: 'generic' },
    })
  })
  return [...byName.values()]
}
