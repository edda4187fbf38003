import { mkdir, open, readdir, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { EncodedDetection } from '../core/detection.ts'
import { CheckpointError } from '../errors.ts'
import { syncFolder, writeAt } from './disk.ts'
import { decodeOutboxLine, encodeOutboxLine } from './outbox-line.ts'
import type { DiskOptions } from './types.ts'

export interface OutboxOptions extends DiskOptions {
  /** A segment of at least this size is followed by a new one. */
  readonly segmentBytes: number
}

/** Detections read from the outbox, and the offset behind each: `ends[i]` follows `events[i]`. */
export interface OutboxSlice {
  readonly events: readonly EncodedDetection[]
  readonly ends: readonly number[]
  /** Where to read on. */
  readonly next: number
  /** Lines that could not be read back. */
  readonly damaged: number
}

interface Segment {
  readonly start: number
  end: number
  readonly file: FileHandle
}

const SEGMENT = /^(\d{16})\.jsonl$/

/**
 * Detections on their way to the sinks, as files in one folder. Offsets count bytes since the first run and never
 * start again.
 *
 * - `append` takes into memory, `flush` writes and syncs; a checkpoint names the length that it vouches for.
 * - `open` cuts the files back to that length: what lies behind it was never delivered and will be found again.
 * - A segment is removed by `free` once everything in it has been delivered, as a checkpoint knows.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #segments: Segment[]
  /** Appended but not on disk. */
  #pending: Buffer[] = []
  #pendingBytes = 0
  #flushed: number
  #length: number

  private constructor(options: OutboxOptions, segments: Segment[], length: number) {
    this.#options = options
    this.#segments = segments
    this.#length = length
    this.#flushed = length
  }

  /** Throws CheckpointError if detections between `needed` (the slowest sink's offset) and `length` are gone. */
  static async open(
    options: OutboxOptions,
    at: { readonly length: number; readonly needed: number },
  ): Promise<Outbox> {
    await mkdir(options.directory, { recursive: true })
    const starts = (await readdir(options.directory)).flatMap(
      (name) => SEGMENT.exec(name)?.slice(1).map(Number) ?? [],
    )
    starts.sort((a, b) => a - b)
    const segments: Segment[] = []
    for (const start of starts) {
      const path = segmentPath(options.directory, start)
      if (start >= at.length) {
        await rm(path, { force: true })
        continue
      }
      const file = await open(path, 'r+')
      const { size } = await file.stat()
      const end = Math.min(start + size, at.length)
      if (start + size > at.length) await file.truncate(end - start)
      segments.push({ start, end, file })
    }
    const outbox = new Outbox(options, segments, at.length)
    const missing = outbox.#firstGap(at.needed)
    if (missing !== undefined) {
      await outbox.close()
      throw new CheckpointError(
        `${options.directory} lacks detections that the checkpoint counts on (from byte ${missing}). Restore it together with the checkpoint, or move the whole state directory away to start anew.`,
      )
    }
    return outbox
  }

  /** Bytes since the first run, what is still in memory included. */
  get length(): number {
    return this.#length
  }

  /** Bytes that are appended but not yet on disk. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  append(event: EncodedDetection): void {
    const line = encodeOutboxLine(event)
    this.#pending.push(line)
    this.#pendingBytes += line.length
    this.#length += line.length
  }

  /** Writes and syncs what was appended before this call. One call at a time; after a failure call it again. */
  async flush(): Promise<void> {
    const count = this.#pending.length
    if (count === 0) return
    const bytes = Buffer.concat(this.#pending)
    const segment = await this.#writable()
    const { crash } = this.#options
    await writeAt(segment.file, [bytes], segment.end - segment.start, crash, 'outbox-append')
    await segment.file.datasync()
    segment.end += bytes.length
    this.#flushed = segment.end
    // Meanwhile more may have been appended behind these.
    this.#pending = this.#pending.slice(count)
    this.#pendingBytes -= bytes.length
  }

  /** Detections from `from` on, which must be an offset that an earlier read gave, up to the bounds; at least one if there is one. */
  async read(
    from: number,
    to: number,
    bounds: { readonly events: number; readonly bytes: number },
  ): Promise<OutboxSlice> {
    const segment = this.#segments.find(({ start, end }) => from >= start && from < end)
    const last = Math.min(to, segment?.end ?? 0)
    if (segment === undefined || from >= last)
      return { events: [], ends: [], next: from, damaged: 0 }
    for (let size = bounds.bytes; ; size *= 4) {
      const bytes = Buffer.allocUnsafe(Math.min(size, last - from))
      const { bytesRead } = await segment.file.read(bytes, 0, bytes.length, from - segment.start)
      const slice = split(bytes.subarray(0, bytesRead), from, bounds.events)
      // Nothing was cut off a line longer than the buffer, or it is the end: no larger buffer helps.
      if (slice.next > from) return slice
      if (bytesRead < bytes.length || bytes.length === last - from)
        throw new CheckpointError(
          `${this.#options.directory} is shorter than the checkpoint says, at byte ${from}.`,
        )
    }
  }

  /** Removes segments that end at or before the offset. */
  async free(before: number): Promise<void> {
    for (;;) {
      const oldest = this.#segments[0]
      // The newest stays while it has room, so that a quiet outbox makes no new file for each detection.
      const isFull = oldest !== undefined && oldest.end - oldest.start >= this.#options.segmentBytes
      if (oldest === undefined || oldest.end > before || (this.#segments.length === 1 && !isFull))
        return
      this.#segments.shift()
      await oldest.file.close()
      await rm(segmentPath(this.#options.directory, oldest.start), { force: true })
    }
  }

  async close(): Promise<void> {
    for (const { file } of this.#segments.splice(0)) await file.close()
  }

  async #writable(): Promise<Segment> {
    const newest = this.#segments.at(-1)
    if (newest?.end === this.#flushed && newest.end - newest.start < this.#options.segmentBytes)
      return newest
    const start = this.#flushed
    const file = await open(segmentPath(this.#options.directory, start), 'w+')
    await syncFolder(this.#options.directory)
    const segment = { start, end: start, file }
    this.#segments.push(segment)
    return segment
  }

  #firstGap(needed: number): number | undefined {
    let covered = needed
    for (const { start, end } of this.#segments)
      if (start <= covered) covered = Math.max(covered, end)
    return covered < this.#length ? covered : undefined
  }
}

function split(bytes: Buffer, from: number, maxEvents: number): OutboxSlice {
  const events: EncodedDetection[] = []
  const ends: number[] = []
  let damaged = 0
  let at = 0
  while (events.length < maxEvents) {
    const end = bytes.indexOf(10, at)
    if (end < 0) break
    const event = decodeOutboxLine(bytes.toString('utf8', at, end))
    at = end + 1
    if (event === undefined) damaged++
    else {
      events.push(event)
      ends.push(from + at)
    }
  }
  return { events, ends, next: from + at, damaged }
}

function segmentPath(directory: string, start: number): string {
  return join(directory, `${String(start).padStart(16, '0')}.jsonl`)
}
