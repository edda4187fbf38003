import { vi } from 'vitest'
import { startDemo } from '../../helpers/demo.ts'
import type { RunningDemo } from '../../helpers/demo.ts'
import { startPrometheus } from '../../helpers/prometheus.ts'
import { copyStreams, pushLines } from '../../helpers/traffic.ts'
import type { PushedLine } from '../../helpers/traffic.ts'
import { askPrometheus } from './ask.ts'
import type { Range } from './ask.ts'

/** The demo, a Prometheus that scrapes it every second, and lines that the demo's firewalls do not write. */
export interface Scene {
  readonly range: Range
  readonly prometheusUrl: string
  /** The demo's own, and the one at PICKET_TEST_LOKI_URL with the same entries. */
  readonly lokiUrls: readonly string[]
  readonly demo: RunningDemo
  close(): Promise<void>
}

const CONFIG = (target: string): string => `global: { scrape_interval: 1s }
scrape_configs:
  - { job_name: picket, static_configs: [{ targets: ['${target}'] }] }
`

/** Resolves once every kind of thing has happened that a dashboard shows. */
export async function startScene(): Promise<Scene> {
  const from = Date.now() - 1000
  const demo = await startDemo(['--rate', '40'])
  const prometheus = await startPrometheus(CONFIG(new URL(demo.picketUrl).host))
  const close = async (): Promise<void> => {
    await Promise.all([demo.close(), prometheus.close()])
  }
  try {
    await pushLines(demo.lokiUrl, furtherLines())
    const isThere = async (expr: string): Promise<void> => {
      const { series } = await askPrometheus(prometheus.url, expr, { from, to: Date.now() }, true)
      if (series.length === 0) throw new Error(`not yet: ${expr}`)
    }
    await vi.waitFor(
      async () => {
        await isThere('picket_sources{danger_level="4"} > 0')
        await isThere('picket_detections_total{kind="logging-health"} > 0')
        await isThere('picket_lines_total{result="malformed"} > 0')
        await isThere('picket_sink_events_total{result="delivered"} > 100')
      },
      { timeout: 80_000, interval: 500 },
    )
    const range = { from, to: Date.now() }
    const given = process.env['PICKET_TEST_LOKI_URL']?.replace(/\/+$/, '') ?? ''
    if (given !== '') await copyStreams(demo.lokiUrl, given, ['firewall', 'picket'], range)
    return {
      range,
      prometheusUrl: prometheus.url,
      lokiUrls: [demo.lokiUrl, ...(given === '' ? [] : [given])],
      demo,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A fourth firewall: forwarded packets, sent ones, SYN packets without their options, and a line that was cut off. */
function furtherLines(): PushedLine[] {
  const now = BigInt(Date.now()) * 1_000_000n
  const labels = { job: 'firewall', host: 'fw4', app: 'nftables' }
  const packet = (way: string, i: number): string =>
    `kernel: nft-drop ${way} SRC=192.0.2.${1 + (i % 200)} DST=198.51.100.40 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=${i} PROTO=TCP SPT=${40_000 + i} DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0 `
  const lines = [
    ...Array.from({ length: 60 }, (_, i) => packet('IN=eth0 OUT=eth1', i)),
    ...Array.from({ length: 5 }, (_, i) => packet('IN= OUT=eth0', i)),
    'kernel: nft-drop IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.',
  ]
  return lines.map((line, i) => ({ ns: now + BigInt(i), labels, line }))
}
