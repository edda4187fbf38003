import { describe, expect, test } from 'vitest'
import { recognise } from '../../src/data/recognise'

const frame = (...fields: { name: string; values: unknown[]; labels?: object }[]) =>
  ({
    length: fields[0]?.values.length ?? 0,
    fields: fields.map((f) => ({
      ...f,
      type: typeof f.values[0] === 'number' ? 'number' : 'string',
      config: {},
    })),
  }) as never

const LINE =
  'Jan 10 12:00:00 fw kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=44 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=4000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0'

describe('what a query brings', () => {
  test('is known as firewall lines', () => {
    expect(
      recognise([frame({ name: 'Time', values: [1] }, { name: 'Line', values: [LINE] })]),
    ).toEqual(['lines'])
  })

  test('is known as metrics of Picket', () => {
    const value = {
      name: 'Value',
      values: [4],
      labels: { __name__: 'picket_attacker_danger_level', source: '203.0.113.9' },
    }
    expect(recognise([frame({ name: 'Time', values: [1] }, value)])).toEqual(['metrics'])
  })

  test.each([
    ['nothing', []],
    ['other logs', [frame({ name: 'Line', values: ['GET / 200'] })]],
    [
      'other metrics',
      [
        frame(
          { name: 'Time', values: [1] },
          { name: 'Value', values: [1], labels: { __name__: 'up' } },
        ),
      ],
    ],
  ])('is not taken for ours: %s', (_what, frames) => {
    expect(recognise(frames)).toEqual([])
  })
})
