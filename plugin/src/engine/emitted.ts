import {
  R_NANOS,
  R_SECONDS,
  R_SRC,
  sourceQuery,
  type DetectionOutline,
} from '@picket/processor/core'
import type { Moment } from '../data/model'
import type { AddressBook } from './address-book'

/** What the detections say that the report does not. Sources are numbers of the address book. */
export class Emitted {
  /** `source`: number in the address book, -1 = none. */
  readonly moments: Moment[] = []
  /** LogQL that shows a source's lines; the core knows how the address stood in them. */
  readonly queries = new Map<number, string>()
  /** Number of detections by source. */
  readonly counts = new Map<number, number>()
  /** Sources that matched, by sid. */
  readonly matched = new Map<number, Set<number>>()
  readonly #book: AddressBook
  readonly #selector: string | undefined

  constructor(book: AddressBook, selector: string | undefined) {
    this.#book = book
    this.#selector = selector
  }

  readonly add = ({
    kind,
    sid,
    dangerLevel: level,
    previousLevel,
    rows,
    at,
  }: DetectionOutline): void => {
    const source = kind === 'logging-health' ? -1 : this.#book.of(rows, at + R_SRC)
    const time = (rows[at + R_SECONDS] ?? 0) * 1000 + (rows[at + R_NANOS] ?? 0) / 1e6
    this.moments.push({ time, source, level, previousLevel, kind })
    if (source < 0) return
    this.counts.set(source, (this.counts.get(source) ?? 0) + 1)
    if (this.#selector !== undefined && !this.queries.has(source)) {
      const query = sourceQuery(this.#selector, rows, at)
      if (query !== undefined) this.queries.set(source, query)
    }
    if (sid < 0) return
    const sources = this.matched.get(sid)
    if (sources === undefined) this.matched.set(sid, new Set([source]))
    else sources.add(source)
  }
}
