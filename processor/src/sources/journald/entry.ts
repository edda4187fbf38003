import { NO_TIME } from '../../core/batch.ts'

/** What Picket takes of a journal entry. */
export interface JournalEntry {
  readonly bytes: Uint8Array
  readonly seconds: number
  readonly nanos: number
  readonly cursor: string | undefined
  readonly host: string | undefined
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
const NOTHING = new Uint8Array(0)
const NEWLINE = 10
const BLANK = 32
const MICROS = 1_000_000

/**
 * One line of `journalctl -o json`. MESSAGE is a string, or a list of byte values where it is no UTF-8, or null where it is
 * too long for journalctl, or a list of these where the entry has several. A line that is no entry is handed on as it is,
 * and an entry without a message as an empty line: so each is counted.
 */
export function journalEntry(line: Uint8Array): JournalEntry {
  const record = parsed(line)
  if (record === undefined)
    return {
      bytes: new Uint8Array(line),
      seconds: NO_TIME,
      nanos: 0,
      cursor: undefined,
      host: undefined,
    }
  const micros = Number(text(record['__REALTIME_TIMESTAMP']) ?? Number.NaN)
  const seconds = Math.floor(micros / MICROS)
  const isTime = Number.isSafeInteger(micros) && seconds >= 0 && seconds <= 0x7fff_ffff
  return {
    bytes: messageBytes(record['MESSAGE']),
    seconds: isTime ? seconds : NO_TIME,
    nanos: isTime ? (micros % MICROS) * 1000 : 0,
    cursor: text(record['__CURSOR']),
    host: text(record['_HOSTNAME']),
  }
}

function parsed(line: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(line))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function messageBytes(message: unknown): Uint8Array {
  if (typeof message === 'string') return oneLine(encoder.encode(message))
  if (!Array.isArray(message)) return NOTHING
  const values = message as readonly unknown[]
  if (values.every((value) => typeof value === 'number')) return oneLine(Uint8Array.from(values))
  return messageBytes(values.find((value) => typeof value === 'string' || Array.isArray(value)))
}

/** A line break inside a message would end it for the parser. */
function oneLine(bytes: Uint8Array): Uint8Array {
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1))
    bytes[at] = BLANK
  return bytes
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
