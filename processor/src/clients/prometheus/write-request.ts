import { PbfWriter } from 'pbf'

export interface Series {
  /** With `__name__`; any order. Empty values are left out, as Prometheus treats them as absent. */
  readonly labels: Readonly<Record<string, string>>
  /** `'stale'`: the series ends here. */
  readonly value: number | 'stale'
  /** Epoch milliseconds. */
  readonly timestampMs: number
}

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary'

export interface Metadata {
  readonly name: string
  readonly type: MetricType
  readonly help: string
}

export interface WriteRequest {
  readonly series: readonly Series[]
  readonly metadata: readonly Metadata[]
}

/** `MetricMetadata.MetricType` of prometheus/prompb/types.proto. */
const TYPES: Readonly<Record<MetricType, number>> = {
  counter: 1,
  gauge: 2,
  histogram: 3,
  summary: 5,
}

/**
 * `prometheus.WriteRequest` of remote write 1.0 as protobuf, not yet compressed.
 * Labels come sorted by name, which the specification asks for.
 * https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export function encodeWriteRequest(request: WriteRequest): Uint8Array {
  const writer = new PbfWriter()
  for (const series of request.series) writer.writeMessage(1, writeSeries, series)
  for (const metadata of request.metadata) writer.writeMessage(3, writeMetadata, metadata)
  return writer.finish()
}

function writeSeries(series: Series, writer: PbfWriter): void {
  const labels = Object.entries(series.labels).filter(([, value]) => value !== '')
  labels.sort(([a], [b]) => (a < b ? -1 : 1))
  for (const label of labels) writer.writeMessage(1, writeLabel, label)
  writer.writeMessage(2, writeSample, series)
}

function writeLabel([name, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, name)
  writer.writeStringField(2, value)
}

function writeSample({ value, timestampMs }: Series, writer: PbfWriter): void {
  writer.writeTag(1, 1)
  if (value === 'stale') {
    // Prometheus's stale marker is one certain NaN, whose bits a JavaScript number need not keep.
    writer.writeFixed32(0x0000_0002)
    writer.writeFixed32(0x7ff0_0000)
  } else {
    writer.writeDouble(value)
  }
  writer.writeVarintField(2, timestampMs)
}

function writeMetadata({ name, type, help }: Metadata, writer: PbfWriter): void {
  writer.writeVarintField(1, TYPES[type])
  writer.writeStringField(2, name)
  writer.writeStringField(4, help)
}
