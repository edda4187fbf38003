import { appendFile, rename, stat } from 'node:fs/promises'

/**
 * A log file that cannot fill a disk: before it would become larger than `maxBytes` it is renamed to `<path>.1`, over an older one, and
 * begun anew. Shippers follow that as they follow logrotate. It is opened for each append, so that others may rotate it as well.
 */
export class BoundedFile {
  readonly #path: string
  readonly #maxBytes: number

  constructor(path: string, maxBytes: number) {
    this.#path = path
    this.#maxBytes = maxBytes
  }

  /** Appends whole lines; makes the file, empty too, if it is not there. */
  async append(lines: readonly string[]): Promise<void> {
    let size = await this.#size()
    let piece = ''
    let bytes = 0
    for (const line of lines) {
      const length = Buffer.byteLength(line) + 1
      if (size + bytes > 0 && size + bytes + length > this.#maxBytes) {
        await appendFile(this.#path, piece)
        await rename(this.#path, `${this.#path}.1`)
        size = 0
        piece = ''
        bytes = 0
      }
      piece += `${line}\n`
      bytes += length
    }
    await appendFile(this.#path, piece)
  }

  async #size(): Promise<number> {
    try {
      return (await stat(this.#path)).size
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
      throw error
    }
  }
}
