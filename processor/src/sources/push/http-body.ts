import type { IncomingMessage } from 'node:http'
import { PushError } from './push-error.ts'

/** Bodies in memory: a bound for all requests together, since each alone may be as large as is allowed. */
export class BodyReader {
  readonly #maxBytes: number
  #held = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Reads the body, hands it over and forgets it. False if the client went away before its end: nobody to answer. */
  async whole(
    request: IncomingMessage,
    take: (body: Uint8Array) => Promise<void>,
  ): Promise<boolean> {
    const parts: Buffer[] = []
    let held = 0
    try {
      let refusal: PushError | undefined
      let size = 0
      for await (const part of request as AsyncIterable<Buffer>) {
        size += part.length
        refusal ??= this.#refusal(size, part.length)
        // Read on, up to a point: a connection that is closed under its sender's hands takes the answer with it.
        if (refusal !== undefined) {
          if (size > 8 * this.#maxBytes) return false
          continue
        }
        held += part.length
        this.#held += part.length
        parts.push(part)
      }
      if (refusal !== undefined) throw refusal
      await take(Buffer.concat(parts))
      return true
    } catch (error) {
      if (!(error instanceof PushError) && !request.complete) return false
      throw error
    } finally {
      this.#held -= held
    }
  }

  #refusal(size: number, more: number): PushError | undefined {
    if (size > this.#maxBytes)
      return new PushError(413, `the body is larger than ${this.#maxBytes} bytes`)
    return this.#held + more > 4 * this.#maxBytes
      ? new PushError(429, 'too many pushes at once: try again')
      : undefined
  }
}
