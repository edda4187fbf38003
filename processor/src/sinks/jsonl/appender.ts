import { open, stat, type FileHandle } from 'node:fs/promises'

/** Which file, and how long it was after the last write. */
export interface Mark {
  /** Decimal; bigint is no JSON. */
  readonly dev: string
  readonly ino: string
  readonly length: number
}

export type Resumed =
  | { readonly kind: 'cut'; readonly removed: number }
  | { readonly kind: 'continued'; readonly why: 'missing' | 'other-file' | 'shrank' }

/** A file that is only appended to, by name: when a rotation moved it away, the next append makes a new one. */
export class Appender {
  readonly #path: string
  #file: FileHandle | undefined
  #mark: Mark | undefined
  /** Writes and syncs; replaced by tests that need a disk to fail. */
  readonly #write: (file: FileHandle, bytes: Uint8Array, fsync: boolean) => Promise<void>

  constructor(path: string, write = writeAll) {
    this.#path = path
    this.#write = write
  }

  get mark(): Mark | undefined {
    return this.#mark
  }

  /** Opens the file (making it if need be), or opens it anew if the name now belongs to another file or none. */
  async ready(): Promise<FileHandle> {
    if (this.#file !== undefined && !(await this.#isOurs(this.#file))) await this.close()
    // 'a+' to be able to read the last byte.
    if (this.#file === undefined) {
      this.#file = await open(this.#path, 'a+')
      // A mark from before the first write, so that even a crash before the first checkpoint finds what to cut.
      this.#mark = await markOf(this.#file)
    }
    return this.#file
  }

  /** All or nothing: what a failed write left behind is cut off, or the next try would repeat a part. */
  async append(text: string, fsync: boolean): Promise<void> {
    const file = await this.ready()
    const { size } = await file.stat()
    // Half a line, from a crash or another writer, must not swallow the next one.
    const lead = (await endsLine(file, size)) ? '' : '\n'
    try {
      await this.#write(file, Buffer.from(lead + text), fsync)
    } catch (error) {
      await file.truncate(size).catch(() => {})
      throw error
    }
    this.#mark = await markOf(file)
  }

  async resume(mark: Mark): Promise<Resumed> {
    const found = await stat(this.#path, { bigint: true }).catch(absent)
    const file = await this.ready()
    if (found === undefined) return { kind: 'continued', why: 'missing' }
    if (String(found.dev) !== mark.dev || String(found.ino) !== mark.ino) {
      return { kind: 'continued', why: 'other-file' }
    }
    const size = Number(found.size)
    if (size < mark.length) return { kind: 'continued', why: 'shrank' }
    if (size > mark.length) {
      await file.truncate(mark.length)
      await file.sync()
    }
    this.#mark = mark
    return { kind: 'cut', removed: size - mark.length }
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  async #isOurs(file: FileHandle): Promise<boolean> {
    const [named, ours] = await Promise.all([
      stat(this.#path, { bigint: true }).catch(absent),
      file.stat({ bigint: true }),
    ])
    return named !== undefined && named.ino === ours.ino && named.dev === ours.dev
  }
}

export function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false
  const { dev, ino, length } = value as Record<string, unknown>
  return (
    typeof dev === 'string' &&
    typeof ino === 'string' &&
    Number.isSafeInteger(length) &&
    (length as number) >= 0
  )
}

async function markOf(file: FileHandle): Promise<Mark> {
  const { dev, ino, size } = await file.stat({ bigint: true })
  return { dev: String(dev), ino: String(ino), length: Number(size) }
}

async function endsLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return bytesRead === 0 || buffer[0] === 10
}

async function writeAll(file: FileHandle, bytes: Uint8Array, fsync: boolean): Promise<void> {
  // writeFile goes on after a partial write, which a full disk makes.
  await file.writeFile(bytes)
  if (fsync) await file.datasync()
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw error
}
