import { z } from 'zod'
import type { StoredAnnotation } from '../../clients/grafana/annotations.ts'
import type { DangerLevel, Detection } from '../../core/detection.ts'

/**
 * What is known of one scan, as its annotation shows it.
 *
 * `join` makes these a semilattice: the result is the same in whatever order, grouping or number its events arrive.
 * That is why a repeat changes nothing and a late event shrinks nothing.
 */
export interface ScanState {
  /** Source and first packet: what tells scans apart. */
  readonly scan: string
  readonly source: string
  readonly firstSeen: string
  /** Newest `lastSeen`, epoch ms. */
  readonly endMs: number
  readonly dangerLevel: DangerLevel
  readonly kinds: readonly string[]
  readonly scans: readonly string[]
  /** Of the event with the most packets. */
  readonly packets: number
  readonly destinations: number
  readonly ports: string
  readonly reasons: readonly string[]
  readonly detection: string
}

/** A detection that is a part of a scan. */
export type ScanDetection = Detection & { readonly source: string }

/** Kinds that are parts of a scan; the others are about something else. */
const SCAN_EVENTS: ReadonlySet<string> = new Set(['scan', 'sweep', 'signature', 'level'])

const MAX_RANGES = 20
const MAX_REASONS = 5
const MAX_REASON_LENGTH = 200

export function isScanEvent(detection: Detection): detection is ScanDetection {
  return detection.source !== undefined && SCAN_EVENTS.has(detection.kind)
}

export function scanOf(detection: ScanDetection): ScanState {
  const { source, firstSeen } = detection
  return {
    scan: `${source} ${firstSeen}`,
    source,
    firstSeen,
    endMs: Date.parse(detection.lastSeen),
    dangerLevel: detection.dangerLevel,
    kinds: [detection.kind],
    scans: detection.scan === undefined ? [] : [detection.scan],
    packets: detection.packets,
    destinations: detection.destinations ?? (detection.destination === undefined ? 0 : 1),
    ports: portsText(detection),
    reasons: detection.reasons
      .slice(0, MAX_REASONS)
      .map((reason) => reason.slice(0, MAX_REASON_LENGTH)),
    detection: detection.id,
  }
}

export function join(a: ScanState, b: ScanState): ScanState {
  const newest = isNewer(b, a) ? b : a
  return {
    ...newest,
    endMs: Math.max(a.endMs, b.endMs),
    dangerLevel: a.dangerLevel > b.dangerLevel ? a.dangerLevel : b.dangerLevel,
    destinations: Math.max(a.destinations, b.destinations),
    kinds: union(a.kinds, b.kinds),
    scans: union(a.scans, b.scans),
  }
}

/** Counts are cumulative, so the event with the most packets knows most; the rest only makes the order total. */
function isNewer(a: ScanState, b: ScanState): boolean {
  if (a.packets !== b.packets) return a.packets > b.packets
  return a.detection > b.detection
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort()
}

const stored = z.object({
  picket: z.object({
    scan: z.string(),
    dangerLevel: z.literal([0, 1, 2, 3, 4, 5]),
    kinds: z.array(z.string()),
    scans: z.array(z.string()),
    packets: z.number(),
    destinations: z.number(),
    ports: z.string(),
    reasons: z.array(z.string()),
    detection: z.string(),
  }),
})

/** The state that an annotation was written from; undefined if it is not of this scan. */
export function scanIn(annotation: StoredAnnotation, of: ScanState): ScanState | undefined {
  const parsed = stored.safeParse(annotation.data)
  if (!parsed.success || parsed.data.picket.scan !== of.scan) return undefined
  const { source, firstSeen } = of
  return { source, firstSeen, endMs: annotation.timeEnd, ...parsed.data.picket }
}

export function startMs(state: ScanState): number {
  return Date.parse(state.firstSeen)
}

/** What is kept in the annotation's `data`: all that `scanIn` needs. */
export function dataOf(state: ScanState): object {
  const { scan, dangerLevel, kinds, scans, packets, destinations, ports, reasons, detection } =
    state
  return {
    picket: { scan, dangerLevel, kinds, scans, packets, destinations, ports, reasons, detection },
  }
}

/** `source:ADDR` and so on. Grafana cuts a tag at its second colon, so that of an IPv6 address is shortened there. */
export function tagsOf(state: ScanState, extra: readonly string[]): string[] {
  const kinds = state.kinds.map((kind) => `kind:${kind}`)
  return [
    ...new Set([
      'picket',
      ...kinds,
      `danger:${state.dangerLevel}`,
      `source:${state.source}`,
      ...extra,
    ]),
  ]
}

/** Grafana renders the text as HTML; all but the fixed words may come from an attacker's line. */
export function textOf(state: ScanState): string {
  const { packets, destinations } = state
  const what = state.scans.length === 0 ? '' : `, ${state.scans.join(', ')} scan`
  const where =
    destinations === 0
      ? ''
      : ` to ${destinations} ${destinations === 1 ? 'destination' : 'destinations'}`
  const lines = [
    `Danger level ${state.dangerLevel}: ${state.source}${what}, ${packets} ${packets === 1 ? 'packet' : 'packets'}${where}`,
    ...(state.ports === '' ? [] : [`Ports: ${state.ports}`]),
    ...state.reasons,
  ]
  return escapeHtml(lines.join('\n'))
}

function portsText({ ports, portsTruncated }: Detection): string {
  let left = MAX_RANGES
  let cut = portsTruncated === true
  const parts: string[] = []
  for (const [protocol, ranges] of Object.entries(ports ?? {})) {
    const shown = ranges.slice(0, left)
    left -= shown.length
    cut ||= shown.length < ranges.length
    if (shown.length > 0) parts.push(`${protocol} ${shown.join(', ')}`)
  }
  return parts.join('; ') + (cut ? ', …' : '')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
