import type { Answer } from './ask.ts'

/** A frame as Grafana's data sources make them. */
interface Frame {
  readonly refId: string
  readonly length: number
  readonly fields: readonly {
    readonly name: string
    readonly type: string
    readonly values: readonly unknown[]
    readonly labels?: Readonly<Record<string, string>>
    readonly config: object
  }[]
}

/** Log rows as Loki's data source hands them on, series as Prometheus' does. */
export function framesOf({ rows, series }: Answer, refId: string): Frame[] {
  const times = rows.map(({ ns }) => Number(BigInt(ns) / 1_000_000n))
  const field = (name: string, type: string, values: readonly unknown[]) => ({
    name,
    type,
    values,
    config: {},
  })
  const logs = {
    refId,
    length: rows.length,
    fields: [
      field(
        'labels',
        'other',
        rows.map(({ labels }) => labels),
      ),
      field('Time', 'time', times),
      field(
        'Line',
        'string',
        rows.map(({ line }) => line),
      ),
      field(
        'tsNs',
        'string',
        rows.map(({ ns }) => ns),
      ),
      field(
        'id',
        'string',
        rows.map((_, i) => String(i)),
      ),
    ],
  }
  return [
    ...(rows.length > 0 ? [logs] : []),
    ...series.map(({ labels, values }) => ({
      refId,
      length: values.length,
      fields: [
        field(
          'Time',
          'time',
          values.map((_, i) => i),
        ),
        { ...field('Value', 'number', values), labels },
      ],
    })),
  ]
}
