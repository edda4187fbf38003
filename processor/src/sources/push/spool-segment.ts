import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { RECORD_HEAD_BYTES, decodeRecord, payloadLength } from './spool-record.ts'
import type { DigestsRecord, LinesRecord } from './spool-record.ts'

const WINDOW_BYTES = 256 * 1024

/** Reads the records of one segment file in order, many with one read. */
export class SegmentReader {
  readonly segment: number
  readonly #handle: FileHandle
  #window = Buffer.alloc(0)
  #windowAt = 0

  private constructor(segment: number, handle: FileHandle) {
    this.segment = segment
    this.#handle = handle
  }

  static async open(segment: number, path: string): Promise<SegmentReader> {
    return new SegmentReader(segment, await open(path))
  }

  /** The record at an offset, if all of it stands before `end`, and the offset behind it; undefined if it is damaged. */
  async at(
    offset: number,
    end: number,
  ): Promise<{ record: LinesRecord | DigestsRecord; next: number } | undefined> {
    let bytes = await this.#bytes(offset, RECORD_HEAD_BYTES, end)
    const length = payloadLength(bytes)
    if (length === undefined || offset + RECORD_HEAD_BYTES + length > end) return undefined
    bytes = await this.#bytes(offset, RECORD_HEAD_BYTES + length, end)
    const record = decodeRecord(bytes)
    return record && { record, next: offset + RECORD_HEAD_BYTES + length }
  }

  /** At least `length` bytes from an offset on, as far as there are; a new buffer each read, since lines are views on it. */
  async #bytes(offset: number, length: number, end: number): Promise<Buffer> {
    const from = offset - this.#windowAt
    if (from >= 0 && from + length <= this.#window.length) return this.#window.subarray(from)
    const window = Buffer.allocUnsafe(Math.min(Math.max(length, WINDOW_BYTES), end - offset))
    let filled = 0
    while (filled < window.length) {
      const { bytesRead } = await this.#handle.read(
        window,
        filled,
        window.length - filled,
        offset + filled,
      )
      if (bytesRead === 0) break
      filled += bytesRead
    }
    this.#window = window.subarray(0, filled)
    this.#windowAt = offset
    return this.#window
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** How far a segment holds whole requests, and the digests of what it holds. */
export async function soundPart(
  reader: SegmentReader,
  size: number,
): Promise<{ end: number; digests: string[] }> {
  let end = 0
  let offset = 0
  const digests: string[] = []
  while (offset < size) {
    const found = await reader.at(offset, size)
    if (found === undefined) break
    offset = found.next
    if (!found.record.isLast) continue
    end = offset
    if (found.record.kind === 'lines') digests.push(found.record.digest)
    else digests.push(...found.record.digests)
  }
  return { end, digests }
}
