import { crc32 } from 'node:zlib'
import { type Entry, type Metadata, type PushedStream } from '../entry.ts'
import { labelObject, labelSet } from '../label-set.ts'

/** Text a record aims at. Small ones are cheaper to encode than one large string. */
const RECORD_CHARACTERS = 48 * 1024

type StoredEntry = [ns: string, line: string, metadata?: Metadata]
interface StoredRecord {
  s: Record<string, string>
  v: StoredEntry[]
}

/**
 * One record a line: checksum of the JSON as eight hexadecimal digits, a space, the JSON, a newline.
 * So a damaged record costs itself only, and a person can read the file.
 */
export function* encodeRecords({ labels, entries }: PushedStream): Generator<Buffer> {
  const stream = labelObject(labels.pairs)
  let values: StoredEntry[] = []
  let characters = 0
  for (const { ns, line, metadata } of entries) {
    values.push(metadata === undefined ? [String(ns), line] : [String(ns), line, metadata])
    characters += line.length + 30
    if (characters < RECORD_CHARACTERS) continue
    yield encode({ s: stream, v: values })
    values = []
    characters = 0
  }
  if (values.length > 0) yield encode({ s: stream, v: values })
}

function encode(record: StoredRecord): Buffer {
  const json = Buffer.from(JSON.stringify(record))
  const head = crc32(json).toString(16).padStart(8, '0')
  return Buffer.concat([Buffer.from(`${head} `), json, Buffer.from('\n')])
}

/** Undefined for a record that is not whole. `bytes` without its newline. */
export function decodeRecord(bytes: Buffer): PushedStream | undefined {
  if (bytes.length < 10 || bytes[8] !== 32) return undefined
  const json = bytes.subarray(9)
  if (Number.parseInt(bytes.toString('latin1', 0, 8), 16) !== crc32(json)) return undefined
  const record = JSON.parse(json.toString()) as StoredRecord
  const entries = record.v.map(([ns, line, metadata]): Entry => ({
    ns: BigInt(ns),
    line,
    metadata,
  }))
  return { labels: labelSet(Object.entries(record.s)), entries }
}
