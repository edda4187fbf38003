import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it, test } from 'vitest'
import type { Judged } from './traffic.ts'
import { found, judge } from './traffic.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = join(
  resolve(root, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures'),
  'datasets',
)
const there = existsSync(folder)
if (!there) console.warn(`Skipped: no fixtures at ${folder} (set PICKET_FIXTURES).`)

const judged = (file: string): Judged =>
  judge(
    gunzipSync(readFileSync(join(folder, file)))
      .toString('latin1')
      .split('\n'),
  )

describe.skipIf(!there)('a real log', () => {
  it('of ufw with its default limit is found out, with rate and burst, within two hours', () => {
    const ufw = judged('ufw-vps-2022/ufw-may07-may15.log.gz')
    const limit = ufw.health.find(({ check }) => check === 'rate-limited')
    expect(limit).toMatchObject({ prefix: '[UFW BLOCK]' })
    expect(limit?.detail).toMatch(/^3 a minute, bursts of 1[0-3] \(FORWARD, INPUT\)$/)
    expect(limit?.since?.slice(5, 13)).toBe('05-07T15')
    // Nine days, one telling: the limit never let go.
    expect(ufw.detections.map(({ message }) => message?.split(':')[0])).toEqual([
      'no-tcp-options',
      'rate-limited',
    ])
  })

  test.each([
    ['sotm34/iptables-feb25-mar14.log.gz', ['no-tcp-options', 'one-chain']],
    ['gateway-vlan-2022/iptables-may20.log.gz', ['no-tcp-options', 'one-chain']],
    ['all-traffic-debian/iptables-feb20.log.gz', []],
    ['ufw-audit-lab/ufw-nov30.log.gz', ['accepted-traffic', 'no-tcp-options']],
    ['psad-scans/syn_scan_1000_1500.gz', []],
    ['psad-scans/syn_scan_1000_1500_multi_dst.gz', []],
    ['psad-scans/udp_scan_1000_1150.gz', []],
    ['psad-scans/topera_ipv6_syn_scan_no_ip_opts.gz', ['one-chain']],
    ['psad-scans/ipv6_tcp_connect_nmap_default_scan.gz', ['no-tcp-options']],
  ])('%s has no limit; what else is found: %j', (file, checks) => {
    const log = judged(file)
    expect(found(log, 'rate-limited')).toEqual({})
    expect([...new Set(log.health.map(({ check }) => check))]).toEqual(checks)
  })
})
