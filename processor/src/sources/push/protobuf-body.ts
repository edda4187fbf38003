import { PbfReader } from 'pbf'
import type { Labels } from '../../core/batch.ts'
import { PushError } from './push-error.ts'
import { EntryCount, pushedEntry } from './pushed-stream.ts'
import type { PushedEntry, PushedStream } from './pushed-stream.ts'
import { parseLabels } from './selector-labels.ts'

/** Tags are field number and wire type: with another type it is not the field, and is skipped. */
const MESSAGE_1 = (1 << 3) | 2
const MESSAGE_2 = (2 << 3) | 2
const VARINT_1 = 1 << 3
const VARINT_2 = 2 << 3

/** Loki's PushRequest, unpacked. Unknown fields and metadata are skipped; a field beyond its message is refused. */
export function streamsOfProtobuf(plain: Uint8Array): PushedStream[] {
  const reader = new PbfReader(plain)
  const streams: PushedStream[] = []
  const count = new EntryCount()
  try {
    fields(reader, reader.length, (tag) => {
      if (tag !== MESSAGE_1) return false
      streams.push(streamOf(reader, count))
      return true
    })
  } catch (error) {
    if (error instanceof PushError) throw error
    throw new PushError(400, `protobuf: ${error instanceof Error ? error.message : String(error)}`)
  }
  return streams
}

function streamOf(reader: PbfReader, count: EntryCount): PushedStream {
  let labels: Labels = {}
  const entries: PushedEntry[] = []
  fields(reader, messageEnd(reader), (tag) => {
    if (tag === MESSAGE_1) labels = parseLabels(new TextDecoder().decode(bytesOf(reader)))
    else if (tag === MESSAGE_2) {
      count.add()
      entries.push(entryOf(reader))
    } else return false
    return true
  })
  return { labels, entries }
}

function entryOf(reader: PbfReader): PushedEntry {
  const time = { seconds: 0, nanos: 0 }
  let line: Uint8Array = NO_BYTES
  fields(reader, messageEnd(reader), (tag) => {
    if (tag === MESSAGE_1) timeOf(reader, time)
    else if (tag === MESSAGE_2) line = bytesOf(reader)
    else return false
    return true
  })
  return pushedEntry(line, time.seconds, time.nanos)
}

function timeOf(reader: PbfReader, into: { seconds: number; nanos: number }): void {
  fields(reader, messageEnd(reader), (tag) => {
    if (tag === VARINT_1) into.seconds = reader.readVarint(true)
    else if (tag === VARINT_2) into.nanos = reader.readVarint(true)
    else return false
    return true
  })
}

/** Calls back for each field up to `end`; what it does not take is skipped. pbf reads over ends without a word. */
function fields(reader: PbfReader, end: number, take: (tag: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.readVarint()
    if (!take(tag)) reader.skip(tag)
  }
  if (reader.pos !== end) throw truncated()
}

function messageEnd(reader: PbfReader): number {
  const length = reader.readVarint()
  const end = reader.pos + length
  if (!(end <= reader.length)) throw truncated()
  return end
}

function bytesOf(reader: PbfReader): Uint8Array {
  const end = messageEnd(reader)
  const bytes = reader.buf.subarray(reader.pos, end)
  reader.pos = end
  return bytes
}

function truncated(): PushError {
  return new PushError(400, 'protobuf: unexpected EOF')
}

const NO_BYTES = new Uint8Array(0)
