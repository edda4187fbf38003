import type { LokiClient, Range } from './client.ts'
import { quote, type StreamLabels } from './labels.ts'

/** Streams that share one value of one label and hold firewall lines. */
export interface FoundLines {
  readonly label: string
  readonly value: string
  /** `{job="syslog"}`, the selector alone. */
  readonly selector: string
  /** The filter that tells firewall lines from others, as it stands in a query: ` |= "SRC=" …`. */
  readonly filter: string
  /** Streams seen in the sample. */
  readonly streams: readonly StreamLabels[]
  /** Of the newest lines of the selector without the filter, the share that pass it, 0 to 1. */
  readonly share: number
  readonly newest: { readonly ns: bigint; readonly line: string }
}

export interface FindOptions extends Range {
  readonly signal?: AbortSignal
  /** Called before each label that is looked through. */
  readonly onLabel?: (label: string) => void
}

/** What lines of each family have in common: netfilter's LOG in all its dresses, and MikroTik's own form. */
const FILTERS = [
  ' |= "SRC=" |= "DST=" |= "PROTO="',
  ' |= "proto " |= "->" |= "in:" |= "out:"',
] as const
/** Labels that name what a stream is, most telling first. */
const PREFERRED = [
  'job',
  'service_name',
  'app',
  'application',
  'service',
  'unit',
  'systemd_unit',
  'container',
  'source',
  'filename',
  'host',
  'hostname',
  'instance',
]
const MAX_LABELS = 20
const MAX_VALUES = 20
const SAMPLE = 100

/**
 * Looks through the streams of a Loki for firewall lines.
 *
 * A selector that could match everything is refused, so it goes label by label, those with the label and without the ones
 * before; and within a label, since one busy stream would fill every sample, again without the values found.
 * Picket's own streams are left out. Newest first in `[from, to)`.
 */
export async function findFirewallLines(
  loki: LokiClient,
  options: FindOptions,
): Promise<FoundLines[]> {
  const { from, to, signal, onLabel } = options
  const labels = orderOf(await loki.labels({ from, to }, signal))
  const found: FoundLines[] = []
  for (const [i, label] of labels.entries()) {
    onLabel?.(label)
    const without = labels.slice(0, i).map((earlier) => `${earlier}=""`)
    for (const filter of FILTERS)
      found.push(...(await findByLabel(loki, { label, without, filter }, options)))
  }
  return found
}

async function findByLabel(
  loki: LokiClient,
  by: { readonly label: string; readonly without: readonly string[]; readonly filter: string },
  { from, to, signal }: FindOptions,
): Promise<FoundLines[]> {
  const { label, without, filter } = by
  const ask = {
    from,
    to,
    limit: SAMPLE,
    direction: 'backward' as const,
    ...(signal !== undefined && { signal }),
  }
  const found: FoundLines[] = []
  while (found.length < MAX_VALUES) {
    const known = [...(label === 'job' ? ['picket'] : []), ...found.map(({ value }) => value)]
    const others = known.map((value) => `${label}!=${quote(value)}`)
    const notOwn = label === 'job' || without.includes('job=""') ? [] : ['job!="picket"']
    const selector = `{${[`${label}=~".+"`, ...others, ...notOwn, ...without].join(', ')}}`
    const { page } = await loki.queryRange({ ...ask, query: selector + filter })
    const values = [...new Set(page.labels.map((labels) => labels[label] ?? ''))].filter(
      (value) => value !== '' && !known.includes(value),
    )
    if (page.count === 0 || values.length === 0) break
    for (const value of values) {
      const one = `{${[`${label}=${quote(value)}`, ...without].join(', ')}}`
      const [all, passed] = await Promise.all([
        loki.queryRange({ ...ask, query: one }),
        loki.queryRange({ ...ask, query: one + filter }),
      ])
      const newest = newestOf(passed.page)
      if (newest === undefined) continue
      found.push({
        label,
        value,
        selector: one,
        filter,
        streams: passed.page.labels,
        share: shareOf(all.page, filter),
        newest,
      })
    }
    if (page.count < SAMPLE) break
  }
  return found
}

function orderOf(labels: readonly string[]): string[] {
  const usable = labels.filter((name) => !name.startsWith('__') && name !== 'detected_level')
  const rank = (name: string): number => {
    const at = PREFERRED.indexOf(name)
    return at === -1 ? PREFERRED.length : at
  }
  return usable.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, MAX_LABELS)
}

type Page = Awaited<ReturnType<LokiClient['queryRange']>>['page']

function newestOf({
  count,
  seconds,
  nanos,
  bytes,
  at,
}: Page): { ns: bigint; line: string } | undefined {
  let newest: { ns: bigint; line: string } | undefined
  for (let i = 0; i < count; i++) {
    const ns = BigInt(seconds[i] ?? 0) * 1_000_000_000n + BigInt(nanos[i] ?? 0)
    if (newest !== undefined && ns <= newest.ns) continue
    newest = { ns, line: new TextDecoder().decode(bytes.subarray(at[2 * i], at[2 * i + 1])) }
  }
  return newest
}

function shareOf({ count, bytes, at }: Page, filter: string): number {
  const parts = [...filter.matchAll(/"([^"]*)"/g)].map(([, part = '']) => part)
  let passed = 0
  for (let i = 0; i < count; i++) {
    const line = new TextDecoder().decode(bytes.subarray(at[2 * i], at[2 * i + 1]))
    if (parts.every((part) => line.includes(part))) passed += 1
  }
  return count === 0 ? 0 : passed / count
}
