import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { start, stop } from '../../helpers/processes.ts'
import type { Running } from '../../helpers/processes.ts'
import { hasPrometheus, startPrometheus } from '../../helpers/prometheus.ts'
import type { PrometheusServer } from '../../helpers/prometheus.ts'
import { pushLines } from '../../helpers/traffic.ts'
import type { PushedLine } from '../../helpers/traffic.ts'
import { PROMETHEUS_RULES, provisioned, RECORDING_RULES, rulesOf } from './source.ts'
import type { RuleFile } from './source.ts'

/** A scan up to level 4, and 60 hosts swept, in the last two seconds: what is older than `settle` would be read again later only. */
const scanned = (): PushedLine[] =>
  Array.from({ length: 1660 }, (_, i) => {
    const sweeps = i >= 1600
    const src = sweeps ? '203.0.113.70' : '203.0.113.7'
    const dst = `198.51.100.${sweeps ? i - 1599 : 1}`
    return {
      ns: (BigInt(Date.now()) - 1660n + BigInt(i)) * 1_000_000n,
      labels: { job: 'firewall', host: 'fw1' },
      line: `[UFW BLOCK] IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=${src} DST=${dst} LEN=44 TOS=0x00 PREC=0x00 TTL=52 ID=${i} PROTO=TCP SPT=40000 DPT=${sweeps ? 705 : i + 1} WINDOW=1024 RES=0x00 SYN URGP=0 OPT (020405B4) `,
    }
  })

/** The rules as they are, but evaluated every second. */
function hurried(file: string): string {
  const { groups } = provisioned(file) as RuleFile
  return stringify({ groups: groups.map((group) => ({ ...group, interval: '1s' })) })
}

interface LiveRule {
  readonly name: string
  readonly health: string
  readonly lastError?: string
  readonly state?: string
  readonly alerts?: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

describe.skipIf(!hasPrometheus)('a real Prometheus that scrapes a real Picket', () => {
  let folder: string
  let store: Running
  let picket: Running
  let prometheus: PrometheusServer

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'picket-live-'))
    store = start(['store', '--listen', '127.0.0.1:0'])
    const [, loki = ''] = await store.said(/(http:\/\/127\.0\.0\.1:\d+)/)
    writeFileSync(
      join(folder, 'picket.yaml'),
      `stateDir: ${join(folder, 'state')}
http: { listen: 127.0.0.1:0 }
sources: [{ type: loki, url: '${loki}', query: '{job="firewall"}', start: 10m, poll: 100ms }]
sinks: [{ type: loki, url: '${loki}' }]
`,
    )
    picket = start(['run', '--config', join(folder, 'picket.yaml')])
    const [line] = await picket.said(/^.*Picket started.*$/m)
    const target = /http:\/\/(127\.0\.0\.1:\d+)/.exec(line)?.[1] ?? ''
    prometheus = await startPrometheus(
      `global: { scrape_interval: 1s, external_labels: { grafana_url: 'http://grafana:3000' } }
rule_files: [alerts.yaml, recording.yaml]
scrape_configs: [{ job_name: picket, static_configs: [{ targets: ['${target}'] }] }]
`,
      { 'alerts.yaml': hurried(PROMETHEUS_RULES), 'recording.yaml': hurried(RECORDING_RULES) },
    )
    // Counters have to be seen at 0 before they rise.
    await vi.waitFor(async () => expect(await query('picket_build_info')).toHaveLength(1), WAIT)
    await pushLines(loki, scanned())
  })
  afterAll(async () => {
    await prometheus.close()
    await stop(picket)
    await stop(store)
    rmSync(folder, { recursive: true, force: true })
  })

  const WAIT = { timeout: 60_000, interval: 250 }

  async function get<T>(path: string): Promise<T> {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/${path}`)).json()) as { data: T }
    return data
  }
  const query = async (expr: string): Promise<readonly unknown[]> =>
    (await get<{ result: unknown[] }>(`query?query=${encodeURIComponent(expr)}`)).result
  const rules = async (): Promise<LiveRule[]> =>
    (await get<{ groups: { rules: LiveRule[] }[] }>('rules')).groups.flatMap((group) => group.rules)

  test('fires what fits, with the address and a link to it', async () => {
    const firing = await vi.waitFor(async () => {
      const found = (await rules()).filter(({ state }) => state === 'firing')
      expect(found.map(({ name }) => name).sort()).toEqual([
        'PicketHighDangerSource',
        'PicketSweep',
      ])
      return found
    }, WAIT)
    const [alert] = firing.find(({ name }) => name === 'PicketHighDangerSource')?.alerts ?? []
    expect(alert).toMatchObject({
      labels: { source: '203.0.113.7', severity: 'critical', service: 'picket' },
      annotations: {
        summary: '203.0.113.7 is at danger level 4',
        dashboard: 'http://grafana:3000/d/picket-attacker?var-address=203.0.113.7',
      },
    })
  })

  test('evaluates every rule without an error, and records every series', async () => {
    await vi.waitFor(async () => {
      const all = await rules()
      expect(all.filter(({ health }) => health !== 'ok')).toEqual([])
      for (const { record } of rulesOf(RECORDING_RULES))
        expect(await query(record ?? ''), record).not.toEqual([])
    }, WAIT)
  })
})
