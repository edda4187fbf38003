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

/**
 * One line of `journalctl -o json`; undefined if it is no entry with a message. MESSAGE is a string, or a list of byte values
 * where it is no UTF-8, or null where it is too long for journalctl.
 */
export function journalEntry(line: Uint8Array): JournalEntry | undefined {
  let record: Record<string, unknown>
  try {
    record = JSON.parse(decoder.decode(line)) as Record<string, unknown>
  } catch {
    return undefined
  }
  const message = record['MESSAGE']
  const bytes =
    typeof message === 'string'
      ? encoder.encode(message.replaceAll('\n', ' '))
      : Array.isArray(message)
        ? Uint8Array.from(message as number[], (value) => (value === 10 ? 32 : value))
        : undefined
  if (bytes === undefined) return undefined
  const micros = Number(record['__REALTIME_TIMESTAMP'])
  const text = (key: string): string | undefined => {
    const value = record[key]
    return typeof value === 'string' ? value : undefined
  }
  const known = Number.isSafeInteger(micros)
  return {
    bytes,
    seconds: known ? Math.floor(micros / 1e6) : -0x8000_0000,
    nanos: known ? (micros % 1e6) * 1000 : 0,
    cursor: text('__CURSOR'),
    host: text('_HOSTNAME'),
  }
}
