import { describe, expect, it } from 'vitest'
import { encodeWriteRequest } from '../../../src/clients/prometheus/write-request.ts'
import { decode, text } from './decode.ts'

describe('a write request', () => {
  const bytes = encodeWriteRequest({
    series: [
      {
        labels: { job: 'picket', __name__: 'picket_sources', danger_level: '3', empty: '' },
        value: 2.5,
        timestampMs: 1_767_225_600_123,
      },
      { labels: { __name__: 'gone' }, value: 'stale', timestampMs: 1 },
    ],
    metadata: [{ name: 'picket_sources', type: 'gauge', help: 'Sources. Größe' }],
  })
  const fields = decode(bytes)

  it('holds series and metadata in the fields of prompb', () => {
    expect(fields.map(({ tag, wire }) => [tag, wire])).toEqual([
      [1, 2],
      [1, 2],
      [3, 2],
    ])
  })

  it('sorts labels by name and leaves empty ones out', () => {
    const labels = decode(fields[0]!.bytes).filter(({ tag }) => tag === 1)
    expect(
      labels.map(({ bytes: label }) => decode(label).map((field) => text(field.bytes))),
    ).toEqual([
      ['__name__', 'picket_sources'],
      ['danger_level', '3'],
      ['job', 'picket'],
    ])
  })

  it('gives the value as a double and the time in milliseconds', () => {
    const [value, time] = decode(decode(fields[0]!.bytes).find(({ tag }) => tag === 2)!.bytes)
    expect(Buffer.from(value!.bytes).readDoubleLE()).toBe(2.5)
    expect(time!.varint).toBe(1_767_225_600_123n)
  })

  it('ends a series with the very NaN that Prometheus takes for its end', () => {
    const [value] = decode(decode(fields[1]!.bytes).find(({ tag }) => tag === 2)!.bytes)
    expect(Buffer.from(value!.bytes).readBigUInt64LE()).toBe(0x7ff0_0000_0000_0002n)
  })

  it('says what a metric is', () => {
    const [type, name, help] = decode(fields[2]!.bytes)
    expect([type!.varint, text(name!.bytes), help!.tag, text(help!.bytes)]).toEqual([
      2n,
      'picket_sources',
      4,
      'Sources. Größe',
    ])
  })

  it('writes zero values too', () => {
    const [series] = decode(
      encodeWriteRequest({
        series: [{ labels: { __name__: 'a' }, value: 0, timestampMs: 5 }],
        metadata: [],
      }),
    )
    const sample = decode(decode(series!.bytes).find(({ tag }) => tag === 2)!.bytes)
    expect(sample.map(({ tag }) => tag)).toEqual([1, 2])
  })
})
