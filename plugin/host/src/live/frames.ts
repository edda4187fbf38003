import { FieldType, type PartialDataFrame } from '@grafana/data'
import type { Heard } from './DetectionFeed'
import type { LiveReport } from './ReportPoll'

/** What a Loki data source would answer to `{job="picket"}`: newest first. Times are ms since 1970, ends included. */
export function detectionFrame(
  detections: readonly Heard[],
  from: number,
  to: number,
): PartialDataFrame {
  const rows = detections.filter(({ time }) => time >= from && time <= to).reverse()
  return {
    refId: 'A',
    meta: { preferredVisualisationType: 'logs' },
    fields: [
      {
        name: 'labels',
        type: FieldType.other,
        values: rows.map(({ kind, level }) => ({
          job: 'picket',
          kind,
          danger_level: String(level),
        })),
      },
      { name: 'Time', type: FieldType.time, values: rows.map(({ time }) => time) },
      { name: 'Line', type: FieldType.string, values: rows.map(({ line }) => line) },
      { name: 'id', type: FieldType.string, values: rows.map(({ id }) => id) },
    ],
  }
}

/** What a Prometheus data source would answer to instant queries for Picket's gauges, one series a frame. */
export function metricFrames(report: LiveReport): PartialDataFrame[] {
  const time = Date.parse(report.generatedAt)
  const series = (name: string, labels: Record<string, string>, value: number) => ({
    refId: 'B',
    fields: [
      { name: 'Time', type: FieldType.time, values: [time] },
      {
        name: 'Value',
        type: FieldType.number,
        labels: { __name__: name, ...labels },
        values: [value],
      },
    ],
  })
  const leveled = Object.values(report.dangerLevels).reduce((sum, count) => sum + count, 0)
  const levels = { 0: Math.max(0, report.totals.sources - leveled), ...report.dangerLevels }
  return [
    ...Object.entries(levels).map(([danger_level, count]) =>
      series('picket_sources', { danger_level }, count),
    ),
    ...report.attackers.flatMap(({ source, packets, dangerLevel }) => [
      series('picket_attacker_packets', { source }, packets),
      series('picket_attacker_danger_level', { source }, dangerLevel),
    ]),
    ...report.ports.map(({ protocol, port, packets }) =>
      series('picket_scanned_port_packets', { protocol, port: String(port) }, packets),
    ),
  ]
}
