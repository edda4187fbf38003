import { R_IPID, R_LENGTH, R_TTL, R_WINDOW } from '../row.ts'
import {
  PRINT,
  PRINT_POSF,
  PS_COUNTS,
  PS_GUESS,
  PS_ID,
  PS_KEPT,
  PS_LENGTHS,
  PS_TTLS,
  PS_WINDOWS,
} from '../track/layout.ts'
import type { KeyTable } from '../track/index-table.ts'
import { FULL } from '../track/table.ts'
import type { PosfFingerprint } from './fingerprint.ts'

/** The pair's packets from which psad no longer looks (psad.md 6). */
const PAIR_PACKETS = 100
/** Hops that psad allows here, whatever its MAX_HOPS says. */
const HOPS = 20
/** The largest step of IP IDs that counts as small. */
const SMALL_STEP = 999

// PS_COUNTS: SYNs in the low 16 bits, then four bits each for how many lengths and windows are kept
const MOST_PACKETS = 0xffff
const LENGTHS_SHIFT = 16
const WINDOWS_SHIFT = 20
/** The IP IDs were not all in small steps. */
const IS_RANDOM = 1 << 24

/** What the SYNs of a source add up to, and the guess that psad's `posf` kind makes of it (psad.md 6.2). */
export class PosfBook {
  readonly #prints: KeyTable
  readonly #fingerprints: readonly PosfFingerprint[]
  readonly #labelIds: readonly number[]
  /** Lengths and windows that a fingerprint asks for: no others are kept. */
  readonly #lengths = new Uint8Array(65_536)
  readonly #windows = new Uint8Array(65_536)

  /** `labelIds`: of each fingerprint. */
  constructor(
    prints: KeyTable,
    fingerprints: readonly PosfFingerprint[],
    labelIds: readonly number[],
  ) {
    this.#prints = prints
    this.#fingerprints = fingerprints
    this.#labelIds = labelIds
    for (const { length, window } of fingerprints) {
      this.#lengths[length] = 1
      this.#windows[window] = 1
    }
  }

  /** Adds a SYN; the first fingerprint that fits then, in the order of the tables, is the guess for good. */
  packet(rows: Int32Array, o: number, source: number, pairPackets: number): void {
    const length = rows[o + R_LENGTH]!
    const ttl = rows[o + R_TTL]!
    const window = rows[o + R_WINDOW]!
    const id = rows[o + R_IPID]!
    if (pairPackets >= PAIR_PACKETS || length < 0 || ttl < 0 || window < 0 || id < 0) return
    const table = this.#prints
    let row = table.find(source, PRINT_POSF)
    if (row === 0) {
      row = table.insert(source, PRINT_POSF)
      if (row === FULL) return
    }
    const at = row * PRINT
    const { ints } = table.rows
    if (ints[at + PS_GUESS] !== 0) return
    table.rows.touch(at)
    let counts = ints[at + PS_COUNTS]!
    if ((counts & MOST_PACKETS) === 0) {
      ints[at + PS_TTLS] = ttl | (ttl << 8)
    } else {
      const step = id - ints[at + PS_ID]!
      if (step < 1 || step > SMALL_STEP) counts |= IS_RANDOM
      const lowest = Math.min(ttl, ints[at + PS_TTLS]! & 0xff)
      const highest = Math.max(ttl, ints[at + PS_TTLS]! >> 8)
      ints[at + PS_TTLS] = lowest | (highest << 8)
    }
    ints[at + PS_ID] = id
    if ((counts & MOST_PACKETS) < MOST_PACKETS) counts++
    if (this.#lengths[length & 0xffff] === 1)
      counts = keep(ints, at + PS_LENGTHS, length, counts, LENGTHS_SHIFT)
    if (this.#windows[window & 0xffff] === 1)
      counts = keep(ints, at + PS_WINDOWS, window, counts, WINDOWS_SHIFT)
    ints[at + PS_COUNTS] = counts
    ints[at + PS_GUESS] = this.#guess(ints, at, counts)
  }

  #guess(ints: Int32Array, at: number, counts: number): number {
    const packets = counts & MOST_PACKETS
    const lowest = ints[at + PS_TTLS]! & 0xff
    const highest = ints[at + PS_TTLS]! >> 8
    const id = (counts & IS_RANDOM) === 0 ? 'SMALLINCR' : 'RANDOM'
    for (let i = 0; i < this.#fingerprints.length; i++) {
      const print = this.#fingerprints[i]!
      if (
        packets >= print.packets &&
        id === print.id &&
        highest <= print.ttl &&
        lowest > print.ttl - HOPS &&
        isKept(ints, at + PS_LENGTHS, print.length, (counts >> LENGTHS_SHIFT) & 0xf) &&
        isKept(ints, at + PS_WINDOWS, print.window, (counts >> WINDOWS_SHIFT) & 0xf)
      )
        return this.#labelIds[i]!
    }
    return 0
  }
}

/** Adds a value that is new, while there is room; returns the counts. */
function keep(ints: Int32Array, at: number, value: number, counts: number, shift: number): number {
  const count = (counts >> shift) & 0xf
  if (count >= PS_KEPT || isKept(ints, at, value, count)) return counts
  ints[at + (count >> 1)]! |= value << ((count & 1) << 4)
  return counts + (1 << shift)
}

function isKept(ints: Int32Array, at: number, value: number, count: number): boolean {
  for (let i = 0; i < count; i++)
    if (((ints[at + (i >> 1)]! >>> ((i & 1) << 4)) & 0xffff) === value) return true
  return false
}
