import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Detection, Engine, EngineOptions, ReportHealth } from '../../../src/core/index.ts'
import { Random } from '../../../src/simulator/random.ts'
import { tcp } from '../../helpers/lines.ts'
import type { LineFacts } from '../../helpers/lines.ts'

/** A packet that a firewall could log. */
export interface Arrival {
  /** Seconds since the base time. */
  readonly at: number
  readonly src: string
  readonly dpt: number
}

export const REFERENCE = 1_800_000_000

/** Unrelated senders all over the internet. `perSecond` is asked at each moment; `most` bounds it. */
export function* strangers(
  seed: number,
  until: number,
  most: number,
  perSecond: (at: number) => number = () => most,
): Generator<Arrival> {
  const random = new Random(seed)
  let at = 0
  for (;;) {
    at -= Math.log(1 - random.next()) / most
    if (at >= until) return
    // Thinned where fewer come than at most.
    if (random.next() * most >= perSecond(at)) continue
    yield { at, src: anyAddress(random), dpt: 1 + random.below(60_000) }
  }
}

export function anyAddress(random: Random): string {
  return `${1 + random.below(222)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`
}

/** `-m limit`: a bucket of `burst` tokens, filled at `perSecond`. */
export function* limited(
  arrivals: Iterable<Arrival>,
  perSecond: number,
  burst: number,
): Generator<Arrival> {
  let tokens = burst
  let last = 0
  for (const arrival of arrivals) {
    tokens = Math.min(burst, tokens + (arrival.at - last) * perSecond)
    last = arrival.at
    if (tokens < 1) continue
    tokens -= 1
    yield arrival
  }
}

/** Packets in order of time, of several generators. */
export function merged(...lists: readonly Iterable<Arrival>[]): Arrival[] {
  return lists.flatMap((list) => [...list]).sort((a, b) => a.at - b.at)
}

/** `count` packets, `every` so many seconds, the i-th made by `make`. */
export function regular(
  count: number,
  every: number,
  make: (i: number) => { readonly src: string; readonly dpt: number },
  from = 0,
): Arrival[] {
  return Array.from({ length: count }, (_, i) => ({ at: from + i * every, ...make(i) }))
}

/** As syslog writes it: whole seconds, unless the logger writes more. */
export function linesOf(
  arrivals: Iterable<Arrival>,
  facts: LineFacts & { readonly decimals?: boolean } = {},
): string[] {
  const { decimals = false, ...rest } = facts
  return Array.from(arrivals, ({ at, src, dpt }) =>
    tcp({ prefix: '[UFW BLOCK]', len: 40, ...rest, src, dpt, at: decimals ? at : Math.floor(at) }),
  )
}

export interface Judged {
  readonly engine: Engine
  readonly health: readonly ReportHealth[]
  /** Only those about the logging. */
  readonly detections: readonly Detection[]
}

export function judge(lines: readonly string[], options: Partial<EngineOptions> = {}): Judged {
  const engine = createEngine(options)
  const detections: Detection[] = []
  engine.feed(batchOf(lines, { reference: REFERENCE }), (detection) => {
    if (detection.kind === 'logging-health') detections.push(detection)
  })
  return { engine, health: engine.report().loggingHealth, detections }
}

/** What was found of one check: details by prefix. */
export function found({ health }: Judged, check: string): Record<string, string> {
  return Object.fromEntries(
    health.filter((one) => one.check === check).map((one) => [one.prefix ?? '', one.detail]),
  )
}
