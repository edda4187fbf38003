import { crc32 } from 'node:zlib'
import type { CheckpointMeta } from './types.ts'

/**
 * ```
 * file:   "PICKETCK" version:u32 generation:u32 record*
 * record: magic:u32 meta length:u32 engine length:u32 crc32:u32 meta(JSON) engine(bytes)
 * ```
 * All numbers little-endian; the checksum covers both lengths and everything behind it.
 */
export const FILE_VERSION = 1
export const FILE_HEAD = 16
const FILE_MAGIC = 'PICKETCK'
const RECORD_MAGIC = 0x5245_4350
const RECORD_HEAD = 16
const NOTHING = new Uint8Array(0)

/** State and position at one moment: what becomes durable together. */
export interface Capture {
  readonly meta: CheckpointMeta
  /** `engine.full()` in a snapshot, `engine.changes()` in a log; undefined if nothing changed. */
  readonly engine: Uint8Array | undefined
}

export type FileHead =
  | { readonly kind: 'ours'; readonly version: number; readonly generation: number }
  | { readonly kind: 'not-ours' }

export function encodeFileHead(generation: number): Buffer {
  const head = Buffer.alloc(FILE_HEAD)
  head.write(FILE_MAGIC, 'latin1')
  head.writeUInt32LE(FILE_VERSION, 8)
  head.writeUInt32LE(generation, 12)
  return head
}

export function decodeFileHead(bytes: Buffer): FileHead {
  if (bytes.length < FILE_HEAD || bytes.toString('latin1', 0, 8) !== FILE_MAGIC)
    return { kind: 'not-ours' }
  return { kind: 'ours', version: bytes.readUInt32LE(8), generation: bytes.readUInt32LE(12) }
}

/** As parts to be written one behind the other: the state is not copied, it may have a hundred megabytes. */
export function encodeRecord({ meta, engine = NOTHING }: Capture): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(meta))
  const head = Buffer.allocUnsafe(RECORD_HEAD + text.length)
  head.writeUInt32LE(RECORD_MAGIC, 0)
  head.writeUInt32LE(text.length, 4)
  head.writeUInt32LE(engine.length, 8)
  text.copy(head, RECORD_HEAD)
  head.writeUInt32LE(crc32(engine, checksum(head)), 12)
  return [head, engine]
}

/** The record at the offset and where it ends; undefined if it is torn or damaged. */
export function decodeRecord(
  bytes: Buffer,
  offset: number,
): { readonly capture: Capture; readonly end: number } | undefined {
  if (bytes.length - offset < RECORD_HEAD || bytes.readUInt32LE(offset) !== RECORD_MAGIC)
    return undefined
  const metaLength = bytes.readUInt32LE(offset + 4)
  const engineLength = bytes.readUInt32LE(offset + 8)
  const end = offset + RECORD_HEAD + metaLength + engineLength
  if (end > bytes.length) return undefined
  const record = bytes.subarray(offset, end)
  if (record.readUInt32LE(12) !== checksum(record)) return undefined
  const metaEnd = RECORD_HEAD + metaLength
  const meta = JSON.parse(record.toString('utf8', RECORD_HEAD, metaEnd)) as CheckpointMeta
  // A plain array, not a Buffer: `slice` means another thing there.
  const engine = new Uint8Array(record.buffer, record.byteOffset + metaEnd, engineLength)
  return { capture: { meta, engine: engineLength === 0 ? undefined : engine }, end }
}

function checksum(record: Buffer): number {
  return crc32(record.subarray(RECORD_HEAD), crc32(record.subarray(4, 12)))
}
