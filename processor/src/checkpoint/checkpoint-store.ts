import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckpointError } from '../errors.ts'
import type { Logger } from '../telemetry/logger.ts'
import { replaceFile, syncFolder, writeAt } from './disk.ts'
import {
  decodeFileHead,
  decodeRecord,
  encodeFileHead,
  encodeRecord,
  FILE_HEAD,
  FILE_VERSION,
} from './record.ts'
import type { Capture } from './record.ts'
import type { DiskOptions, LoadedCheckpoint } from './types.ts'

export type CheckpointKind = 'full' | 'changes'

export interface CheckpointStoreOptions extends DiskOptions {
  readonly logger: Logger
  /** A log beyond this size causes a new snapshot, instead of one beyond 16 MiB and twice the snapshot. */
  readonly snapshotAfterBytes?: number
}

const SNAPSHOT_MIN_BYTES = 16 << 20
const SNAPSHOT = /^snapshot-(\d+)\.bin$/
const LOG = /^log-(\d+)\.bin$/

/**
 * A snapshot of everything and a log of what changed since, in one folder.
 *
 * - Each record stands for one moment; the newest complete one counts, a torn one at the end is cut off.
 * - When the log outgrows the snapshot a new snapshot takes the place of both: written aside, synced, renamed.
 * - One `write` at a time; if it fails, `next()` says `full`, because the changes it carried are lost to the log.
 */
export class CheckpointStore {
  readonly #directory: string
  readonly #options: CheckpointStoreOptions
  #generation = 0
  #log: FileHandle | undefined
  #logBytes = 0
  #snapshotBytes = 0
  #needsFull = true

  constructor(options: CheckpointStoreOptions) {
    this.#directory = options.directory
    this.#options = options
  }

  /** What was saved last; undefined on the first run. Throws CheckpointError rather than to start from nothing. */
  async load(): Promise<LoadedCheckpoint | undefined> {
    await mkdir(this.#directory, { recursive: true })
    const names = await readdir(this.#directory)
    for (const name of names) if (name.endsWith('.tmp')) await rm(this.#path(name), { force: true })
    const snapshots = numbers(names, SNAPSHOT)
    const logs = numbers(names, LOG)
    this.#generation = Math.max(0, ...snapshots, ...logs)
    if (snapshots.length === 0) {
      if (logs.length === 0) return undefined
      throw new CheckpointError(
        `${this.#directory} holds ${logName(Math.max(...logs))} without its snapshot. ${ADVICE}`,
      )
    }
    for (const [i, generation] of snapshots.entries()) {
      const snapshot = await this.#readSnapshot(generation)
      if (snapshot === undefined) continue
      for (const damaged of snapshots.slice(0, i)) await this.#putAside(damaged)
      const changes = await this.#readLog(generation)
      await this.#removeBut(generation)
      return {
        meta: changes.at(-1)?.meta ?? snapshot.meta,
        engine: [snapshot, ...changes].flatMap(({ engine }) =>
          engine === undefined ? [] : [engine],
        ),
      }
    }
    throw new CheckpointError(
      `${this.#path(snapshotName(snapshots[0] ?? 0))} is damaged. ${ADVICE}`,
    )
  }

  /** What the next `write` has to carry. Ask in the same turn of the event loop in which the state is captured. */
  next(): CheckpointKind {
    const outgrown =
      this.#options.snapshotAfterBytes ?? Math.max(SNAPSHOT_MIN_BYTES, 2 * this.#snapshotBytes)
    return this.#needsFull || this.#logBytes > outgrown ? 'full' : 'changes'
  }

  /** A captured change did not get here: only a full state can follow. */
  invalidate(): void {
    this.#needsFull = true
  }

  /** Resolves when the capture, which must not change meanwhile, is on disk; returns its length in bytes. */
  async write(kind: CheckpointKind, capture: Capture): Promise<number> {
    const wasFull = this.#needsFull
    this.#needsFull = true
    if (kind === 'changes' && wasFull)
      throw new CheckpointError('Changes cannot follow a checkpoint that failed.')
    const record = encodeRecord(capture)
    const bytes = await (kind === 'full' ? this.#writeSnapshot(record) : this.#append(record))
    this.#needsFull = false
    return bytes
  }

  async close(): Promise<void> {
    await this.#log?.close()
    this.#log = undefined
    this.#needsFull = true
  }

  async #writeSnapshot(record: readonly Uint8Array[]): Promise<number> {
    const { crash } = this.#options
    const generation = this.#generation + 1
    const final = this.#path(snapshotName(generation))
    const file = await open(`${final}.tmp`, 'w')
    let length: number
    try {
      const parts = [encodeFileHead(generation), ...record]
      length = await writeAt(file, parts, 0, crash, 'snapshot-write')
      await file.sync()
    } finally {
      await file.close()
    }
    crash.hit('snapshot-before-rename')
    await replaceFile(`${final}.tmp`, final)
    crash.hit('snapshot-after-rename')
    this.#generation = generation
    this.#snapshotBytes = length
    await this.#log?.close()
    this.#log = undefined
    await this.#openLog(generation, 0)
    await this.#removeBut(generation)
    return length
  }

  async #append(record: readonly Uint8Array[]): Promise<number> {
    const { crash } = this.#options
    const log = this.#log
    if (log === undefined) throw new CheckpointError(`${this.#directory} is not open.`)
    const length = await writeAt(log, record, this.#logBytes, crash, 'checkpoint-write')
    crash.hit('checkpoint-before-fsync')
    await log.datasync()
    this.#logBytes += length
    return length
  }

  async #openLog(generation: number, length: number): Promise<void> {
    const path = this.#path(logName(generation))
    if (length >= FILE_HEAD) {
      this.#log = await open(path, 'r+')
      await this.#log.truncate(length)
      this.#logBytes = length
    } else {
      this.#log = await open(path, 'w')
      await this.#log.write(encodeFileHead(generation), 0, FILE_HEAD, 0)
      await this.#log.sync()
      await syncFolder(this.#directory)
      this.#logBytes = FILE_HEAD
    }
  }

  async #readSnapshot(generation: number): Promise<Capture | undefined> {
    const name = snapshotName(generation)
    const bytes = await readFile(this.#path(name))
    this.#refuseNewer(name, bytes)
    const head = decodeFileHead(bytes)
    const record = head.kind === 'ours' ? decodeRecord(bytes, FILE_HEAD) : undefined
    if (record?.capture.engine === undefined) return undefined
    this.#snapshotBytes = record.end
    return record.capture
  }

  /** Kept under another name: a person may want to look at it, and nothing may take it for the newest. */
  async #putAside(generation: number): Promise<void> {
    const name = snapshotName(generation)
    this.#options.logger.error(
      { file: this.#path(name) },
      'A snapshot is damaged, going on from the one before.',
    )
    for (const file of [name, logName(generation)])
      await rename(this.#path(file), this.#path(`${file}.damaged`)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      })
  }

  async #readLog(generation: number): Promise<Capture[]> {
    const name = logName(generation)
    const bytes = await readFile(this.#path(name)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
    this.#refuseNewer(name, bytes)
    const captures: Capture[] = []
    let end = decodeFileHead(bytes).kind === 'ours' ? FILE_HEAD : 0
    while (end >= FILE_HEAD && end < bytes.length) {
      const record = decodeRecord(bytes, end)
      if (record === undefined) break
      captures.push(record.capture)
      end = record.end
    }
    if (end < bytes.length)
      this.#options.logger.warn(
        { file: this.#path(name), bytes: bytes.length - end },
        'The end of the checkpoint log was incomplete and was cut off.',
      )
    await this.#openLog(generation, end)
    this.#needsFull = generation !== this.#generation
    return captures
  }

  #refuseNewer(name: string, bytes: Buffer): void {
    const head = decodeFileHead(bytes)
    if (head.kind === 'ours' && head.version > FILE_VERSION)
      throw new CheckpointError(
        `${this.#path(name)} was written by a newer Picket (format ${head.version}, this one reads ${FILE_VERSION}). Run that version, or give this one another stateDir.`,
      )
  }

  async #removeBut(generation: number): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const found = SNAPSHOT.exec(name) ?? LOG.exec(name)
      if (found !== null && Number(found[1]) < generation)
        await rm(this.#path(name), { force: true })
    }
  }

  #path(name: string): string {
    return join(this.#directory, name)
  }
}

const ADVICE =
  'Restore it from a backup, or move the folder away to start anew: what was seen so far is then forgotten.'

const snapshotName = (generation: number): string => `snapshot-${generation}.bin`
const logName = (generation: number): string => `log-${generation}.bin`

/** Newest first. */
function numbers(names: readonly string[], pattern: RegExp): number[] {
  return names
    .flatMap((name) => pattern.exec(name)?.slice(1).map(Number) ?? [])
    .sort((a, b) => b - a)
}
