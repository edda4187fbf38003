import { fdatasync as fdatasyncCallback } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import type { Labels } from '../../core/batch.ts'
import type { TimedLine } from '../lines/entry-batch.ts'

const fdatasync = promisify(fdatasyncCallback)

/** A new segment begins beyond this. */
const SEGMENT_BYTES = 32 * 1024 * 1024
/** Length and checksum before each record. */
const HEAD_BYTES = 8
const MOST_RECORD_BYTES = 256 * 1024 * 1024

export interface SpoolPosition {
  readonly segment: number
  readonly offset: number
}

export interface SpoolRecord {
  readonly lines: TimedLine[]
  /** Behind this record. */
  readonly next: SpoolPosition
}

/**
 * Accepted lines on disk until they have been processed: one record a request, appended with length and checksum, synced in
 * groups. A record that a crash cut off is dropped at start: its request was never answered.
 */
export class Spool {
  readonly #dir: string
  readonly #maxBytes: number
  #handle: FileHandle | undefined
  #segment = 1
  #first = 1
  /** Of the segment being written, what is durable: readers go no further. */
  #durable = 0
  #sizes = new Map<number, number>()
  #waiting: { readonly record: Buffer; readonly done: (error?: Error) => void }[] = []
  #writing = false
  #wake: (() => void)[] = []

  constructor(dir: string, maxBytes: number) {
    this.#dir = dir
    this.#maxBytes = maxBytes
  }

  /** Opens the folder, cuts a torn tail; once, however many ask. */
  start(): Promise<void> {
    this.#started ??= this.#start().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }
  #started: Promise<void> | undefined

  async #start(): Promise<void> {
    await mkdir(this.#dir, { recursive: true })
    const segments = (await readdir(this.#dir))
      .map((name) => /^(\d{10})\.spool$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b)
    for (const segment of segments) this.#sizes.set(segment, (await stat(this.#path(segment))).size)
    this.#first = segments[0] ?? 1
    this.#segment = segments.at(-1) ?? 1
    this.#handle = await open(this.#path(this.#segment), 'a+')
    this.#durable = await soundLength(this.#handle)
    await this.#handle.truncate(this.#durable)
    this.#sizes.set(this.#segment, this.#durable)
  }

  get bytes(): number {
    let sum = 0
    for (const size of this.#sizes.values()) sum += size
    return sum
  }

  get isFull(): boolean {
    return this.bytes >= this.#maxBytes
  }

  /** Resolves when the lines are on disk. */
  append(lines: readonly TimedLine[]): Promise<void> {
    const record = encodeRecord(lines)
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        record,
        done: (error) => {
          if (error === undefined) resolve()
          else reject(error)
        },
      })
      if (!this.#writing) void this.#write()
    })
  }

  /** Everything that waits goes to disk with one sync. */
  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#writeGroup(Buffer.concat(group.map(({ record }) => record)))
        for (const { done } of group) done()
      } catch (error) {
        for (const { done } of group)
          done(error instanceof Error ? error : new Error(String(error)))
      }
      this.generation++
      for (const wake of this.#wake.splice(0)) wake()
    }
    this.#writing = false
  }

  async #writeGroup(bytes: Buffer): Promise<void> {
    if (this.#durable >= SEGMENT_BYTES) await this.#nextSegment()
    const handle = this.#handle
    if (handle === undefined) throw new Error('the spool is closed')
    await handle.appendFile(bytes)
    await fdatasync(handle.fd)
    this.#durable += bytes.length
    this.#sizes.set(this.#segment, this.#durable)
  }

  async #nextSegment(): Promise<void> {
    const handle = await open(this.#path(this.#segment + 1), 'a+')
    await this.#handle?.close()
    this.#handle = handle
    this.#segment++
    this.#durable = 0
    this.#sizes.set(this.#segment, 0)
  }

  /** The first record at or behind the position; undefined if there is none yet. */
  async read(from: SpoolPosition | undefined): Promise<SpoolRecord | undefined> {
    let { segment, offset } = from ?? { segment: this.#first, offset: 0 }
    if (segment < this.#first) [segment, offset] = [this.#first, 0]
    for (; segment <= this.#segment; segment++, offset = 0) {
      const end = segment === this.#segment ? this.#durable : (this.#sizes.get(segment) ?? 0)
      if (offset + HEAD_BYTES > end) continue
      const handle = await open(this.#path(segment))
      try {
        const payload = await readRecord(handle, offset)
        if (payload === undefined) continue
        return {
          lines: decodeRecord(payload),
          next: { segment, offset: offset + HEAD_BYTES + payload.length },
        }
      } finally {
        await handle.close()
      }
    }
    return undefined
  }

  /** Grows with each group that was appended. */
  generation = 0

  /** Resolves when something was appended since `generation`, or on abort. */
  appended(since: number, signal: AbortSignal): Promise<void> {
    if (this.generation !== since || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#wake.push(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  /** Removes the segments before the position. */
  async free(position: SpoolPosition): Promise<void> {
    for (; this.#first < position.segment && this.#first < this.#segment; this.#first++) {
      await rm(this.#path(this.#first), { force: true })
      this.#sizes.delete(this.#first)
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
    this.#started = undefined
  }

  #path(segment: number): string {
    return join(this.#dir, `${String(segment).padStart(10, '0')}.spool`)
  }
}

async function readRecord(handle: FileHandle, offset: number): Promise<Buffer | undefined> {
  const head = Buffer.alloc(HEAD_BYTES)
  const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, offset)
  if (bytesRead < HEAD_BYTES) return undefined
  const length = head.readUInt32LE(0)
  if (length > MOST_RECORD_BYTES) return undefined
  const payload = Buffer.alloc(length)
  const read = await handle.read(payload, 0, length, offset + HEAD_BYTES)
  return read.bytesRead === length && crc32(payload) === head.readUInt32LE(4) ? payload : undefined
}

/** How far the records are whole. */
async function soundLength(handle: FileHandle): Promise<number> {
  let offset = 0
  for (;;) {
    const payload = await readRecord(handle, offset)
    if (payload === undefined) return offset
    offset += HEAD_BYTES + payload.length
  }
}

/** Labels as JSON (with its length), then for each line: seconds, nanos, labels' index, length, bytes. */
function encodeRecord(lines: readonly TimedLine[]): Buffer {
  const labels: Labels[] = []
  const known = new Map<Labels, number>()
  for (const line of lines)
    if (!known.has(line.labels)) {
      known.set(line.labels, labels.length)
      labels.push(line.labels)
    }
  const head = Buffer.from(JSON.stringify(labels))
  const size = 4 + head.length + 4 + lines.reduce((sum, { bytes }) => sum + 16 + bytes.length, 0)
  const record = Buffer.alloc(HEAD_BYTES + size)
  let p = record.writeUInt32LE(head.length, HEAD_BYTES)
  p += head.copy(record, p)
  p = record.writeUInt32LE(lines.length, p)
  for (const { bytes, seconds, nanos, labels: own } of lines) {
    p = record.writeInt32LE(seconds, p)
    p = record.writeInt32LE(nanos, p)
    p = record.writeUInt32LE(known.get(own) ?? 0, p)
    p = record.writeUInt32LE(bytes.length, p)
    record.set(bytes, p)
    p += bytes.length
  }
  record.writeUInt32LE(size, 0)
  record.writeUInt32LE(crc32(record.subarray(HEAD_BYTES)), 4)
  return record
}

function decodeRecord(payload: Buffer): TimedLine[] {
  const headLength = payload.readUInt32LE(0)
  const labels = JSON.parse(payload.toString('utf8', 4, 4 + headLength)) as Labels[]
  let p = 4 + headLength
  const count = payload.readUInt32LE(p)
  p += 4
  const lines: TimedLine[] = []
  for (let i = 0; i < count; i++) {
    const length = payload.readUInt32LE(p + 12)
    lines.push({
      seconds: payload.readInt32LE(p),
      nanos: payload.readInt32LE(p + 4),
      labels: labels[payload.readUInt32LE(p + 8)] ?? {},
      bytes: payload.subarray(p + 16, p + 16 + length),
    })
    p += 16 + length
  }
  return lines
}
