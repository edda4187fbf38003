import { NO_TIME } from '../batch.ts'
import {
  F_ENTRY_TIME,
  HEADER_RFC3164,
  R_FLAGS,
  R_HEADER,
  R_HOST,
  R_LINE_AHEAD,
  R_SECONDS,
} from '../row.ts'
import { FULL } from '../track/table.ts'
import { CLOCK_BACK, CLOCK_JUMP, CLOCK_OFF, HEALTH } from './checks.ts'
import type { Findings } from './findings.ts'
import {
  CLOCK,
  C_JUMPED,
  C_JUMPED_AT,
  C_LAST,
  C_OFF,
  C_OFFSET,
  C_RUN,
  C_RUN_SECONDS,
} from './layout.ts'
import type { HealthState } from './layout.ts'

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S
/** Offset of a line from the future that fits no time zone. */
const AHEAD = NO_TIME

/** The clock of each host, judged by neighbouring lines, or by when the lines were received where that is known. */
export class Clocks {
  readonly #state: HealthState
  readonly #findings: Findings

  constructor(state: HealthState, findings: Findings) {
    this.#state = state
    this.#findings = findings
  }

  /** One packet with a time, of the host whose clock is `clockOf`. */
  packet(clock: number, rows: Int32Array, o: number): void {
    if (clock === 0) return
    if ((rows[o + R_FLAGS]! & F_ENTRY_TIME) === 0) this.#neighbours(clock, rows, o)
    else if (rows[o + R_LINE_AHEAD] !== NO_TIME) this.#received(clock, rows, o)
  }

  /** Where a host's clock stands in its table; 0 for a host too many, which is not judged. */
  clockOf(host: number): number {
    const { clocks } = this.#state
    const known = clocks.find(host, 0)
    const id = known === FULL ? clocks.insert(host, 0) : known
    return id * CLOCK
  }

  /**
   * Lines in the order they were written. Entries in a store are in order of time whatever the clocks did, and late ones
   * come when they come, so that only lines without an entry's time are judged by their order.
   */
  #neighbours(c: number, rows: Int32Array, o: number): void {
    const table = this.#state.clocks.rows
    const { ints } = table
    const seconds = rows[o + R_SECONDS]!
    const back = ints[c + C_LAST]! - seconds
    ints[c + C_LAST] = seconds
    table.touch(c)
    if (back > HEALTH.backS && !(rows[o + R_HEADER] === HEADER_RFC3164 && isYears(back))) {
      ints[c + C_JUMPED_AT] = seconds
      if (ints[c + C_JUMPED] === 1) return
      ints[c + C_JUMPED] = 1
      this.#raise(rows[o + R_HOST]!, seconds, seconds, back, CLOCK_BACK)
    } else if (ints[c + C_JUMPED] === 1 && seconds - ints[c + C_JUMPED_AT]! >= HEALTH.orderS) {
      ints[c + C_JUMPED] = 0
      this.#findings.clear(CLOCK_JUMP, 0)
    }
  }

  #raise(host: number, since: number, now: number, value: number, reason: number): void {
    this.#findings.raise({
      check: CLOCK_JUMP,
      prefix: 0,
      host,
      since,
      sinceNanos: 0,
      now,
      value,
      reason,
    })
  }

  /** The line's time against the time of its entry. */
  #received(c: number, rows: Int32Array, o: number): void {
    const ahead = rows[o + R_LINE_AHEAD]!
    const table = this.#state.clocks.rows
    const { ints } = table
    const offset = offsetOf(ahead)
    if (offset === 0 && ints[c + C_OFFSET] === 0 && ints[c + C_OFF] === 0) return
    table.touch(c)
    const seconds = rows[o + R_SECONDS]!
    if (ints[c + C_OFFSET] !== offset) {
      ints[c + C_OFFSET] = offset
      ints[c + C_RUN] = 0
      ints[c + C_RUN_SECONDS] = seconds
    }
    if (ints[c + C_RUN]! < HEALTH.run) ints[c + C_RUN]!++
    if (ints[c + C_RUN]! < HEALTH.run) return
    const since = ints[c + C_RUN_SECONDS]!
    if (offset !== 0 && ints[c + C_OFF] === 0 && seconds - since >= HEALTH.runS) {
      ints[c + C_OFF] = 1
      const by = offset === AHEAD ? ahead : offset
      this.#raise(rows[o + R_HOST]!, since, seconds, by, CLOCK_OFF)
    } else if (offset === 0 && ints[c + C_OFF] === 1) {
      ints[c + C_OFF] = 0
      this.#findings.clear(CLOCK_JUMP, 0)
    }
  }
}

/** The time zone (seconds) that explains the difference, AHEAD for a line from the future, 0 if nothing is strange: lines may be late. */
function offsetOf(ahead: number): number {
  if (ahead > HEALTH.zoneSlackS - HEALTH.zoneLeastS && ahead <= HEALTH.aheadS) return 0
  const zone = Math.round(ahead / HEALTH.zoneStepS) * HEALTH.zoneStepS
  const isZone =
    Math.abs(zone) >= HEALTH.zoneLeastS &&
    Math.abs(zone) <= DAY_S &&
    Math.abs(ahead - zone) <= HEALTH.zoneSlackS
  if (isZone) return zone
  return ahead > HEALTH.aheadS ? AHEAD : 0
}

/** A line without a year near New Year, or a log of several years: the year is our guess, not the clock's fault. */
function isYears(back: number): boolean {
  const years = Math.round(back / YEAR_S)
  return years >= 1 && Math.abs(back - years * YEAR_S) <= 2 * DAY_S
}
