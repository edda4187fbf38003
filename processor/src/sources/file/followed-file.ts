import { createHash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LineBatch } from '../../core/batch.ts'
import { LineChunker } from '../lines/line-chunker.ts'

/** Where a file was left. `head` is a hash of its first `headBytes`: a file of that inode that begins otherwise is another. */
export interface FilePosition {
  readonly dev: number
  readonly ino: number
  readonly offset: number
  readonly head: string
  readonly headBytes: number
}

const HEAD_BYTES = 256

/** One open file that grows: whole lines from an offset on. */
export class FollowedFile {
  readonly path: string
  readonly dev: number
  readonly ino: number
  readonly #handle: FileHandle
  readonly #chunker: LineChunker
  #head = ''
  #headBytes = 0
  #readTo: number

  private constructor(
    path: string,
    handle: FileHandle,
    at: { dev: number; ino: number; offset: number; mtimeMs: number },
  ) {
    this.path = path
    this.#handle = handle
    this.dev = at.dev
    this.ino = at.ino
    this.#readTo = at.offset
    this.#chunker = new LineChunker({ reference: Math.floor(at.mtimeMs / 1000) })
    this.#chunker.reset(at.offset)
  }

  /** Opens the file at an offset (`end`: behind what is there). */
  static async open(path: string, offset: number | 'end'): Promise<FollowedFile> {
    const handle = await open(path)
    try {
      const { dev, ino, size, mtimeMs } = await handle.stat()
      const file = new FollowedFile(path, handle, {
        dev,
        ino,
        offset: offset === 'end' ? size : offset,
        mtimeMs,
      })
      await file.#takeHead()
      return file
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  get position(): FilePosition {
    return {
      dev: this.dev,
      ino: this.ino,
      offset: this.#chunker.consumed,
      head: this.#head,
      headBytes: this.#headBytes,
    }
  }

  async #takeHead(): Promise<void> {
    const { head, headBytes } = await headOf(this.#handle, HEAD_BYTES)
    this.#head = head
    this.#headBytes = headBytes
  }

  /** The next whole lines, undefined if there are none now. Starts over where the file was cut or written anew. */
  async next(): Promise<LineBatch | undefined> {
    for (;;) {
      const lines = this.#chunker.batch()
      if (lines !== undefined) return lines
      const { size } = await this.#handle.stat()
      if (size === this.#readTo) return undefined
      if (size < this.#readTo || !(await this.#beginsAsBefore())) {
        this.#readTo = 0
        this.#chunker.reset(0)
        await this.#takeHead()
      }
      const { bytesRead } = await this.#handle.read(
        this.#chunker.space(),
        0,
        undefined,
        this.#readTo,
      )
      if (bytesRead === 0) return undefined
      this.#readTo += bytesRead
      this.#chunker.filled(bytesRead)
      if (this.#headBytes < HEAD_BYTES) await this.#takeHead()
    }
  }

  async #beginsAsBefore(): Promise<boolean> {
    if (this.#headBytes === 0) return true
    return (await headOf(this.#handle, this.#headBytes)).head === this.#head
  }

  /** A last line that no line break ends, of a file that will not grow any more. */
  rest(): LineBatch | undefined {
    return this.#chunker.last()
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

async function headOf(
  handle: FileHandle,
  most: number,
): Promise<{ head: string; headBytes: number }> {
  const buffer = Buffer.alloc(most)
  const { bytesRead } = await handle.read(buffer, 0, most, 0)
  return {
    head: createHash('sha1').update(buffer.subarray(0, bytesRead)).digest('hex'),
    headBytes: bytesRead,
  }
}

/** True if the file at the path is the one that was left there, and has not become shorter. */
export async function isSameFile(path: string, left: FilePosition): Promise<boolean> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path)
    const { dev, ino, size } = await handle.stat()
    if (dev !== left.dev || ino !== left.ino || size < left.offset) return false
    return (await headOf(handle, left.headBytes)).head === left.head
  } catch {
    return false
  } finally {
    await handle?.close()
  }
}

/** Where the file that was left has been renamed to, in the same folder; undefined if it is gone. */
export async function findRenamed(path: string, left: FilePosition): Promise<string | undefined> {
  const folder = dirname(path)
  let names: string[]
  try {
    names = await readdir(folder)
  } catch {
    return undefined
  }
  for (const name of names.sort()) {
    const candidate = join(folder, name)
    const found = await stat(candidate).catch(() => undefined)
    if (found?.ino === left.ino && found.dev === left.dev && (await isSameFile(candidate, left)))
      return candidate
  }
  return undefined
}
