import { fsync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PicketError } from '../../errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { PushedStream } from '../entry.ts'
import { lockDirectory } from './lock.ts'
import { encodeRecords } from './record.ts'
import { Segment } from './segment.ts'

const SEGMENT_BYTES = 8 * 1024 * 1024
const NAME = /^(\d{8})\.log$/

export interface SegmentLogOptions {
  readonly dir: string
  /** On disk may lie twice as much before an old segment is written anew. */
  readonly maxBytes: number
  readonly segmentBytes?: number | undefined
  readonly logger: Logger
}

/**
 * What was pushed, in files that are appended to, one after the other.
 *
 * An append is in the kernel when it returns, so it survives the end of the process; `sync` makes it
 * survive a power cut and is called now and then. A torn end, as a kill in the middle of a write leaves
 * it, is cut off at the next start.
 */
export class SegmentLog {
  readonly #options: SegmentLogOptions
  readonly #segmentBytes: number
  readonly #segments: Segment[] = []
  readonly #unlock: () => void
  #next = 1
  #isDirty = false

  constructor(options: SegmentLogOptions) {
    this.#options = options
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    try {
      mkdirSync(options.dir, { recursive: true })
      this.#unlock = lockDirectory(options.dir)
    } catch (error) {
      if (error instanceof PicketError) throw error
      throw new PicketError(
        'PICKET_STORE_DIR',
        `The store directory ${options.dir} cannot be used: ${(error as Error).message}`,
        { cause: error },
      )
    }
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0)
  }

  /** Hands over everything stored, oldest segment first. Once, before the first append. */
  replay(onRecord: (stream: PushedStream) => void): void {
    const { dir, logger } = this.#options
    const names = readdirSync(dir).filter((name) => NAME.test(name))
    for (const [index, name] of names.sort().entries()) {
      const segment = new Segment(join(dir, name))
      const { damaged, end } = segment.read(onRecord)
      const torn = index === names.length - 1 && end < segment.size
      if (torn) {
        logger.warn(
          { file: segment.file, bytes: segment.size - end },
          'Torn end of the log cut off.',
        )
        segment.truncate(end)
      } else if (damaged > 0) {
        logger.error(
          { file: segment.file, records: damaged },
          'Damaged records of the log skipped.',
        )
      }
      this.#segments.push(segment)
      this.#next = Number(NAME.exec(name)![1]) + 1
    }
  }

  /** Throws what the disk says; then nothing of it is stored. */
  append(streams: readonly PushedStream[]): void {
    const records = streams.flatMap((stream) => [...encodeRecords(stream)])
    let maxNs: bigint | undefined
    for (const { entries } of streams) {
      for (const { ns } of entries) if (maxNs === undefined || ns > maxNs) maxNs = ns
    }
    if (maxNs === undefined) return
    this.#active().append(records, maxNs)
    this.#isDirty = true
  }

  /** Removes files in which everything is older than `ns`; undefined: everything is gone. */
  dropBefore(ns: bigint | undefined): void {
    const isGone = ({ maxNs }: Segment): boolean =>
      maxNs === undefined || ns === undefined || maxNs < ns
    const active = this.#segments.at(-1)
    for (const segment of this.#segments.filter(isGone)) {
      if (segment !== active) this.#remove(segment)
    }
  }

  /**
   * Bounds the disk where a few living entries keep many old files: the oldest file is read, what
   * still lives in it is written to the end, and the file goes.
   */
  compact(isAlive: (stream: PushedStream) => PushedStream): void {
    const most = 2 * this.#options.maxBytes + 2 * this.#segmentBytes
    for (let rounds = this.#segments.length; rounds > 1 && this.bytes > most; rounds--) {
      const oldest = this.#segments[0]!
      const living: PushedStream[] = []
      oldest.read((stream) => {
        const rest = isAlive(stream)
        if (rest.entries.length > 0) living.push(rest)
      })
      this.append(living)
      this.#remove(oldest)
    }
  }

  /** To the platter, if anything was written since the last time. */
  sync(): void {
    const handle = this.#segments.at(-1)?.handle
    if (!this.#isDirty || handle === undefined) return
    this.#isDirty = false
    fsync(handle, (error) => {
      // EBADF: the segment was closed meanwhile, after a sync of its own.
      if (error !== null && error.code !== 'EBADF') {
        this.#options.logger.error({ err: error }, 'The log could not be synced to disk.')
      }
    })
  }

  close(): void {
    for (const segment of this.#segments) segment.close()
    this.#unlock()
  }

  #active(): Segment {
    const last = this.#segments.at(-1)
    if (last !== undefined && last.size < this.#segmentBytes) return last
    last?.closeLater()
    const name = `${String(this.#next++).padStart(8, '0')}.log`
    const segment = new Segment(join(this.#options.dir, name))
    this.#segments.push(segment)
    return segment
  }

  #remove(segment: Segment): void {
    segment.close()
    rmSync(segment.file, { force: true })
    this.#segments.splice(this.#segments.indexOf(segment), 1)
  }
}
