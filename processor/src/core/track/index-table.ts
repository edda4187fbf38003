import { FULL, Table } from './table.ts'

/** MurmurHash3's finaliser: spreads every bit over the whole word. */
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85eb_ca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2_ae35)
  return h ^ (h >>> 16)
}

export function hash2(a: number, b: number, seed: number): number {
  return finish(Math.imul(a ^ seed, 0x9e37_79b1) ^ Math.imul(b + 0x7f4a_7c15, 0x85eb_ca77))
}

export function hash4(a: number, b: number, c: number, d: number, seed: number): number {
  let h = Math.imul(d ^ seed, 0x9e37_79b1)
  h = Math.imul(h ^ (h >>> 15) ^ c, 0x85eb_ca77)
  h = Math.imul(h ^ (h >>> 13) ^ b, 0xc2b2_ae3d)
  return finish(h ^ a)
}

/**
 * Open addressing over the rows of a table: pairs of (hash, id), load at most two thirds, deletion by shifting
 * back. A probe that misses never touches a row. No result may depend on its order.
 */
abstract class Indexed {
  readonly rows: Table
  protected index: Int32Array
  protected readonly seed: number

  constructor(rows: Table, seed: number) {
    this.rows = rows
    this.seed = seed
    this.index = new Int32Array(4096)
  }

  protected abstract hashOf(id: number): number

  protected insertAt(slot: number, hash: number, id: number): void {
    this.index[slot] = hash
    this.index[slot + 1] = id
    if (this.rows.live * 3 > this.index.length) this.#rehash(this.index.length * 2)
  }

  /** Builds the index anew from the rows: after a restore, or when it has become too full. */
  rebuild(): void {
    let size = 4096
    while (this.rows.live * 3 > size) size *= 2
    this.#rehash(size)
  }

  #rehash(size: number): void {
    const index = new Int32Array(size)
    const mask = size - 2
    for (let id = 1; id < this.rows.used; id++) {
      if (this.rows.isFree(id)) continue
      const hash = this.hashOf(id)
      let i = (hash << 1) & mask
      while (index[i + 1] !== 0) i = (i + 2) & mask
      index[i] = hash
      index[i + 1] = id
    }
    this.index = index
  }

  /** Takes a row out of the index and frees it. */
  remove(id: number): void {
    const index = this.index
    const mask = index.length - 2
    let i = (this.hashOf(id) << 1) & mask
    while (index[i + 1] !== id) {
      if (index[i + 1] === 0) throw new RangeError('a row is not in its index')
      i = (i + 2) & mask
    }
    let hole = i
    for (let j = (i + 2) & mask; index[j + 1] !== 0; j = (j + 2) & mask) {
      const home = (index[j]! << 1) & mask
      // j may fill the hole unless its home lies between the hole (exclusive) and j.
      if (((j - home) & mask) >= ((j - hole) & mask)) {
        index[hole] = index[j]!
        index[hole + 1] = index[j + 1]!
        hole = j
      }
    }
    index[hole] = 0
    index[hole + 1] = 0
    this.rows.release(id)
  }
}

/** A table whose rows begin with an address of four ints. */
export class AddressTable extends Indexed {
  protected override hashOf(id: number): number {
    const ints = this.rows.ints
    const o = id * this.rows.stride
    return hash4(ints[o]!, ints[o + 1]!, ints[o + 2]!, ints[o + 3]!, this.seed)
  }

  /** The row's id or 0. */
  find(a0: number, a1: number, a2: number, a3: number): number {
    const index = this.index
    const mask = index.length - 2
    const stride = this.rows.stride
    const ints = this.rows.ints
    const hash = hash4(a0, a1, a2, a3, this.seed)
    for (let i = (hash << 1) & mask; ; i = (i + 2) & mask) {
      const id = index[i + 1]!
      if (id === 0) return 0
      if (index[i] !== hash) continue
      const o = id * stride
      if (ints[o + 3] === a3 && ints[o + 2] === a2 && ints[o + 1] === a1 && ints[o] === a0)
        return id
    }
  }

  /** The row's id, made if new (then all but the address is 0); FULL if there is no room. */
  idOf(a0: number, a1: number, a2: number, a3: number): number {
    const mask = this.index.length - 2
    const stride = this.rows.stride
    const ints = this.rows.ints
    const hash = hash4(a0, a1, a2, a3, this.seed)
    let i = (hash << 1) & mask
    for (; ; i = (i + 2) & mask) {
      const id = this.index[i + 1]!
      if (id === 0) break
      if (this.index[i] !== hash) continue
      const o = id * stride
      if (ints[o + 3] === a3 && ints[o + 2] === a2 && ints[o + 1] === a1 && ints[o] === a0)
        return id
    }
    const id = this.rows.alloc()
    if (id === FULL) return FULL
    const o = id * stride
    const fresh = this.rows.ints
    fresh[o] = a0
    fresh[o + 1] = a1
    fresh[o + 2] = a2
    fresh[o + 3] = a3
    this.insertAt(i, hash, id)
    return id
  }
}

/** A table whose rows begin with a key of two ints. */
export class KeyTable extends Indexed {
  protected override hashOf(id: number): number {
    const ints = this.rows.ints
    const o = id * this.rows.stride
    return hash2(ints[o]!, ints[o + 1]!, this.seed)
  }

  find(a: number, b: number): number {
    const index = this.index
    const mask = index.length - 2
    const stride = this.rows.stride
    const ints = this.rows.ints
    const hash = hash2(a, b, this.seed)
    for (let i = (hash << 1) & mask; ; i = (i + 2) & mask) {
      const id = index[i + 1]!
      if (id === 0) return 0
      if (index[i] !== hash) continue
      const o = id * stride
      if (ints[o] === a && ints[o + 1] === b) return id
    }
  }

  /** Makes the row of a key that `find` did not find; FULL if there is no room. */
  insert(a: number, b: number): number {
    const id = this.rows.alloc()
    if (id === FULL) return FULL
    const o = id * this.rows.stride
    this.rows.ints[o] = a
    this.rows.ints[o + 1] = b
    const hash = hash2(a, b, this.seed)
    const mask = this.index.length - 2
    let i = (hash << 1) & mask
    while (this.index[i + 1] !== 0) i = (i + 2) & mask
    this.insertAt(i, hash, id)
    return id
  }
}
