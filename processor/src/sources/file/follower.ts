import { open } from 'node:fs/promises'
import type { LineBatch } from '../../core/batch.ts'
import type { SourceError } from '../../errors.ts'
import type { BuildContext, Position, SourceBatch } from '../../pipeline/types.ts'
import { MAGIC_BYTES, compressionOf } from '../lines/compression.ts'
import { LineChunker } from '../lines/line-chunker.ts'
import type { FileSourceConfig } from './config.ts'
import { fileAt, findCopy, findRenamed, isCopyOf, isSameFile, successorsOf } from './file-mark.ts'
import type { FileId, FilePosition } from './file-mark.ts'
import { FollowedFile } from './followed-file.ts'
import type { PathPatterns } from './paths.ts'
import { Tracked } from './tracked.ts'

export interface FilesPosition extends Position {
  readonly kind: 'file'
  /** By the path at which each file is. */
  readonly files: Readonly<Record<string, FilePosition>>
  /** Files that another one has taken the path of, watched a while longer for those who still write to them. */
  readonly rotated: readonly RotatedPosition[]
  /** The configured paths that have been begun: what appears there now is read whole. */
  readonly patterns: readonly string[]
}

export interface RotatedPosition extends FilePosition {
  readonly path: string
}

interface FollowerOptions {
  readonly config: FileSourceConfig
  readonly context: BuildContext
  readonly patterns: PathPatterns
  readonly from: FilesPosition | undefined
  unreadable(path: string, cause: unknown): SourceError
}

/** Writers go on with a rotated file until they are told to open the new one. */
const GRACE_MS = 60_000
const MAX_FILES = 1000
const MAX_ROTATED = 8

/** One reading of the configured files, from a position on. */
export class Follower {
  readonly #options: FollowerOptions
  readonly #chunker: LineChunker
  readonly #tracked = new Tracked()
  /** Where files were left by the run before, as long as nobody has looked for them. */
  readonly #left: Map<string, FilePosition>
  #leftRotated: readonly RotatedPosition[]
  #begun: readonly string[]
  /** Compressed files that a pattern takes in, by path. */
  readonly #packed = new Map<string, number>()
  readonly #missingSince = new Map<string, number>()
  readonly #saidMissing = new Set<string>()
  readonly #startedAt: number

  constructor(options: FollowerOptions) {
    const { config, context, patterns, from } = options
    this.#options = options
    this.#chunker = new LineChunker({ reference: context.reference, time: config.time })
    this.#left = new Map(
      Object.entries(from?.files ?? {}).filter(([path]) => patterns.matching(path).length > 0),
    )
    this.#leftRotated = from?.rotated ?? []
    this.#begun = from?.patterns ?? []
    this.#startedAt = context.clock.now()
  }

  async *run(signal: AbortSignal): AsyncGenerator<SourceBatch> {
    const { config, context } = this.#options
    try {
      while (!signal.aborted) {
        let failure: SourceError | undefined
        for (const path of await this.#paths()) {
          try {
            yield* this.#follow(path, signal)
          } catch (error) {
            // The others are read all the same.
            failure ??= this.#options.unreadable(path, error)
          }
          if (isAborted(signal)) return
        }
        if (failure !== undefined) throw failure
        if (this.#begun.join('\n') !== config.paths.join('\n')) {
          this.#begun = config.paths
          // Said before the first line, so that a restart before it does not begin at the end again.
          yield this.#batch(NO_LINES, undefined)
        }
        await context.clock.sleep(config.poll, signal)
      }
    } finally {
      await this.#tracked.close()
    }
  }

  async #paths(): Promise<string[]> {
    const { patterns, config } = this.#options
    try {
      const paths = await patterns.expand()
      const rotated = this.#leftRotated.map(({ path }) => path)
      return [
        ...new Set([...paths, ...this.#left.keys(), ...rotated, ...this.#tracked.paths()]),
      ].sort()
    } catch (error) {
      throw this.#options.unreadable(config.paths.join(', '), error)
    }
  }

  async *#follow(path: string, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    const tracked = this.#tracked
    await this.#restore(path)
    await this.#look(path)
    const current = tracked.current(path)
    // The order counts: whoever writes to the new file has done with the old ones, which are read after this look.
    const hasMovedOn = current !== undefined && !(await current.isEmpty())
    const rotated = tracked.rotated(path)
    for (const [i, file] of rotated.entries()) {
      yield* this.#drain(file, signal)
      if (signal.aborted) return
      if (hasMovedOn || i < rotated.length - 1) yield* this.#rest(file)
    }
    if (current !== undefined && (hasMovedOn || rotated.length === 0))
      yield* this.#drain(current, signal)
    if (signal.aborted) return
    for (const file of tracked.rotated(path))
      if (this.#isFinished(path, file)) {
        yield* this.#rest(file)
        await tracked.drop(file)
      }
  }

  /** Finds what the run before left at this path. */
  async #restore(path: string): Promise<void> {
    for (const left of this.#leftRotated.filter((one) => one.path === path)) {
      const at = (await isSameFile(path, left)) ? path : await findRenamed(path, left)
      if (at !== undefined) await this.#addRotated(path, at, left.offset)
    }
    this.#leftRotated = this.#leftRotated.filter((one) => one.path !== path)
    const left = this.#left.get(path)
    if (left === undefined) return
    if (await isSameFile(path, left)) {
      this.#tracked.setCurrent(path, await FollowedFile.open(path, left.offset, this.#chunker))
    } else {
      const renamed = await findRenamed(path, left)
      const from = renamed ?? (await findCopy(path, left))
      if (from !== undefined) await this.#addRotated(path, from, left.offset)
      if (renamed !== undefined) await this.#addSuccessors(path, left)
      if (from === undefined)
        this.#options.context.logger.warn(
          { file: path },
          'Log file was removed while it was not read: its last lines may be missing.',
        )
    }
    this.#left.delete(path)
  }

  /** Looks whether the path has got another file, or its file another content. */
  async #look(path: string): Promise<void> {
    const tracked = this.#tracked
    const { clock } = this.#options.context
    const id = await fileAt(path)
    const current = tracked.current(path)
    if (id === undefined) {
      if (current === undefined) this.#sayMissing(path)
      // Renamed away and not made anew yet: the old one may still be written to.
      if (current === undefined || !this.#isMissingLong(path)) return
      tracked.retire(path, clock.now())
      return
    }
    this.#missingSince.delete(path)
    if (current === undefined || !tracked.isAt(path, id)) {
      if (current !== undefined) {
        tracked.retire(path, clock.now())
        await this.#addSuccessors(path, current)
      }
      await this.#take(path, id)
    } else if (await current.wasCut()) {
      const { position } = current
      const copy = await findCopy(path, position)
      await current.startOver()
      if (copy !== undefined) await this.#addRotated(path, copy, position.offset)
    }
  }

  /** Begins with the file that is at a path, unless it is known by another path or is none to read. */
  async #take(path: string, id: FileId): Promise<void> {
    const tracked = this.#tracked
    const { config, patterns } = this.#options
    if (tracked.adopt(path, id) || tracked.has(id)) return
    const matching = patterns.matching(path)
    if (matching.length === 0 || (await this.#isPacked(path, id))) return
    for (const file of tracked.currents())
      if (await isCopyOf(path, file.path, file.position)) return
    if (tracked.size >= MAX_FILES) throw new Error(`more than ${MAX_FILES} files are followed`)
    const isNews = matching.some((pattern) => this.#begun.includes(pattern))
    const from = isNews || config.from === 'beginning' ? 0 : 'end'
    try {
      tracked.setCurrent(path, await FollowedFile.open(path, from, this.#chunker))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Patterns like *.log* take in what rotation has packed, too. Its lines have been read. */
  async #isPacked(path: string, { ino }: FileId): Promise<boolean> {
    if (this.#packed.get(path) === ino) return true
    const handle = await open(path)
    const head = Buffer.alloc(MAGIC_BYTES)
    await handle.read(head, 0, head.length, 0).finally(() => handle.close())
    if (compressionOf(head) === 'none') return false
    if (this.#packed.size > MAX_FILES) this.#packed.clear()
    this.#packed.set(path, ino)
    this.#options.context.logger.info(
      { file: path },
      'Compressed file is not followed: picket analyze reads it.',
    )
    return true
  }

  async #addRotated(path: string, at: string, offset: number): Promise<void> {
    const file = await FollowedFile.open(at, offset, this.#chunker)
    if (this.#tracked.has(file)) await file.close()
    else this.#tracked.addRotated(path, file, this.#options.context.clock.now())
  }

  /** Files that had this path and lost it again between two looks. */
  async #addSuccessors(path: string, old: FileId): Promise<void> {
    const left = [...this.#left.values(), ...this.#leftRotated]
    for (const successor of await successorsOf(path, old)) {
      const id = await fileAt(successor).catch(() => undefined)
      if (id === undefined || left.some((one) => one.ino === id.ino && one.dev === id.dev)) continue
      await this.#addRotated(path, successor, 0)
    }
  }

  #sayMissing(path: string): void {
    if (this.#saidMissing.has(path) || !this.#options.config.paths.includes(path)) return
    this.#saidMissing.add(path)
    this.#options.context.logger.warn({ file: path }, 'Log file is not there yet, waiting for it.')
  }

  #isMissingLong(path: string): boolean {
    const now = this.#options.context.clock.now()
    const since = this.#missingSince.get(path) ?? now
    this.#missingSince.set(path, since)
    return now - since > GRACE_MS
  }

  #isFinished(path: string, file: FollowedFile): boolean {
    const rotated = this.#tracked.rotated(path)
    const quietMs = this.#options.context.clock.now() - (file.retiredAt ?? 0)
    return quietMs > GRACE_MS || rotated.indexOf(file) < rotated.length - MAX_ROTATED
  }

  async *#drain(file: FollowedFile, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    for (let lines = await file.next(); lines !== undefined; lines = await file.next()) {
      if (signal.aborted) return
      if (file.retiredAt !== undefined) file.retiredAt = this.#options.context.clock.now()
      yield this.#batch(lines, file)
    }
  }

  async *#rest(file: FollowedFile): AsyncGenerator<SourceBatch> {
    const lines = file.rest()
    if (lines !== undefined) yield this.#batch(lines, file)
  }

  #batch(lines: LineBatch, file: FollowedFile | undefined): SourceBatch {
    const { clock } = this.#options.context
    const next: FilesPosition = {
      kind: 'file',
      files: { ...Object.fromEntries(this.#left), ...this.#tracked.positions() },
      rotated: [...this.#leftRotated, ...this.#tracked.rotatedPositions()],
      patterns: this.#begun,
    }
    const readableAt = file && Math.min(clock.now(), Math.max(file.mtimeMs, this.#startedAt))
    return {
      lines,
      next,
      late: 0,
      duplicates: 0,
      ...(readableAt === undefined ? {} : { readableAt }),
    }
  }
}

/** The signal may have been aborted while something was waited for, which control flow analysis does not see. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}

const NO_LINES: LineBatch = {
  bytes: new Uint8Array(0),
  at: new Int32Array(0),
  count: 0,
  seconds: new Int32Array(0),
  nanos: new Int32Array(0),
  stream: new Uint16Array(0),
  labels: [{}],
  time: 'line',
  reference: 0,
}
