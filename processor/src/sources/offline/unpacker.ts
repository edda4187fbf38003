import type { Transform } from 'node:stream'

/** A zlib stream that is asked: all that a slice gives is there once `write` resolves, the error beside it. */
export class Unpacker {
  error: Error | undefined
  /** It has come to the end of what it unpacks, and takes no more. */
  hasEnded = false
  readonly #stream: Transform
  #made: Uint8Array[] = []
  #settle: () => void = () => undefined

  constructor(stream: Transform) {
    this.#stream = stream
    // Flowing: chunks come as they are made, none waits in a buffer that an error would throw away.
    stream.on('data', (chunk: Uint8Array) => this.#made.push(chunk))
    stream.on('error', (error) => {
      this.error = error
      this.#settle()
    })
    // Where bytes are left over it ends without answering the write.
    stream.on('end', () => {
      this.hasEnded = true
      this.#settle()
    })
  }

  write(slice: Uint8Array): Promise<void> {
    return this.#ask((done) => this.#stream.write(slice, done))
  }

  /** There is no more: it says so if it misses something. */
  end(): Promise<void> {
    return this.#ask(() => this.#stream.end())
  }

  take(): Uint8Array[] {
    const made = this.#made
    this.#made = []
    return made
  }

  #ask(question: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#settle = resolve
      question(resolve)
    })
  }
}
