import type { DangerLevel, DetectionKind, EncodedDetection } from '../../core/detection.ts'
import type { PushEntry, PushStream, StreamLabels } from '../../clients/loki/index.ts'

/** Words by which Grafana colours log lines. */
const LEVEL_WORDS: Readonly<Record<DangerLevel, string>> = {
  0: 'info',
  1: 'info',
  2: 'warning',
  3: 'warning',
  4: 'error',
  5: 'critical',
}

/** Members of the event that people filter and group by, taken as they stand there. */
const METADATA = ['source', 'destination', 'scan', 'sid', 'packets', 'country', 'asn'] as const

export interface StreamOptions {
  /** Of every event: the operator's, and `origin`. */
  readonly labels: StreamLabels
  readonly withMetadata: boolean
}

/** Events by stream, each stream in the order given; streams in order of their first event. */
export function toStreams(
  events: readonly EncodedDetection[],
  options: StreamOptions,
): PushStream[] {
  const streams = new Map<string, { labels: StreamLabels; entries: PushEntry[] }>()
  for (const event of events) {
    const key = `${event.kind} ${event.dangerLevel}`
    let stream = streams.get(key)
    if (stream === undefined) {
      stream = { labels: labelsOf(event.kind, event.dangerLevel, options.labels), entries: [] }
      streams.set(key, stream)
    }
    stream.entries.push({
      ns: event.ns,
      line: event.json,
      ...(options.withMetadata && { metadata: metadataOf(event) }),
    })
  }
  return [...streams.values()]
}

function labelsOf(kind: DetectionKind, level: DangerLevel, more: StreamLabels): StreamLabels {
  return { ...more, job: 'picket', kind, danger_level: String(level) }
}

function metadataOf(event: EncodedDetection): Record<string, string> {
  const metadata: Record<string, string> = { detection_id: event.id }
  const members = JSON.parse(event.json) as Record<string, unknown>
  for (const name of METADATA) {
    const value = members[name]
    if (typeof value === 'string' || typeof value === 'number') metadata[name] = String(value)
  }
  metadata['level'] = LEVEL_WORDS[event.dangerLevel]
  return metadata
}
