import { idOf } from '../detect/id.ts'
import type { Detection } from '../detection.ts'
import type { FeedContext } from '../engine-api.ts'
import type { InternTable } from '../parse/api.ts'
import type { ReportHealth } from '../report.ts'
import { CHAIN_NAMES } from '../row.ts'
import { isoTime } from '../time-text.ts'
import {
  ACCEPTED_TRAFFIC,
  CLOCK_BACK,
  CLOCK_JUMP,
  HEALTH,
  HEALTH_CHECKS,
  NO_TCP_OPTIONS,
  ONE_CHAIN,
  RATE_LIMITED,
} from './checks.ts'
import type { HealthCheck } from './checks.ts'
import {
  B_DECIMALS,
  B_MOST_EXCESS,
  B_RATE,
  FINDING,
  F_HOLDERS,
  F_HOST,
  F_REASON,
  F_SINCE,
  F_SINCE_NANOS,
  F_VALUE,
} from './layout.ts'
import type { HealthState } from './layout.ts'
import { rateText } from './rate.ts'

/** In ids: kinds 1 to 4 are those of `detect/detections.ts`. */
const KIND_CODE = 5

/** What a person can do, by check. */
const ADVICE: Readonly<Record<HealthCheck, string>> = {
  'rate-limited':
    'the firewall writes only a part of what it sees: raise or remove the limit of this LOG rule',
  'no-tcp-options':
    'add --log-tcp-options to the LOG rule (nftables: log flags tcp options): without them neither operating systems nor masscan can be told',
  'one-chain': 'if packets pass this chain too, log what it drops',
  'accepted-traffic':
    'accepted packets are counted and never raise a level: log drops, or tell the prefixes apart in detection.verdicts',
  'clock-jump':
    'set the clock of the host, or time.zone if its lines name no zone; read files in the order they were written',
  'no-time': 'let the logger write the time of each line: all of them count as read at once',
}

/** What holds and what held, sorted by check and prefix: for metrics. */
export interface HealthSeries {
  readonly check: HealthCheck
  readonly prefix: string
  readonly holds: boolean
}

export function healthSeries(state: HealthState, interned: InternTable): HealthSeries[] {
  const series: HealthSeries[] = []
  const { rows } = state.findings
  rows.forEach((_, f) => {
    series.push({
      check: checkOf(rows.ints, f),
      prefix: interned.text(rows.ints[f + 1]!),
      holds: rows.ints[f + F_HOLDERS]! > 0,
    })
  })
  return series.sort(byCheckAndPrefix)
}

/** What holds, sorted by check and prefix. */
export function healthReport(state: HealthState, interned: InternTable): ReportHealth[] {
  const list: ReportHealth[] = []
  const { rows } = state.findings
  rows.forEach((_, f) => {
    const { ints } = rows
    if (ints[f + F_HOLDERS] === 0) return
    const prefix = interned.text(ints[f + 1]!)
    list.push({
      check: checkOf(ints, f),
      ...(prefix === '' ? {} : { prefix }),
      detail:
        ints[f] === RATE_LIMITED ? limitsOf(state, ints[f + 1]!) : detailOf(ints, f, interned),
      since: isoTime(ints[f + F_SINCE]!, ints[f + F_SINCE_NANOS]!),
    })
  })
  return list.sort(byCheckAndPrefix)
}

/** The detection of a finding that was just raised. */
export function healthDetection(
  state: HealthState,
  interned: InternTable,
  finding: number,
  seconds: number,
  nanos: number,
  feed: FeedContext | undefined,
): Detection {
  const { ints } = state.findings.rows
  const f = finding * FINDING
  const check = checkOf(ints, f)
  const prefix = interned.text(ints[f + 1]!)
  const host = interned.text(ints[f + F_HOST]!)
  const since = ints[f + F_SINCE]!
  const sinceNanos = ints[f + F_SINCE_NANOS]!
  const words = Array.from(`${prefix}\n${host}`, (letter) => letter.codePointAt(0) ?? 0)
  const hasQuery = feed?.selector !== undefined && /^[^"\\`]+$/.test(prefix)
  return {
    v: 1,
    id: idOf([KIND_CODE, ints[f]!, since, sinceNanos, seconds, nanos, ...words]),
    time: isoTime(seconds, nanos),
    kind: 'logging-health',
    dangerLevel: 0,
    previousLevel: 0,
    packets: 0,
    protocols: [],
    message: `${check}: ${ADVICE[check]}`,
    reasons: [detailOf(ints, f, interned)],
    ...(hasQuery
      ? {
          evidence: {
            query: `${feed.selector} |= "${prefix}"`,
            from: isoTime(Math.min(since, seconds), 0),
            to: isoTime(seconds + 1, 0),
          },
        }
      : {}),
    firstSeen: isoTime(since, sinceNanos),
    lastSeen: isoTime(seconds, nanos),
    ...(host === '' ? {} : { host }),
    ...(prefix === '' ? {} : { prefix }),
  }
}

function checkOf(ints: Int32Array, f: number): HealthCheck {
  return HEALTH_CHECKS[ints[f]!] ?? 'rate-limited'
}

function byCheckAndPrefix(
  a: { check: string; prefix?: string },
  b: { check: string; prefix?: string },
): number {
  const [x, y] = [`${a.check}\n${a.prefix ?? ''}`, `${b.check}\n${b.prefix ?? ''}`]
  return x < y ? -1 : x > y ? 1 : 0
}

/** A finding in words. */
function detailOf(ints: Int32Array, f: number, interned: InternTable): string {
  const value = ints[f + F_VALUE]!
  const host = interned.text(ints[f + F_HOST]!)
  switch (ints[f]) {
    case RATE_LIMITED:
      return rateText(value)
    case NO_TCP_OPTIONS:
      return `${value} SYN packets in a row had TCP options and show none`
    case ONE_CHAIN:
      return `nothing of ${CHAIN_NAMES[value] ?? ''} in ${HEALTH.oneChain} packets`
    case ACCEPTED_TRAFFIC:
      return `${value} % of ${HEALTH.window} packets were accepted`
    case CLOCK_JUMP:
      return clockText(value, ints[f + F_REASON]!, host)
    default:
      return 'the lines have no time'
  }
}

function clockText(value: number, reason: number, host: string): string {
  const lines = host === '' ? 'lines' : `lines of ${host}`
  const by = durationText(Math.abs(value))
  if (reason === CLOCK_BACK) return `${lines} went back by ${by}`
  return `${lines} are dated ${by} ${value > 0 ? 'after' : 'before'} they were received`
}

function durationText(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${Math.round(seconds / 86_400)} days`
  const minutes = Math.round(seconds / 60)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(rest > 0 || hours === 0 ? [`${rest} min`] : []),
  ].join(' ')
}

/** Two or three at once may be chance: the first token waited while nobody came. */
const LEAST_BURST = 4

/** The ceilings of a prefix: `3 a minute, bursts of 10 (FORWARD, INPUT)`. */
function limitsOf(state: HealthState, prefix: number): string {
  const { rows } = state.streams
  const limits = new Map<string, { chains: Set<string>; burst: number; perDay: number }>()
  rows.forEach((_, b) => {
    const { ints } = rows
    const perDay = ints[b + B_RATE]!
    if (perDay === 0 || ints[b]! >> 3 !== prefix) return
    const text = rateText(perDay)
    const limit = limits.get(text) ?? { chains: new Set<string>(), burst: 0, perDay }
    const chain = CHAIN_NAMES[(ints[b]! >> 1) & 3]!
    if (chain !== '') limit.chains.add(chain)
    if (isBurstClear(perDay, ints[b + B_DECIMALS]!))
      limit.burst = Math.max(limit.burst, Math.round(ints[b + B_MOST_EXCESS]! / 1000))
    limits.set(text, limit)
  })
  return [...limits]
    .sort((a, b) => b[1].perDay - a[1].perDay)
    .map(([text, { chains, burst }]) => {
      const where = chains.size === 0 ? '' : ` (${[...chains].sort().join(', ')})`
      return `${text}${burst >= LEAST_BURST ? `, bursts of ${burst}` : ''}${where}`
    })
    .join('; ')
}

/** Several packets share a second: where the clock has no decimals, bursts show only against limits slower than one in 4 s. */
function isBurstClear(perDay: number, decimals: number): boolean {
  return decimals !== 0 || perDay <= 86_400 / 4
}
