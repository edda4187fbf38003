import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { start, stop } from '../../helpers/processes.ts'
import { pushLines } from '../../helpers/traffic.ts'

/** Labels by metric, and their values, as a real Picket prints them that has read some lines. */
export type Exposition = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

const SCAN = Array.from({ length: 60 }, (_, i) => ({
  ns: (BigInt(Date.now()) - 120_000n + BigInt(i)) * 1_000_000n,
  labels: { job: 'firewall', host: 'fw1' },
  line: `[UFW BLOCK] IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=203.0.113.7 DST=198.51.100.1 LEN=44 TOS=0x00 PREC=0x00 TTL=52 ID=${i} PROTO=TCP SPT=40000 DPT=${i + 1} WINDOW=1024 RES=0x00 SYN URGP=0 OPT (020405B4) `,
}))

export async function readExposition(): Promise<Exposition> {
  const folder = mkdtempSync(join(tmpdir(), 'picket-metrics-'))
  const store = start(['store', '--listen', '127.0.0.1:0'])
  const [, loki = ''] = await store.said(/(http:\/\/127\.0\.0\.1:\d+)/)
  await pushLines(loki, SCAN)
  writeFileSync(
    join(folder, 'picket.yaml'),
    `stateDir: ${join(folder, 'state')}
http: { listen: 127.0.0.1:0 }
sources: [{ type: loki, url: '${loki}', query: '{job="firewall"}', start: 10m }]
sinks: [{ type: jsonl, path: ${join(folder, 'detections.jsonl')} }]
`,
  )
  const picket = start(['run', '--config', join(folder, 'picket.yaml')])
  try {
    const [line] = await picket.said(/^.*Picket started.*$/m)
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? ''
    const text = await vi.waitFor(
      async () => {
        const answer = await (await fetch(`${url}/metrics`)).text()
        if (!answer.includes('picket_attacker_danger_level{')) throw new Error('nothing read yet')
        return answer
      },
      { timeout: 20_000, interval: 100 },
    )
    return parseExposition(text)
  } finally {
    await stop(picket)
    await stop(store)
    rmSync(folder, { recursive: true, force: true })
  }
}

export function parseExposition(text: string): Exposition {
  const metrics = new Map<string, Map<string, Set<string>>>()
  for (const line of text.split('\n')) {
    const sample = /^([a-zA-Z_:]\w*)(?:\{(.*)\})? \S+$/.exec(line)
    if (sample === null) continue
    const [, name = '', pairs = ''] = sample
    const labels = metrics.get(name) ?? new Map<string, Set<string>>()
    metrics.set(name, labels)
    for (const [, label = '', value = ''] of pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      labels.set(label, (labels.get(label) ?? new Set()).add(value))
  }
  return metrics
}
