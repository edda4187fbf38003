import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { fixtures, withoutFixtures } from '../helpers/fixtures.ts'

if (withoutFixtures !== undefined) console.warn(`Skipped: ${withoutFixtures}`)
const folder = join(fixtures, 'datasets')

function filesBelow(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

interface ReportLike {
  readonly lines: {
    readonly read: number
    readonly packets: number
    readonly skipped: Record<string, number>
  }
  readonly attackers: readonly { readonly source: string; readonly dangerLevel: number }[]
  readonly sources: readonly {
    readonly source: string
    readonly reasons: readonly string[]
    readonly scanTypes: readonly string[]
    readonly destinations: readonly {
      readonly packets: number
      readonly ports: Record<string, string[]>
    }[]
  }[]
  readonly totals: { readonly sources: number }
}

function analyze(...args: string[]): ReportLike {
  const { status, stdout, stderr } = picket(['analyze', '--format', 'json', ...args])
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout) as ReportLike
}

describe.skipIf(withoutFixtures !== undefined)('real logs', () => {
  const files =
    withoutFixtures === undefined ? filesBelow(folder).filter((path) => path.endsWith('.gz')) : []

  test.each(files.map((path) => path.slice(folder.length + 1)))(
    '%s is read to its end, each line accounted for',
    (name) => {
      const lines = gunzipSync(readFileSync(join(folder, name)))
        .toString('latin1')
        .split('\n')
      if (lines.at(-1) === '') lines.pop()
      const { read, packets, skipped } = analyze(join(folder, name)).lines
      expect(read).toBe(lines.length)
      expect(packets + (skipped['not-a-packet'] ?? 0) + (skipped['malformed'] ?? 0)).toBe(read)
    },
  )

  test('the honeynet gives 91,350 packets of 91,356 lines from 11,856 sources', () => {
    const report = analyze(
      join(folder, 'sotm34/iptables-feb25-mar14.log.gz'),
      '--set',
      'signatures.builtin=false',
    )
    expect(report.lines).toEqual({
      read: 91_356,
      packets: 91_350,
      skipped: { 'not-a-packet': 0, malformed: 6, ignored: 8538 },
    })
    expect(report.totals.sources).toBe(11_856)
  })

  test('on a desktop that logs everything, no server and no resolver that answers is a scanner', () => {
    const report = analyze(join(folder, 'all-traffic-debian/iptables-feb20.log.gz'))
    const scanners = report.sources.filter(({ scanTypes }) => scanTypes.length > 0)
    expect(scanners.map(({ source }) => source)).toEqual(['192.168.122.235'])
    // With every network at home, an answer to a ping has the level that psad gives it (psad.md Q52).
    expect(
      report.sources.flatMap(({ source, reasons }) =>
        scanners.some((one) => one.source === source) ? [] : [[source, reasons]],
      ),
    ).toEqual([['172.217.21.238', ['signature match: level 2']]])
  })

  test('in the audit lab audited lines raise nothing, 201 blocked UDP packets to two ports are level 3', () => {
    const report = analyze(join(folder, 'ufw-audit-lab/ufw-nov30.log.gz'))
    expect(report.attackers).toMatchObject([{ source: '192.168.0.100', dangerLevel: 3 }])
    expect(report.sources[0]).toMatchObject({
      reasons: ['201 packets to one destination: level 3'],
      scanTypes: ['udp'],
      destinations: [{ packets: 201, ports: { udp: ['38590', '48177'] } }],
    })
  })

  test('several files are merged by time: the order in which they are named does not matter', () => {
    const one = join(folder, 'psad-scans/syn_scan_1000_1500.gz')
    const two = join(folder, 'psad-scans/udp_scan_1000_1150.gz')
    const plain = (report: ReportLike): unknown => ({ ...report, generatedAt: '' })
    expect(plain(analyze(one, two))).toEqual(plain(analyze(two, one)))
  })
})

describe.skipIf(withoutFixtures !== undefined)('picket parse', () => {
  const flavours = join(fixtures, 'flavours')
  const expected =
    withoutFixtures === undefined
      ? (JSON.parse(readFileSync(join(flavours, 'first-line-expected.json'), 'utf8')) as Record<
          string,
          Record<string, unknown>
        >)
      : {}

  test.each(Object.keys(expected))('gives the fields of the first line of %s', (name) => {
    const { status, stdout } = picket(['parse', join(flavours, `${name}.log`)])
    expect(status).toBe(0)
    const packet = JSON.parse(stdout.split('\n')[0] ?? '') as Record<string, unknown>
    // "not-a-packet (all lines)", "malformed (all lines): why"
    const { result, src, dst, ...fields } = expected[name] ?? {}
    if (typeof result === 'string') expect(packet['result']).toBe(result.split(' ')[0])
    else {
      expect(packet).toMatchObject(fields)
      if (typeof src === 'string' && !src.includes(':'))
        expect([packet['src'], packet['dst']]).toEqual([src, dst])
    }
  })
})
