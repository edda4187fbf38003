import { stat } from 'node:fs/promises'
import type { LineBatch } from '../../core/batch.ts'
import { SourceError } from '../../errors.ts'
import type { BuildContext, Position, Source, SourceBatch } from '../../pipeline/types.ts'
import type { FileSourceConfig } from './config.ts'
import { FollowedFile, findRenamed, isSameFile } from './followed-file.ts'
import type { FilePosition } from './followed-file.ts'
import { expandPaths } from './paths.ts'

interface FilesPosition extends Position {
  readonly kind: 'file'
  readonly files: Readonly<Record<string, FilePosition>>
}

/** Follows log files through rotation by renaming and by truncation, and picks up where it left off after a restart. */
export function createFileSource(config: FileSourceConfig, context: BuildContext): Source {
  return {
    name: config.name,
    type: 'file',
    async check() {
      for (const path of await expandPaths(config.paths)) await checkReadable(config.name, path)
    },
    read: (from, signal) =>
      new Follower(config, context, from as FilesPosition | undefined).run(signal),
  }
}

async function checkReadable(source: string, path: string): Promise<void> {
  try {
    const file = await FollowedFile.open(path, 0)
    await file.close()
  } catch (cause) {
    throw unreadable(source, path, cause)
  }
}

function unreadable(source: string, path: string, cause: unknown): SourceError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SourceError(`${path} cannot be read: ${why}`, { source, retryable: true, cause })
}

class Follower {
  readonly #config: FileSourceConfig
  readonly #context: BuildContext
  readonly #left: Readonly<Record<string, FilePosition>>
  readonly #open = new Map<string, FollowedFile>()
  readonly #positions: Record<string, FilePosition> = {}
  #first: boolean

  constructor(config: FileSourceConfig, context: BuildContext, from: FilesPosition | undefined) {
    this.#config = config
    this.#context = context
    this.#left = from?.files ?? {}
    this.#first = from === undefined
    Object.assign(this.#positions, this.#left)
  }

  async *run(signal: AbortSignal): AsyncGenerator<SourceBatch> {
    try {
      // Said before the first line, so that a restart before it does not begin at the end again.
      let announce = this.#first
      while (!signal.aborted) {
        for (const path of await expandPaths(this.#config.paths)) {
          yield* this.#follow(path, signal)
        }
        if (announce) {
          announce = false
          yield this.#batch(EMPTY)
        }
        this.#first = false
        await this.#context.clock.sleep(this.#config.poll, signal)
      }
    } finally {
      for (const file of this.#open.values()) await file.close()
      this.#open.clear()
    }
  }

  async *#follow(path: string, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    let file = this.#open.get(path)
    if (file === undefined) {
      const left = this.#left[path]
      if (left !== undefined && !(await isSameFile(path, left)))
        yield* this.#finishRenamed(path, left, signal)
      if (signal.aborted) return
      file = await this.#begin(path)
      if (file === undefined) return
    }
    yield* this.#drain(path, file, signal)
    if (!(await this.#wasReplaced(path, file))) return
    // The old one may have got its last lines between the reading and the look.
    yield* this.#drain(path, file, signal)
    if (signal.aborted) return
    const rest = file.rest()
    await file.close()
    this.#open.delete(path)
    const next = await this.#begin(path)
    if (rest !== undefined) yield this.#batch(rest)
    if (next !== undefined) yield* this.#drain(path, next, signal)
  }

  /** Rotated while nobody looked: the rest of the old file comes first. */
  async *#finishRenamed(
    path: string,
    left: FilePosition,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch> {
    const renamed = await findRenamed(path, left)
    if (renamed === undefined) return
    const file = await FollowedFile.open(renamed, left.offset)
    try {
      yield* this.#drain(path, file, signal)
      if (signal.aborted) return
      const rest = file.rest()
      if (rest === undefined) return
      this.#positions[path] = file.position
      yield this.#batch(rest)
    } finally {
      await file.close()
    }
  }

  /** Opens the file where it is to be read from; undefined if it is not there (yet). */
  async #begin(path: string): Promise<FollowedFile | undefined> {
    const left = this.#left[path]
    const resume = left !== undefined && !this.#begun.has(path) && (await isSameFile(path, left))
    try {
      const offset = resume
        ? left.offset
        : this.#first && this.#config.from === 'end' && !this.#begun.has(path)
          ? 'end'
          : 0
      const file = await FollowedFile.open(path, offset)
      this.#begun.add(path)
      this.#open.set(path, file)
      this.#positions[path] = file.position
      return file
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw unreadable(this.#config.name, path, cause)
    }
  }
  readonly #begun = new Set<string>()

  async *#drain(
    path: string,
    file: FollowedFile,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch> {
    try {
      for (
        let lines = await file.next();
        lines !== undefined && !signal.aborted;
        lines = await file.next()
      ) {
        this.#positions[path] = file.position
        yield this.#batch(lines)
      }
    } catch (cause) {
      throw cause instanceof SourceError ? cause : unreadable(this.#config.name, path, cause)
    }
  }

  async #wasReplaced(path: string, file: FollowedFile): Promise<boolean> {
    try {
      const { dev, ino } = await stat(path)
      return dev !== file.dev || ino !== file.ino
    } catch (error) {
      // Renamed away and not made anew yet: the old one may still be written to.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw unreadable(this.#config.name, path, error)
    }
  }

  #batch(lines: LineBatch): SourceBatch {
    const next: FilesPosition = { kind: 'file', files: { ...this.#positions } }
    return { lines, next, late: 0, duplicates: 0 }
  }
}

const EMPTY: LineBatch = {
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
