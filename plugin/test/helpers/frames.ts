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

interface QuerySaid {
  /** The query's line limit. */
  readonly limit?: number
  readonly query?: string
}

/** What Grafana 12 and 13 make of a Loki logs query, newest first as they do. */
export function logsFrame(rows: readonly LogRow[], refId = 'A', said: QuerySaid = {}): DataFrame {
  const { limit, query = '{job="firewall"}' } = said
  const newest = rows.toReversed()
  const column = (name: string, type: string, value: (row: LogRow, i: number) => unknown) =>
    field(name, type, newest.map(value))
  return frame(
    refId,
    [
      column('labels', 'other', ({ labels }) => labels ?? { job: 'firewall' }),
      column('Time', 'time', ({ time }) => time),
      column('Line', 'string', ({ line }) => line),
      column('tsNs', 'string', nanoseconds),
      column('id', 'string', (row, i) => `${nanoseconds(row)}_${i.toString(16)}_${refId}`),
    ],
    {
      meta: {
        typeVersion: [0, 0],
        custom: { frameType: 'LabeledTimeValues' },
        preferredVisualisationType: 'logs',
        executedQueryString: `Expr: ${query}`,
        ...(limit !== undefined && { limit }),
      },
    },
  )
}

function nanoseconds({ time, nanos = 0 }: LogRow): string {
  return `${Math.floor(time)}${String(nanos).padStart(6, '0')}`
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

/** Detection events as a Loki query for `{job="picket"}` brings them. */
export function eventsFrame(
  events: readonly Readonly<Record<string, unknown>>[],
  refId = 'A',
  said: QuerySaid = {},
): DataFrame {
  const rows = events.map((one) => ({
    line: JSON.stringify(one),
    time: Date.parse(String(one['time'])),
    labels: {
      job: 'picket',
      kind: one['kind'],
      danger_level: String(one['dangerLevel']),
      detection_id: one['id'],
      source: one['source'],
      level: LEVEL_WORDS[Number(one['dangerLevel'])] ?? 'info',
    },
  }))
  return logsFrame(rows, refId, { query: '{job="picket"}', ...said })
}

const LEVEL_WORDS = ['info', 'info', 'warning', 'warning', 'error', 'critical']
