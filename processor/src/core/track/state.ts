import { HealthState } from '../health/layout.ts'
import { AddressTable, KeyTable } from './index-table.ts'
import {
  CLASS_TELNET,
  COUNTER,
  G_BITS,
  G_NEXT,
  H_NEXT,
  HIT,
  M_KEPT,
  M_SCAN,
  M_TOUCHED,
  P_ALIVE,
  P_HIGH,
  P_HITS,
  P_KINDS,
  P_LOW,
  P_NEXT,
  P_OLD_PAGES,
  P_PACKETS,
  P_PAGES,
  P_PROTOS,
  P_PSAD_PROTOS,
  PAGE,
  PAIR,
  PRINT,
  PRINT_LABELS,
  PRINT_POSF,
  S_EMITTED,
  S_HITS,
  S_HOSTS,
  S_LAST,
  S_KINDS,
  S_LEVEL,
  S_MARKS,
  S_MATCHES,
  S_MAX,
  S_PACKETS,
  S_PAGES,
  S_PAIRS,
  S_PORT,
  S_PORTS,
  S_PROTOS,
  S_SCAN_PACKETS,
  S_SWEEP,
  S_TARGET,
  SOURCE,
  T_REFS,
  TARGET,
  QUICK_PROTOCOLS,
  ownerOfOldPair,
  ownerOfPair,
  protocolKey,
} from './layout.ts'
import { FULL, Table } from './table.ts'

/** Rows that one source may need at most, so that one attacker cannot fill the tables alone. */
export const DESTINATIONS_PER_SOURCE = 65_536

/** Ints of the scalar counters that are saved with every snapshot. */
export const SCALARS = 64

/** All memory of an engine, and the moves on it that keep its lists and reference counts right. */
export class State {
  readonly sources: AddressTable
  readonly targets: AddressTable
  readonly pairs: KeyTable
  readonly pages: KeyTable
  readonly hits: KeyTable
  /** Packets (64 bits) and sources of each destination port: row (class << 16 | port) + 1. */
  readonly ports: Table
  /** Packets by prefix and protocol. */
  readonly packets: KeyTable
  /** Matches (64 bits) and sources of each sid: key (sid, 0). */
  readonly sids: KeyTable
  /** Hosts and prefixes that logged TCP options: key (host, prefix). */
  readonly optionsSeen: KeyTable
  readonly health: HealthState
  /** Guesses at the systems of sources: key (source, PRINT_*). */
  readonly prints: KeyTable
  /** Sources at each level 0 to 5. */
  readonly byLevel = new Float64Array(6)
  evicted = 0
  /** Distinct sources and destinations ever seen; a source that was forgotten counts again. */
  sourcesSeen = 0
  targetsSeen = 0
  #hand = 1
  readonly #retain: boolean

  constructor(options: { sources: number; seed: number; retain: boolean }) {
    const { sources, seed } = options
    this.#retain = options.retain
    this.sources = new AddressTable(new Table(SOURCE, sources), seed)
    this.targets = new AddressTable(new Table(TARGET, Math.max(65_536, sources)), seed)
    this.pairs = new KeyTable(new Table(PAIR, Math.max(131_072, sources * 2)), seed)
    this.pages = new KeyTable(new Table(PAGE, Math.max(262_144, sources * 8)), seed)
    this.hits = new KeyTable(new Table(HIT, Math.max(65_536, sources)), seed)
    this.ports = new Table(COUNTER, 3 * 65_536, 3 * 65_536 + 1)
    this.ports.used = 3 * 65_536 + 1
    this.packets = new KeyTable(new Table(4, 65_536), seed)
    this.sids = new KeyTable(new Table(8, 65_536), seed)
    this.optionsSeen = new KeyTable(new Table(4, 65_536), seed)
    this.health = new HealthState(seed)
    this.prints = new KeyTable(new Table(PRINT, Math.max(65_536, sources * 2)), seed)
  }

  get tables(): readonly Table[] {
    return [
      this.sources.rows,
      this.targets.rows,
      this.pairs.rows,
      this.pages.rows,
      this.hits.rows,
      this.ports,
      this.packets.rows,
      this.sids.rows,
      this.optionsSeen.rows,
      ...this.health.tables,
      this.prints.rows,
    ]
  }

  get indexed(): readonly (AddressTable | KeyTable)[] {
    return [
      this.sources,
      this.targets,
      this.pairs,
      this.pages,
      this.hits,
      this.packets,
      this.sids,
      this.optionsSeen,
      ...this.health.indexed,
      this.prints,
    ]
  }

  /** The source's id, made if new: room is made by forgetting the least interesting. */
  sourceOf(a0: number, a1: number, a2: number, a3: number): number {
    const rows = this.sources.rows
    const before = rows.live
    let id = this.sources.idOf(a0, a1, a2, a3)
    let isNew = rows.live !== before
    if (id === FULL) {
      this.makeRoom(0)
      id = this.sources.idOf(a0, a1, a2, a3)
      isNew = true
    }
    if (isNew) {
      this.sourcesSeen++
      this.byLevel[0]!++
    }
    return id
  }

  /** The target's id, made if new; FULL if there is no room even after those without references are gone. */
  targetOf(a0: number, a1: number, a2: number, a3: number, keep: number): number {
    const before = this.targets.rows.live
    let id = this.targets.idOf(a0, a1, a2, a3)
    if (id === FULL) {
      this.freeTargets()
      id = this.targets.idOf(a0, a1, a2, a3)
      if (id === FULL) {
        this.makeRoom(keep)
        this.freeTargets()
        id = this.targets.idOf(a0, a1, a2, a3)
      }
      if (id !== FULL) this.targetsSeen++
    } else if (this.targets.rows.live !== before) {
      this.targetsSeen++
    }
    return id
  }

  /** Frees the targets that nobody points to. */
  freeTargets(): void {
    const rows = this.targets.rows
    for (let id = 1; id < rows.used; id++)
      if (!rows.isFree(id) && rows.ints[id * TARGET + T_REFS] === 0) this.targets.remove(id)
  }

  refer(target: number): void {
    const o = target * TARGET
    this.targets.rows.ints[o + T_REFS]!++
    this.targets.rows.touch(o)
  }

  unrefer(target: number): void {
    const rows = this.targets.rows
    const o = target * TARGET
    rows.ints[o + T_REFS]!--
    rows.touch(o)
    if (rows.ints[o + T_REFS] === 0 && !this.#retain) this.targets.remove(target)
  }

  /** Makes a pair and puts it on its source's list; FULL if there is no room. */
  newPair(source: number, target: number): number {
    let pair = this.pairs.insert(source, target)
    if (pair === FULL) {
      this.makeRoom(source)
      pair = this.pairs.insert(source, target)
      if (pair === FULL) return FULL
    }
    this.refer(target)
    const p = pair * PAIR
    const ints = this.pairs.rows.ints
    const so = source * SOURCE
    ints[p + P_HIGH] = -1
    ints[p + P_NEXT] = this.sources.rows.ints[so + S_PAIRS]!
    this.sources.rows.ints[so + S_PAIRS] = pair
    return pair
  }

  /**
   * Sets a bit in the owner's page; `head` is where the owner's list begins (an offset into `owners`).
   * Returns 1 if the bit is new, 0 if it was set, -1 if there is no room.
   */
  setBit(
    owners: Table,
    head: number,
    owner: number,
    key: number,
    bit: number,
    keep: number,
  ): number {
    let page = this.pages.find(owner, key)
    if (page === 0) {
      page = this.pages.insert(owner, key)
      if (page === FULL) {
        this.makeRoom(keep)
        page = this.pages.insert(owner, key)
        if (page === FULL) return -1
      }
      const g = page * PAGE
      this.pages.rows.ints[g + G_BITS] = bit
      this.pages.rows.ints[g + G_NEXT] = owners.ints[head]!
      owners.ints[head] = page
      owners.touch(head)
      return 1
    }
    const g = page * PAGE
    const bits = this.pages.rows.ints[g + G_BITS]!
    if ((bits & bit) !== 0) return 0
    this.pages.rows.ints[g + G_BITS] = bits | bit
    this.pages.rows.touch(g)
    return 1
  }

  /** Adds to a count in a pair's page of a class that holds no ports; returns the count, or 0 if there is no room. */
  countInPage(pair: number, key: number, by: number, keep: number): number {
    const p = pair * PAIR
    const owner = ownerOfPair(pair)
    const page = this.pages.find(owner, key)
    if (page === 0)
      return this.setBit(this.pairs.rows, p + P_PAGES, owner, key, by, keep) === 1 ? by : 0
    const g = page * PAGE
    this.pages.rows.touch(g)
    return (this.pages.rows.ints[g + G_BITS]! += by)
  }

  #freePages(first: number): void {
    for (let page = first; page !== 0;) {
      const next = this.pages.rows.ints[page * PAGE + G_NEXT]!
      this.pages.remove(page)
      page = next
    }
  }

  #freeHits(first: number): void {
    for (let hit = first; hit !== 0;) {
      const next = this.hits.rows.ints[hit * HIT + H_NEXT]!
      this.hits.remove(hit)
      hit = next
    }
  }

  /** Ends the scan of a source: what belongs to it is freed, or kept for the report where ended scans are. */
  endScan(source: number): void {
    const ints = this.sources.rows.ints
    const o = source * SOURCE
    this.#freePages(ints[o + S_PAGES]!)
    this.#freeHits(ints[o + S_HITS]!)
    if (this.#retain) {
      for (
        let pair = ints[o + S_PAIRS]!;
        pair !== 0;
        pair = this.pairs.rows.ints[pair * PAIR + P_NEXT]!
      )
        this.#retire(pair)
      if (ints[o + S_TARGET] !== 0) this.unrefer(ints[o + S_TARGET]!)
    } else {
      this.#freePairs(source)
      ints[o + S_PACKETS] = 0
      ints[o + S_MATCHES] = 0
    }
    this.byLevel[ints[o + S_LEVEL]!]!--
    this.byLevel[0]!++
    ints[o + S_SCAN_PACKETS] = 0
    ints[o + S_HOSTS] = 0
    ints[o + S_MAX] = 0
    ints[o + S_LEVEL] = 0
    ints[o + S_EMITTED] = 0
    ints[o + S_PROTOS] = 0
    ints[o + S_SWEEP] = 0
    ints[o + S_TARGET] = 0
    ints[o + S_PORT] = 0
    ints[o + S_KINDS] = 0
    ints[o + S_PAGES] = 0
    ints[o + S_HITS] = 0
    ints[o + S_PORTS] = 0
    ints[o + S_MARKS] = ints[o + S_MARKS]! & M_KEPT & ~M_SCAN
    this.sources.rows.touch(o)
  }

  /** Moves a pair's ports to those of ended scans and clears what belonged to the scan. */
  #retire(pair: number): void {
    const p = pair * PAIR
    const table = this.pairs.rows
    for (let page = table.ints[p + P_PAGES]!; page !== 0;) {
      const g = page * PAGE
      const key = this.pages.rows.ints[g + 1]!
      const bits = this.pages.rows.ints[g + G_BITS]!
      const next = this.pages.rows.ints[g + G_NEXT]!
      this.pages.remove(page)
      if (key >> 11 !== CLASS_TELNET) this.#setOld(pair, key, bits)
      page = next
    }
    const quick = table.ints[p + P_PROTOS]!
    QUICK_PROTOCOLS.forEach((protocol, i) => {
      if ((quick & (1 << i)) !== 0) this.#setOld(pair, protocolKey(protocol), 1 << (protocol & 31))
    })
    const ints = table.ints
    ints[p + P_PAGES] = 0
    ints[p + P_PACKETS] = 0
    ints[p + P_LOW] = 0
    ints[p + P_HIGH] = -1
    ints[p + P_PROTOS] = 0
    ints[p + P_KINDS] = 0
    ints[p + P_PSAD_PROTOS] = 0
    ints[p + P_ALIVE] = 0
    table.touch(p)
  }

  #setOld(pair: number, key: number, bits: number): void {
    const owner = ownerOfOldPair(pair)
    let old = this.pages.find(owner, key)
    if (old === 0) {
      old = this.pages.insert(owner, key)
      if (old === FULL) return
      const p = pair * PAIR
      this.pages.rows.ints[old * PAGE + G_NEXT] = this.pairs.rows.ints[p + P_OLD_PAGES]!
      this.pairs.rows.ints[p + P_OLD_PAGES] = old
    }
    this.pages.rows.ints[old * PAGE + G_BITS]! |= bits
    this.pages.rows.touch(old * PAGE)
  }

  #freePairs(source: number): void {
    const ints = this.sources.rows.ints
    const o = source * SOURCE
    for (let pair = ints[o + S_PAIRS]!; pair !== 0;) {
      const p = pair * PAIR
      const table = this.pairs.rows
      const next = table.ints[p + P_NEXT]!
      const target = table.ints[p + 1]!
      this.#freePages(table.ints[p + P_PAGES]!)
      this.#freePages(table.ints[p + P_OLD_PAGES]!)
      this.#freeHits(table.ints[p + P_HITS]!)
      this.pairs.remove(pair)
      this.unrefer(target)
      pair = next
    }
    if (ints[o + S_TARGET] !== 0) this.unrefer(ints[o + S_TARGET]!)
    ints[o + S_PAIRS] = 0
    ints[o + S_TARGET] = 0
  }

  #freePrints(source: number): void {
    for (const kind of [PRINT_LABELS, PRINT_POSF]) {
      const row = this.prints.find(source, kind)
      if (row !== 0) this.prints.remove(row)
    }
  }

  forget(source: number): void {
    const ints = this.sources.rows.ints
    const o = source * SOURCE
    this.#freePages(ints[o + S_PAGES]!)
    this.#freeHits(ints[o + S_HITS]!)
    this.#freePairs(source)
    this.#freePrints(source)
    this.byLevel[ints[o + S_LEVEL]!]!--
    this.sources.remove(source)
  }

  /**
   * Forgets about a sixteenth of the sources: a clock hand walks over the rows, passes over those with a level, gives
   * those touched since its last round a second chance. If those with a level alone fill the table, the lowest
   * level goes, oldest first. `keep` is never forgotten.
   */
  makeRoom(keep: number): void {
    const rows = this.sources.rows
    const wanted = Math.max(1, rows.live >> 4)
    let freed = 0
    for (let steps = rows.used * 2; steps > 0 && freed < wanted; steps--) {
      const id = this.#hand
      this.#hand = id + 1 >= rows.used ? 1 : id + 1
      if (id === keep || rows.isFree(id)) continue
      const o = id * SOURCE
      if (rows.ints[o + S_LEVEL]! > 0) continue
      if ((rows.ints[o + S_MARKS]! & M_TOUCHED) !== 0) {
        rows.ints[o + S_MARKS]! &= ~M_TOUCHED
        continue
      }
      this.forget(id)
      freed++
    }
    if (freed === 0) freed = this.#forgetLevelled(keep, wanted)
    this.evicted += freed
  }

  #forgetLevelled(keep: number, wanted: number): number {
    const candidates: { id: number; level: number; last: number }[] = []
    const ints = this.sources.rows.ints
    this.sources.rows.forEach((id, o) => {
      if (id !== keep) candidates.push({ id, level: ints[o + S_LEVEL]!, last: ints[o + S_LAST]! })
    })
    candidates.sort((a, b) => a.level - b.level || a.last - b.last || a.id - b.id)
    for (const { id } of candidates.slice(0, wanted)) this.forget(id)
    return Math.min(wanted, candidates.length)
  }

  get hand(): number {
    return this.#hand
  }

  set hand(value: number) {
    this.#hand = value
  }
}
