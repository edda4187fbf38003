import { crc32 } from 'node:zlib'
import type { Labels } from '../../core/batch.ts'
import type { TimedLine } from '../lines/entry-batch.ts'
import { LINES_PER_BATCH } from '../lines/line-chunker.ts'

/*
 * A record: length and checksum of its payload, then the payload:
 *
 *   lines    1, last of its request?, 0 0 | accepted at (ms, double) | digest of the request (16)
 *            | length, labels as JSON | count | seconds, nanos, labels' index, length, bytes | ...
 *   digests  2, 1, 0 0 | digest (16) | ...
 *
 * Numbers are little endian, of 32 bits where nothing is said.
 */

export const RECORD_HEAD_BYTES = 8
export const DIGEST_BYTES = 16
/** Beyond this a length is damage: a record has at most 5,000 lines, cut to 64 KiB, or about 1 MiB. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024
const TARGET_BYTES = 1024 * 1024
const LINES = 1
const DIGESTS = 2
const LINES_HEAD_BYTES = 4 + 8 + DIGEST_BYTES

export interface LinesRecord {
  readonly kind: 'lines'
  /** A request counts only with its last record: it may be cut off by a crash before. */
  readonly isLast: boolean
  readonly acceptedAt: number
  /** Hex. */
  readonly digest: string
  readonly payload: Buffer
}

export interface DigestsRecord {
  readonly kind: 'digests'
  readonly isLast: true
  readonly digests: readonly string[]
}

/** The records of one request, one behind the other. */
export function encodeRequest(
  lines: readonly TimedLine[],
  request: { readonly acceptedAt: number; readonly digest: string },
): Buffer {
  const records: Buffer[] = []
  let from = 0
  while (from < lines.length) {
    let to = from
    let bytes = 0
    while (to < lines.length && to - from < LINES_PER_BATCH && bytes < TARGET_BYTES)
      bytes += lines[to++]?.bytes.length ?? 0
    records.push(encodeLines(lines.slice(from, to), to === lines.length, request))
    from = to
  }
  return records.length === 1 && records[0] !== undefined ? records[0] : Buffer.concat(records)
}

function encodeLines(
  lines: readonly TimedLine[],
  isLast: boolean,
  { acceptedAt, digest }: { readonly acceptedAt: number; readonly digest: string },
): Buffer {
  const index = new Map<Labels, number>()
  for (const { labels } of lines) if (!index.has(labels)) index.set(labels, index.size)
  const labels = Buffer.from(JSON.stringify([...index.keys()]))
  const size =
    LINES_HEAD_BYTES +
    8 +
    labels.length +
    lines.reduce((sum, { bytes }) => sum + 16 + bytes.length, 0)
  const record = Buffer.alloc(RECORD_HEAD_BYTES + size)
  let p = RECORD_HEAD_BYTES
  p = record.writeUInt8(LINES, p)
  p = record.writeUInt8(isLast ? 1 : 0, p) + 2
  p = record.writeDoubleLE(acceptedAt, p)
  p += record.write(digest, p, 'hex')
  p = record.writeUInt32LE(labels.length, p)
  p += labels.copy(record, p)
  p = record.writeUInt32LE(lines.length, p)
  for (const line of lines) {
    p = record.writeInt32LE(line.seconds, p)
    p = record.writeInt32LE(line.nanos, p)
    p = record.writeUInt32LE(index.get(line.labels) ?? 0, p)
    p = record.writeUInt32LE(line.bytes.length, p)
    record.set(line.bytes, p)
    p += line.bytes.length
  }
  return sealed(record)
}

export function encodeDigests(digests: readonly string[]): Buffer {
  const record = Buffer.alloc(RECORD_HEAD_BYTES + 4 + digests.length * DIGEST_BYTES)
  record.writeUInt8(DIGESTS, RECORD_HEAD_BYTES)
  record.writeUInt8(1, RECORD_HEAD_BYTES + 1)
  let p = RECORD_HEAD_BYTES + 4
  for (const digest of digests) p += record.write(digest, p, 'hex')
  return sealed(record)
}

function sealed(record: Buffer): Buffer {
  record.writeUInt32LE(record.length - RECORD_HEAD_BYTES, 0)
  record.writeUInt32LE(crc32(record.subarray(RECORD_HEAD_BYTES)), 4)
  return record
}

/** Payload of the record at the start of these bytes: how many bytes it needs to be read, undefined if it is none. */
export function payloadLength(bytes: Buffer): number | undefined {
  if (bytes.length < RECORD_HEAD_BYTES) return undefined
  const length = bytes.readUInt32LE(0)
  return length < 4 || length > MAX_RECORD_BYTES ? undefined : length
}

/** The record whose head and payload these bytes begin with; undefined if it is damaged or of an unknown kind. */
export function decodeRecord(bytes: Buffer): LinesRecord | DigestsRecord | undefined {
  const length = payloadLength(bytes)
  if (length === undefined || bytes.length < RECORD_HEAD_BYTES + length) return undefined
  const payload = bytes.subarray(RECORD_HEAD_BYTES, RECORD_HEAD_BYTES + length)
  if (crc32(payload) !== bytes.readUInt32LE(4)) return undefined
  if (payload[0] === DIGESTS) {
    const digests: string[] = []
    for (let p = 4; p + DIGEST_BYTES <= length; p += DIGEST_BYTES)
      digests.push(payload.toString('hex', p, p + DIGEST_BYTES))
    return { kind: 'digests', isLast: true, digests }
  }
  if (payload[0] !== LINES || length < LINES_HEAD_BYTES + 8) return undefined
  return {
    kind: 'lines',
    isLast: payload[1] === 1,
    acceptedAt: payload.readDoubleLE(4),
    digest: payload.toString('hex', 12, 12 + DIGEST_BYTES),
    payload,
  }
}

export function lineCount({ payload }: LinesRecord): number {
  return payload.readUInt32LE(LINES_HEAD_BYTES + 4 + payload.readUInt32LE(LINES_HEAD_BYTES))
}

/** Adds the lines of a record to a list; they are views on its payload. */
export function linesOf({ payload }: LinesRecord, into: TimedLine[]): void {
  const labelsLength = payload.readUInt32LE(LINES_HEAD_BYTES)
  let p = LINES_HEAD_BYTES + 4
  const labels = JSON.parse(payload.toString('utf8', p, p + labelsLength)) as Labels[]
  p += labelsLength
  const count = payload.readUInt32LE(p)
  p += 4
  for (let i = 0; i < count; i++) {
    const length = payload.readUInt32LE(p + 12)
    into.push({
      seconds: payload.readInt32LE(p),
      nanos: payload.readInt32LE(p + 4),
      labels: labels[payload.readUInt32LE(p + 8)] ?? {},
      bytes: payload.subarray(p + 16, p + 16 + length),
    })
    p += 16 + length
  }
}
