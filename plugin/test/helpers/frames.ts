import type { DataFrame } from '@grafana/data'

/** A field as far as the panel reads it. */
export function field(name: string, type: string, values: unknown[], more: object = {}): object {
  return { name, type, config: {}, values, ...more }
}

export function frame(refId: string, fields: readonly object[], more: object = {}): DataFrame {
  return { refId, fields, length: 0, ...more } as unknown as DataFrame
}

export interface LogRow {
  readonly line: string
  /** ms since 1970. */
  readonly time: number
  /** Fraction of the ms, ns. */
  readonly nanos?: number
  readonly labels?: Readonly<Record<string, unknown>>
}

/** What Grafana 12 and 13 make of a Loki logs query, newest first as they do. */
export function logsFrame(rows: readonly LogRow[], refId = 'A', limit?: number): DataFrame {
  const newest = rows.toReversed()
  return frame(
    refId,
    [
      field(
        'labels',
        'other',
        newest.map(({ labels }) => labels ?? { job: 'firewall' }),
      ),
      field(
        'Time',
        'time',
        newest.map(({ time }) => time),
      ),
      field(
        'Line',
        'string',
        newest.map(({ line }) => line),
      ),
      field(
        'tsNs',
        'string',
        newest.map(({ time, nanos }) => `${time}${String(nanos ?? 0).padStart(6, '0')}`),
      ),
      field(
        'id',
        'string',
        newest.map(({ time }, i) => `${time}_${i}_${refId}`),
      ),
    ],
    { meta: { preferredVisualisationType: 'logs', ...(limit === undefined ? {} : { limit }) } },
  )
}

let nextId = 0

/** A detection event as the processor writes it. */
export function event(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    v: 1,
    id: `id-${nextId++}`,
    time: '2026-01-10T11:00:00Z',
    kind: 'scan',
    scan: 'syn',
    source: '203.0.113.5',
    destination: '192.0.2.1',
    destinations: 1,
    dangerLevel: 1,
    previousLevel: 0,
    packets: 5,
    ports: { tcp: ['22-26'] },
    protocols: ['tcp'],
    reasons: ['5 packets: level 1'],
    firstSeen: '2026-01-10T10:59:00Z',
    lastSeen: '2026-01-10T11:00:00Z',
    ...more,
  }
}

/** Events as a Loki query brings them. */
export function eventsFrame(
  events: readonly Readonly<Record<string, unknown>>[],
  refId = 'A',
  limit?: number,
): DataFrame {
  return logsFrame(
    events.map((one) => ({
      line: JSON.stringify(one),
      time: Date.parse(String(one['time'])),
      labels: {
        job: 'picket',
        kind: one['kind'],
        danger_level: String(one['dangerLevel']),
        detection_id: one['id'],
        source: one['source'],
      },
    })),
    refId,
    limit,
  )
}
