import type { InputKind } from '../data/model'

/** A query that works for a Picket with its default configuration. */
export interface StarterQuery {
  readonly kind: InputKind
  /** Type of the data source. */
  readonly type: 'loki' | 'prometheus'
  readonly expr: string
  /** The query as a data source of that type reads it, but for refId and data source. */
  readonly query: Readonly<Record<string, unknown>>
}

const lokiQuery = (kind: InputKind, expr: string): StarterQuery => ({
  kind,
  type: 'loki',
  expr,
  query: { expr, queryType: 'range', editorMode: 'code', maxLines: 5000 },
})

/** What to offer when there is no data, the best first. */
export const STARTER_QUERIES: readonly StarterQuery[] = [
  lokiQuery('detections', '{job="picket"}'),
  lokiQuery('lines', '{job=~".+"} |= "SRC=" |= "DST=" |= "PROTO="'),
  {
    kind: 'metrics',
    type: 'prometheus',
    expr: 'picket_attacker_danger_level',
    query: {
      expr: '{__name__=~"picket_(attacker|scanned_port)_.+|picket_sources"}',
      instant: true,
      range: false,
      format: 'time_series',
      editorMode: 'code',
    },
  },
]
