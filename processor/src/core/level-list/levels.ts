import type { DangerLevel } from '../detection.ts'
import { isIpv4 } from '../address.ts'
import { parseNetwork } from '../address-set.ts'
import { R_DPT, R_PROTO, R_SRC } from '../row.ts'
import { ALL_PORTS } from './entry.ts'
import type { LevelEntry } from './entry.ts'

interface Listed {
  readonly base: Int32Array
  readonly mask: Int32Array
  /** Bits of the mask: the more, the more specific. */
  readonly length: number
  readonly entry: LevelEntry
}

/** What an entry is known by where there is none. */
export const NO_ENTRY = -1

/**
 * The levels given to addresses beforehand (psad.md 3.4). Of the entries whose network holds the source and whose criteria fit
 * the packet, the most specific network decides, and of equal ones level 0, then the highest: psad tries them in random order
 * and lets level 0 ignore its criteria (Q20, Q21).
 */
export class LevelLists {
  readonly isEmpty: boolean
  /** In the order in which they are tried. */
  readonly #listed: readonly Listed[]
  /** By family and mask, most specific first: entries by their network, as indexes of `#listed`. */
  readonly #groups: readonly Group[]

  /** Throws RangeError that names a network which is none. */
  constructor(entries: readonly LevelEntry[]) {
    this.#listed = entries
      .map((entry) => {
        const { base, mask } = parseNetwork(entry.network)
        // Without its host part, so that ::ffff:0:0/64 is the IPv6 network that it is.
        return { base: base.map((word, i) => word & mask[i]!), mask, length: ones(mask), entry }
      })
      .sort(
        (a, b) =>
          b.length - a.length ||
          Number(b.entry.level === 0) - Number(a.entry.level === 0) ||
          b.entry.level - a.entry.level,
      )
    this.isEmpty = entries.length === 0
    const groups = new Map<string, Group>()
    this.#listed.forEach(({ base, mask, length }, i) => {
      const v4 = isIpv4(base, 0) && mask[2] === -1
      const key = `${v4} ${mask.join()}`
      const group: Group = groups.get(key) ?? {
        v4,
        mask,
        length,
        nets: new Map<string, number[]>(),
      }
      groups.set(key, group)
      const net = keyIn(group, base[0]!, base[1]!, base[2]!, base[3]!)
      group.nets.set(net, [...(group.nets.get(net) ?? []), i])
    })
    this.#groups = [...groups.values()]
  }

  /** Whether any entry is about the address: asked once for each source. */
  knows(a0: number, a1: number, a2: number, a3: number): boolean {
    return this.#groups.some((group) => group.nets.has(keyIn(group, a0, a1, a2, a3)))
  }

  /** The entry that decides about the packet at `o`, NO_ENTRY if none fits. */
  decide(rows: Int32Array, o: number): number {
    const at = o + R_SRC
    let best = NO_ENTRY
    let length = 0
    for (const group of this.#groups) {
      // Masks with holes can be as long as one without: the order of entries decides between such groups.
      if (best !== NO_ENTRY && group.length < length) break
      const key = keyIn(group, rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!)
      const found = group.nets.get(key)
      if (found === undefined) continue
      const fitting = found.find((i) => fits(this.#listed[i]!.entry, rows, o))
      if (fitting === undefined || (best !== NO_ENTRY && best < fitting)) continue
      best = fitting
      length = group.length
    }
    return best
  }

  level(index: number): DangerLevel {
    return this.#listed[index]!.entry.level
  }

  /** The first entry of this level whose network holds the address, for the reasons in a report. */
  nameOf(a0: number, a1: number, a2: number, a3: number, level: number): string {
    for (const group of this.#groups)
      for (const i of group.nets.get(keyIn(group, a0, a1, a2, a3)) ?? []) {
        const { entry } = this.#listed[i]!
        if (entry.level === level) return `${entry.list} ${entry.network}`
      }
    return 'a list'
  }
}

interface Group {
  readonly v4: boolean
  readonly mask: Int32Array
  readonly length: number
  readonly nets: Map<string, number[]>
}

function fits({ criteria }: LevelEntry, rows: Int32Array, o: number): boolean {
  if (criteria.length === 0) return true
  const protocol = rows[o + R_PROTO]!
  const port = rows[o + R_DPT]!
  return criteria.some(
    (criterion) =>
      criterion.protocol === protocol &&
      (port < 0
        ? criterion.low === 0 && criterion.high === ALL_PORTS.high
        : port >= criterion.low && port <= criterion.high),
  )
}

/** The address within the group's mask as a key; one that no network has where the family is another (::/0 holds no IPv4). */
function keyIn({ v4, mask }: Group, a0: number, a1: number, a2: number, a3: number): string {
  const isV4 = a0 === 0 && a1 === 0 && a2 === 0xffff
  if (isV4 !== v4) return ''
  // Only asked for sources that are listed, so a string will do.
  return v4
    ? String(a3 & mask[3]!)
    : `${a0 & mask[0]!}.${a1 & mask[1]!}.${a2 & mask[2]!}.${a3 & mask[3]!}`
}

function ones(mask: Int32Array): number {
  let bits = 0
  for (const word of mask) for (let rest = word; rest !== 0; rest &= rest - 1) bits++
  return bits
}
