import type { CliIo } from './io.ts'

const CHUNK = 65_536

/**
 * Text for stdout in large pieces. `write` only collects; `flush` hands over and waits while the reader is
 * slower than we are, so call it between batches: memory then holds one batch's output.
 */
export class Output {
  readonly #stream: CliIo['stdout']
  #pieces: string[] = []
  #length = 0

  constructor(stream: CliIo['stdout']) {
    this.#stream = stream
  }

  write(text: string): void {
    this.#pieces.push(text)
    this.#length += text.length
  }

  /** Hands over what was collected; with `atLeast`, only if there is that much. */
  async flush(atLeast = 1): Promise<void> {
    if (this.#length < atLeast) return
    const text = this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    if (this.#stream.write(text) || this.#stream.destroyed) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#stream.off('drain', done).off('close', done)
        resolve()
      }
      this.#stream.on('drain', done).on('close', done)
    })
  }

  /** All of an iterable's pieces, with back-pressure in between. */
  async writeAll(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      this.write(piece)
      await this.flush(CHUNK)
    }
    await this.flush()
  }
}
