import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { LineBatch } from '../../core/batch.ts'
import type { LineChunker, UnfinishedLine } from '../lines/line-chunker.ts'
import { HEAD_BYTES, headOf } from './file-mark.ts'
import type { FilePosition } from './file-mark.ts'

const NEWLINE = 10
const LOOK_BACK_BYTES = 65_536

/** One open file that grows: whole lines from an offset on. All files share one chunker, one at a time uses it. */
export class FollowedFile {
  /** Where it was last seen. */
  path: string
  readonly dev: number
  readonly ino: number
  /** Wall clock (ms) since which another file has its path and it has not grown; undefined while it has its path. */
  retiredAt: number | undefined
  readonly #handle: FileHandle
  readonly #chunker: LineChunker
  #isReading = false
  #offset: number
  #unfinished: UnfinishedLine | undefined
  #readTo: number
  #mtimeMs = 0
  #head = ''
  #headBytes = 0

  private constructor(
    path: string,
    handle: FileHandle,
    at: { dev: number; ino: number; offset: number; chunker: LineChunker },
  ) {
    this.path = path
    this.#handle = handle
    this.#chunker = at.chunker
    this.dev = at.dev
    this.ino = at.ino
    this.#offset = at.offset
    this.#readTo = at.offset
  }

  /** Opens the file at an offset; `end`: behind the last whole line that is there. */
  static async open(
    path: string,
    offset: number | 'end',
    chunker: LineChunker,
  ): Promise<FollowedFile> {
    const handle = await open(path)
    try {
      const { dev, ino, size } = await handle.stat()
      const from = offset === 'end' ? await lastLineEnd(handle, size) : offset
      const file = new FollowedFile(path, handle, { dev, ino, offset: from, chunker })
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
      offset: this.#isReading ? this.#chunker.consumed : this.#offset,
      head: this.#head,
      headBytes: this.#headBytes,
    }
  }

  /** Wall clock (ms) of the last write, as of the last look. */
  get mtimeMs(): number {
    return this.#mtimeMs
  }

  /** True once its content has been cut or replaced below what was read. */
  async wasCut(): Promise<boolean> {
    const { size } = await this.#handle.stat()
    return size < this.#readTo || (size > this.#readTo && !(await this.#beginsAsBefore()))
  }

  /** Goes back to the beginning. */
  async startOver(): Promise<void> {
    this.#offset = 0
    this.#readTo = 0
    this.#unfinished = undefined
    this.#isReading = false
    await this.#takeHead()
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#handle.stat()).size === 0
  }

  /** The next whole lines, undefined if there are none now. To be asked until then before another file is. */
  async next(): Promise<LineBatch | undefined> {
    this.#begin()
    try {
      for (;;) {
        const lines = this.#chunker.batch()
        if (lines !== undefined) return lines
        if (!(await this.#readOn())) break
      }
    } catch (error) {
      // The chunker is the next file's now.
      this.#end()
      throw error
    }
    this.#end()
    return undefined
  }

  async #readOn(): Promise<boolean> {
    const space = this.#chunker.space()
    const { bytesRead } = await this.#handle.read(space, 0, space.length, this.#readTo)
    if (bytesRead === 0) return false
    this.#readTo += bytesRead
    this.#chunker.filled(bytesRead)
    // Looked at behind the reading: a line of this second must not be younger than the reference, or it seems a year old.
    this.#mtimeMs = (await this.#handle.stat()).mtimeMs
    this.#chunker.reference = Math.ceil(this.#mtimeMs / 1000)
    if (this.#headBytes < HEAD_BYTES) await this.#takeHead()
    return true
  }

  /** A last line that no line break ends, of a file that will not grow any more. */
  rest(): LineBatch | undefined {
    this.#begin()
    const line = this.#chunker.last()
    this.#end()
    return line
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  #begin(): void {
    if (this.#isReading) return
    this.#chunker.resume(this.#offset, this.#unfinished)
    this.#chunker.reference = Math.ceil(this.#mtimeMs / 1000)
    this.#isReading = true
  }

  #end(): void {
    this.#offset = this.#chunker.consumed
    this.#unfinished = this.#chunker.suspend()
    this.#isReading = false
  }

  async #takeHead(): Promise<void> {
    const { head, headBytes } = await headOf(this.#handle, HEAD_BYTES)
    this.#head = head
    this.#headBytes = headBytes
  }

  async #beginsAsBefore(): Promise<boolean> {
    if (this.#headBytes === 0) return true
    return (await headOf(this.#handle, this.#headBytes)).head === this.#head
  }
}

/** The offset behind the last line break; the end if the last line is longer than one looks. */
async function lastLineEnd(handle: FileHandle, size: number): Promise<number> {
  const from = Math.max(0, size - LOOK_BACK_BYTES)
  const buffer = Buffer.alloc(size - from)
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
  const at = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE)
  if (at !== -1) return from + at + 1
  return from === 0 ? 0 : size
}
