import { PushError } from './push-error.ts'
import { EntryCount, checkedLabels, pushedEntry } from './pushed-stream.ts'
import type { PushedEntry, PushedStream } from './pushed-stream.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const INT64 = 1n << 63n
const SECOND = 1_000_000_000n

/** `{"streams":[{"stream":{…},"values":[["<ns>","<line>",{metadata}]]}]}`. Metadata is checked and left out. */
export function streamsOfJson(body: Uint8Array): PushedStream[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(decoder.decode(body))
  } catch (error) {
    throw new PushError(400, error instanceof Error ? error.message : 'no JSON')
  }
  if (!isRecord(parsed)) throw new PushError(400, 'expected {"streams":[…]}')
  const streams = parsed['streams'] ?? []
  if (!Array.isArray(streams)) throw new PushError(400, 'streams: expected a list')
  const entries = new EntryCount()
  return streams.map((stream: unknown) => streamOf(stream, entries))
}

function streamOf(stream: unknown, count: EntryCount): PushedStream {
  if (!isRecord(stream)) throw new PushError(400, 'streams: expected objects')
  const labels = strings(stream['stream'] ?? {})
  if (labels === undefined) throw new PushError(400, 'stream: expected an object of strings')
  const values = stream['values'] ?? []
  if (!Array.isArray(values)) throw new PushError(400, 'values: expected a list')
  return {
    labels: checkedLabels(labels),
    entries: values.map((value: unknown) => {
      count.add()
      return entryOf(value)
    }),
  }
}

function entryOf(value: unknown): PushedEntry {
  if (!Array.isArray(value)) throw new PushError(400, 'values: expected lists of time and line')
  const [time, line = '', metadata] = value as unknown[]
  if (typeof time !== 'string' || !/^[+-]?\d{1,19}$/.test(time))
    throw new PushError(400, 'values: expected the time as a string of nanoseconds')
  if (typeof line !== 'string') throw new PushError(400, 'values: expected the line as a string')
  if (metadata !== undefined && strings(metadata) === undefined)
    throw new PushError(400, 'values: expected metadata as an object of strings')
  const ns = BigInt(time)
  if (ns >= INT64 || ns < -INT64) throw new PushError(400, 'values: a time is out of range')
  const nanos = ((ns % SECOND) + SECOND) % SECOND
  return pushedEntry(encoder.encode(line), Number((ns - nanos) / SECOND), Number(nanos))
}

/** The members of an object of strings; undefined if it is none. */
function strings(value: unknown): [string, string][] | undefined {
  if (!isRecord(value)) return undefined
  const pairs = Object.entries(value)
  return pairs.every(([, text]) => typeof text === 'string')
    ? (pairs as [string, string][])
    : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
