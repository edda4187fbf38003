const CHUNK = 4096
/** Ints an entry: seconds, hash low, hash high. A full chunk has a multiple of three bytes, so its base64 has no padding. */
const WIDTH = 3
const FIRST_SLOTS = 1024

interface Chunk {
  readonly ints: Int32Array
  /** Entries used. */
  count: number
  /** Newest second in it. */
  newest: number
  /** Of a full chunk, once somebody asked. */
  base64: string | undefined
}

/** A state of the log: everything before `tail`. Cheap, and stays true while the log grows. */
export interface SeenMark {
  readonly tail: number
}

/**
 * Hashes of the lines of the last stretch, in the order in which they were handed over, so that reading the stretch again
 * finds what is new.
 *
 * A log with an index: what was added after a mark can be left out when the mark is written to a checkpoint, although
 * that happens later. Bounded: beyond `maxEntries` the oldest go, and the caller is told from which second on the log
 * is complete.
 */
export class SeenLog {
  readonly #maxEntries: number
  readonly #chunks: Chunk[] = []
  /** Sequence number of the first entry of the first chunk. */
  #head = 0
  #tail = 0
  /** Open addressing by the low hash: sequence numbers plus 1, 0 is free. Numbers before the head are stale. */
  #slots = new Float64Array(FIRST_SLOTS)
  #used = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#tail - this.#head
  }

  has(seconds: number, low: number, high: number): boolean {
    const mask = this.#slots.length - 1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const stored = this.#slots[slot] ?? 0
      if (stored === 0) return false
      const at = stored - 1 - this.#head
      if (at < 0) continue
      const ints = this.#chunks[Math.trunc(at / CHUNK)]?.ints
      const o = (at % CHUNK) * WIDTH
      if (ints?.[o + 1] === low && ints[o + 2] === high && ints[o] === seconds) return true
    }
  }

  /** The second from which on the log is complete, if adding pushed older entries out; else undefined. */
  add(seconds: number, low: number, high: number): number | undefined {
    let chunk = this.#chunks.at(-1)
    if (chunk === undefined || chunk.count === CHUNK) {
      chunk = { ints: new Int32Array(CHUNK * WIDTH), count: 0, newest: seconds, base64: undefined }
      this.#chunks.push(chunk)
    }
    const o = chunk.count * WIDTH
    chunk.ints[o] = seconds
    chunk.ints[o + 1] = low
    chunk.ints[o + 2] = high
    chunk.count += 1
    if (seconds > chunk.newest) chunk.newest = seconds
    this.#tail += 1
    if ((this.#used + 1) * 4 > this.#slots.length * 3) this.#rebuild()
    else this.#index(low, this.#tail)
    return this.size > this.#maxEntries ? this.#dropChunk() : undefined
  }

  /** Forgets chunks of which every entry is older. */
  expire(beforeSeconds: number): void {
    while (this.#chunks.length > 1 && (this.#chunks[0]?.newest ?? 0) < beforeSeconds)
      this.#dropChunk()
  }

  mark(): SeenMark {
    return { tail: this.#tail }
  }

  /** Base64 of the entries up to a mark, but for those that were forgotten since. */
  encode({ tail }: SeenMark): string {
    let text = ''
    let first = this.#head
    for (const chunk of this.#chunks) {
      const count = Math.min(chunk.count, tail - first)
      if (count <= 0) break
      if (count === CHUNK) text += chunk.base64 ??= encodeInts(chunk.ints, CHUNK)
      else text += encodeInts(chunk.ints, count)
      first += CHUNK
    }
    return text
  }

  /** Adds what `encode` wrote. Throws RangeError if it cannot be that. */
  restore(text: string): void {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length % (WIDTH * 4) !== 0) throw new RangeError('hashes of seen lines are cut off')
    for (let p = 0; p < bytes.length; p += WIDTH * 4) {
      this.add(bytes.readInt32LE(p), bytes.readInt32LE(p + 4), bytes.readInt32LE(p + 8))
    }
  }

  #dropChunk(): number {
    const chunk = this.#chunks.shift()
    this.#head += chunk?.count ?? 0
    return (chunk?.newest ?? 0) + 1
  }

  #index(low: number, stored: number): void {
    const mask = this.#slots.length - 1
    let slot = low & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = stored
    this.#used += 1
  }

  /** Drops stale slots, and grows if the living ones need it. */
  #rebuild(): void {
    let size = FIRST_SLOTS
    while (size < this.size * 2) size *= 2
    this.#slots = new Float64Array(size)
    this.#used = 0
    let stored = this.#head
    for (const chunk of this.#chunks) {
      for (let i = 0; i < chunk.count; i++) this.#index(chunk.ints[i * WIDTH + 1] ?? 0, ++stored)
    }
  }
}

function encodeInts(ints: Int32Array, count: number): string {
  const bytes = Buffer.allocUnsafe(count * WIDTH * 4)
  for (let i = 0; i < count * WIDTH; i++) bytes.writeInt32LE(ints[i] ?? 0, i * 4)
  return bytes.toString('base64')
}
