import { HEALTH } from './checks.ts'
import {
  FINDING,
  F_HOLDERS,
  F_HOST,
  F_REASON,
  F_SINCE,
  F_SINCE_NANOS,
  F_TOLD,
  F_TOLD_AT,
  F_VALUE,
} from './layout.ts'
import type { HealthState } from './layout.ts'
import { FULL } from '../track/table.ts'

/** Intern id of "other": findings of prefixes beyond the table's end. */
const OTHER = 1

/** Ids of check, prefix and host (0: none); times in seconds since 1970. */
export interface Raised {
  readonly check: number
  readonly prefix: number
  readonly host: number
  /** When it began. */
  readonly since: number
  readonly sinceNanos: number
  /** Event time of the packet that proves it. */
  readonly now: number
  /** What `text.ts` puts into words, and which words where a check has several. */
  readonly value: number
  readonly reason?: number
}

/** What holds and what held, by check and prefix: several streams or hosts may show the same. */
export class Findings {
  /** Ids of findings to be told of, in order; whoever tells empties it. */
  readonly news: number[] = []
  readonly #state: HealthState

  constructor(state: HealthState) {
    this.#state = state
  }

  /** One more stream or host shows it. */
  raise({ check, prefix, host, since, sinceNanos, now, value, reason }: Raised): void {
    const id = this.#idOf(check, prefix)
    if (id === FULL) return
    const { rows } = this.#state.findings
    const f = id * FINDING
    const { ints } = rows
    rows.touch(f)
    const holders = ints[f + F_HOLDERS]!
    ints[f + F_HOLDERS] = holders + 1
    if (holders > 0) {
      if (ints[f + F_HOST] !== host) ints[f + F_HOST] = 0
      return
    }
    ints[f + F_SINCE] = since
    ints[f + F_SINCE_NANOS] = sinceNanos
    ints[f + F_VALUE] = value
    ints[f + F_REASON] = reason ?? 0
    ints[f + F_HOST] = host
    // Also where the clock went back: the day has not passed then.
    if (ints[f + F_TOLD] === 1 && now - ints[f + F_TOLD_AT]! < HEALTH.quietS) return
    ints[f + F_TOLD] = 1
    ints[f + F_TOLD_AT] = now
    this.news.push(id)
  }

  /** One stream or host less shows it. */
  clear(check: number, prefix: number): void {
    const { findings } = this.#state
    const found = findings.find(check, prefix)
    const id = found === FULL ? findings.find(check, OTHER) : found
    if (id === FULL) return
    const at = id * FINDING + F_HOLDERS
    const { ints } = findings.rows
    if (ints[at]! > 0) ints[at]!--
    findings.rows.touch(at)
  }

  #idOf(check: number, prefix: number): number {
    const { findings } = this.#state
    const known = findings.find(check, prefix)
    if (known !== FULL) return known
    const made = findings.insert(check, prefix)
    return made === FULL ? findings.find(check, OTHER) : made
  }
}
