import { ActivityRows, Names } from './activity'
import { asLevel } from './events'
import type { Moment, PortRow, RowRef, SignatureRow } from './model'
import { UNKNOWN_ATTACKER, type Part, type PartAttacker } from './part'
import { comparePorts } from './port-tally'
import type { MetricName, Sample } from './samples'
import { asCount } from './cells'

/** What Picket's metrics say. Of each series the last value counts; a port's series over time are activity too. */
export function metricsPart(samples: readonly Sample[]): Part {
  const last = lastOfEach(samples)
  const of = (name: MetricName): readonly Sample[] => last.filter((sample) => sample.name === name)
  const levels = levelsOf(of('picket_sources'))
  const { activity, protocols } = activityOf(samples)
  return {
    kind: 'metrics',
    attackers: attackersOf(
      of('picket_attacker_packets'),
      of('picket_attacker_danger_level'),
      samples,
    ),
    ports: portsOf(of('picket_scanned_port_packets'), of('picket_scanned_port_sources')),
    signatures: signaturesOf(of('picket_signature_matches_total')),
    activity,
    moments: momentsOf(samples),
    addresses: [],
    protocols,
    ...(levels === undefined ? {} : { levels }),
  }
}

/** Labels that make a series; those of the scrape may differ between two that are summed. */
function lastOfEach(samples: readonly Sample[]): readonly Sample[] {
  const bySeries = new Map<string, Sample>()
  for (const sample of samples) {
    const known = bySeries.get(sample.series)
    if (known === undefined || !(sample.time < known.time)) bySeries.set(sample.series, sample)
  }
  return [...bySeries.values()]
}

function attackersOf(
  packets: readonly Sample[],
  levels: readonly Sample[],
  all: readonly Sample[],
): readonly PartAttacker[] {
  const bySource = new Map<string, { packets: number; level: PartAttacker['level']; row: RowRef }>()
  const entry = ({ labels, row }: Sample) => {
    const source = labels.get('source')
    if (source === undefined) return undefined
    let known = bySource.get(source)
    if (known === undefined) bySource.set(source, (known = { packets: 0, level: undefined, row }))
    return known
  }
  for (const sample of packets) {
    const known = entry(sample)
    // Several processors may know the same source.
    if (known !== undefined) known.packets += asCount(sample.value) ?? 0
  }
  for (const sample of levels) {
    const known = entry(sample)
    const level = asLevel(sample.value)
    if (known !== undefined && level !== undefined && level >= (known.level ?? 0))
      known.level = level
  }
  const times = timesOf(all)
  return [...bySource].map(([source, rest]) => ({
    ...UNKNOWN_ATTACKER,
    source,
    ...rest,
    firstSeen: times.get(source)?.first ?? Number.NaN,
    lastSeen: times.get(source)?.last ?? Number.NaN,
  }))
}

/** When a source's packets grew: known of series over time only. */
function timesOf(samples: readonly Sample[]): Map<string, { first: number; last: number }> {
  const times = new Map<string, { first: number; last: number }>()
  const before = new Map<string, Sample>()
  for (const sample of samples) {
    if (sample.name !== 'picket_attacker_packets' || Number.isNaN(sample.time)) continue
    const source = sample.labels.get('source') ?? ''
    const earlier = before.get(sample.series)
    before.set(sample.series, sample)
    if (earlier === undefined || !(sample.value > earlier.value)) continue
    const known = times.get(source)
    if (known === undefined) times.set(source, { first: earlier.time, last: sample.time })
    else {
      known.first = Math.min(known.first, earlier.time)
      known.last = Math.max(known.last, sample.time)
    }
  }
  return times
}

function portsOf(packets: readonly Sample[], sources: readonly Sample[]): readonly PortRow[] {
  const byPort = new Map<string, { -readonly [K in keyof PortRow]: PortRow[K] }>()
  const entry = ({ labels, row }: Sample) => {
    const port = portOf(labels.get('port'))
    if (port === undefined) return undefined
    const protocol = labels.get('protocol') ?? 'tcp'
    const key = `${protocol}/${port}`
    let known = byPort.get(key)
    if (known === undefined)
      byPort.set(key, (known = { protocol, port, packets: 0, sources: 0, level: undefined, row }))
    return known
  }
  for (const sample of packets) {
    const known = entry(sample)
    if (known !== undefined) known.packets += asCount(sample.value) ?? 0
  }
  for (const sample of sources) {
    const known = entry(sample)
    if (known !== undefined) known.sources = Math.max(known.sources, asCount(sample.value) ?? 0)
  }
  return [...byPort.values()].sort(comparePorts)
}

function portOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? Number(text)
    : undefined
}

function signaturesOf(samples: readonly Sample[]): readonly SignatureRow[] {
  const bySid = new Map<number, { message: string; count: number; row: RowRef }>()
  for (const { labels, value, row } of samples) {
    const sid = asCount(labels.get('sid'))
    const count = asCount(value) ?? 0
    // The counters of all signatures begin at 0.
    if (sid === undefined || count === 0) continue
    const known = bySid.get(sid)
    if (known === undefined) bySid.set(sid, { message: labels.get('message') ?? '', count, row })
    else known.count += count
  }
  return [...bySid].map(([sid, rest]) => ({ sid, sources: 0, level: undefined, ...rest }))
}

function levelsOf(samples: readonly Sample[]): readonly number[] | undefined {
  if (samples.length === 0) return undefined
  const levels = [0, 0, 0, 0, 0, 0]
  for (const { labels, value } of samples) {
    const level = asLevel(labels.get('danger_level'))
    if (level !== undefined) levels[level] = (levels[level] ?? 0) + (asCount(value) ?? 0)
  }
  return levels
}

/** What each series of a metric grew by from one step to the next. A value below the one before is a restart. */
function* growthOf(
  samples: readonly Sample[],
  metric: MetricName,
): Iterable<{ readonly sample: Sample; readonly grown: number }> {
  const before = new Map<string, number>()
  for (const sample of samples) {
    const { name, value, time, series } = sample
    if (name !== metric || Number.isNaN(time)) continue
    const earlier = before.get(series)
    before.set(series, value)
    const grown = earlier === undefined ? 0 : value < earlier ? value : value - earlier
    if (grown > 0) yield { sample, grown }
  }
}

/** A counter may say anything: one that jumps by a billion is not drawn a billion times. */
const MOST_IN_STEP = 1000
const MOST_MOMENTS = 100_000

/** Detections by the growth of their counters: when, of what kind and level, but not whose. */
function momentsOf(samples: readonly Sample[]): readonly Moment[] {
  const moments: Moment[] = []
  for (const { sample, grown } of growthOf(samples, 'picket_detections_total')) {
    const level = asLevel(sample.labels.get('danger_level')) ?? 0
    const kind = sample.labels.get('kind') ?? ''
    const many = Math.min(Math.round(grown), MOST_IN_STEP, MOST_MOMENTS - moments.length)
    for (let i = 0; i < many; i++)
      moments.push({ time: sample.time, source: -1, level, previousLevel: 0, kind })
  }
  return moments.sort((a, b) => a.time - b.time)
}

/** Packets of ports over time. */
function activityOf(samples: readonly Sample[]): {
  readonly activity: Part['activity']
  readonly protocols: readonly string[]
} {
  const rows = new ActivityRows()
  const protocols = new Names(1000)
  for (const { sample, grown } of growthOf(samples, 'picket_scanned_port_packets')) {
    const { labels, time } = sample
    const port = portOf(labels.get('port'))
    if (port === undefined) continue
    const protocol = protocols.of(labels.get('protocol') ?? 'tcp')
    rows.add({ time, source: -1, destination: -1, protocol, low: port, high: port, packets: grown })
  }
  return { activity: rows.sorted(), protocols: protocols.list }
}
