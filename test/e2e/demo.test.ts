import { describe, expect, test } from 'vitest'
import { start } from '../helpers/processes.ts'
import { queryAll } from '../helpers/traffic.ts'

interface DemoReport {
  readonly lines: { readonly read: number; readonly packets: number }
  readonly dangerLevels: Readonly<Record<string, number>>
  readonly totals: { readonly detections: number }
}

describe('picket demo', () => {
  test('shows the whole loop and ends by itself with the report', { timeout: 90_000 }, async () => {
    const demo = start(['demo', '--for', '12s', '--format', 'json', '--rate', '50'])
    const [, picketUrl = ''] = await demo.said(/live page\s+(http:\/\/\S+?)\/\n/)
    const [, storeUrl = ''] = await demo.said(/Loki\s+(http:\/\/[^\s]+)/)
    await demo.said(/attackers: \d+ at level/)

    const metrics = await (await fetch(`${picketUrl}/metrics`)).text()
    expect(metrics).toMatch(/picket_lines_total\{input="firewall",result="packet"\} [1-9]/)
    const page = await fetch(`${picketUrl}/`)
    expect(page.headers.get('content-type')).toContain('text/html')
    const now = BigInt(Date.now()) * 1_000_000n
    const found = await queryAll(storeUrl, '{job="picket"}', {
      start: now - 60_000_000_000n,
      end: now + 60_000_000_000n,
    })
    expect(found.length).toBeGreaterThan(0)
    expect(JSON.parse(found[0]?.line ?? '')).toMatchObject({ v: 1 })

    expect(await demo.ended).toBe(0)
    const report = JSON.parse(demo.stdout()) as DemoReport
    expect(report.lines.read).toBeGreaterThan(500)
    expect(
      Object.values(report.dangerLevels).filter((count) => count > 0).length,
    ).toBeGreaterThanOrEqual(3)
    expect(report.totals.detections).toBeGreaterThanOrEqual(found.length)
  })

  test('ends cleanly with the report when it is interrupted', { timeout: 60_000 }, async () => {
    const demo = start(['demo'])
    await demo.said(/attackers: /)
    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(demo.stdout()).toContain('Scan danger levels')
  })
})
