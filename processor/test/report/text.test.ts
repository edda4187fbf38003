import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/core/report.ts'
import { reportText } from '../../src/report/text.ts'
import { BUSY, EMPTY } from './reports.ts'

const plain = { color: false }

test.each([
  ['empty', EMPTY],
  ['busy', BUSY],
])('a report that is %s reads like psad’s status', async (name, report) => {
  await expect(reportText(report, plain)).toMatchFileSnapshot(`golden/${name}.txt`)
})

test('sections come in the order of psad', () => {
  const order = [
    'Level 1: 0 IP addresses',
    'Tracking 2 total IP addresses',
    '[+] Version: picket v',
    '[+] Top 50 signature matches:',
    '[+] Top 25 attackers:',
    '[+] Top 20 scanned ports:',
    '[+] iptables log prefix counters:',
    '    Total protocol packet counters:',
    '[+] IP Status Detail:',
    '    Total scan sources: 2',
    '    Total scan destinations: 3',
  ]
  const text = reportText(BUSY, plain)
  const positions = order.map((line) => text.indexOf(line))
  expect(positions).not.toContain(-1)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
})

describe('lists', () => {
  const many: Report = {
    ...EMPTY,
    signatures: Array.from({ length: 60 }, (_, i) => ({
      sid: i,
      message: 'm',
      protocol: 'tcp',
      count: 1,
      sources: 1,
    })),
    attackers: Array.from({ length: 60 }, (_, i) => ({
      source: `10.0.0.${i}`,
      dangerLevel: 1 as const,
      packets: 5,
      signatureMatches: 0,
    })),
    ports: Array.from({ length: 60 }, (_, i) => ({
      protocol: i < 30 ? 'tcp' : 'udp',
      port: i,
      packets: 1,
    })),
  }
  const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

  test.each([
    [undefined, 50, 25, 20],
    [3, 3, 3, 3],
    [0, 60, 60, 30],
  ])(
    'with --top %s show %s signatures, %s attackers and %s ports',
    (top, signatures, attackers, ports) => {
      const text = reportText(many, { ...plain, top })
      expect(count(text, / Sid: /g)).toBe(signatures)
      expect(count(text, / DL: /g)).toBe(attackers)
      expect(count(text, /^ {6}tcp \d+ +1 packets$/gm)).toBe(ports)
      expect(count(text, /^ {6}udp \d+ +1 packets$/gm)).toBe(ports)
    },
  )

  test('without a cut have no number in their heading', () => {
    expect(reportText(many, { ...plain, top: 0 })).toContain('[+] Top attackers:\n')
  })
})

test('control characters of log lines do not reach the terminal', () => {
  const text = reportText({ ...EMPTY, prefixes: { '\u001B[31mDROP\u202E\n': 1 } }, plain)
  expect(text).toContain('"\uFFFD[31mDROP\uFFFD\uFFFD": 1')
})

test('colours are used only if asked for', () => {
  expect(reportText(BUSY, { color: true })).toContain('\u001B[')
  expect(reportText(BUSY, { color: false })).not.toContain('\u001B')
})

test('more than a hundred ranges are counted, not listed', () => {
  const [source] = BUSY.sources
  const [destination] = source!.destinations
  const ports = { tcp: Array.from({ length: 130 }, (_, i) => String(2 * i)) }
  const text = reportText(
    { ...BUSY, sources: [{ ...source!, destinations: [{ ...destination!, ports }] }] },
    plain,
  )
  expect(text).toContain('198 and 30 more, Pkts: 1000')
})

test('a summary leaves the detail out', () => {
  expect(reportText(BUSY, { ...plain, summary: true })).not.toContain('IP Status Detail')
})
