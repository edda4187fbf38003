import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/pipeline/types.ts'
import { remoteWriteConfig, remoteWriteSink } from '../../../src/sinks/remote-write/index.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'
import { createMetrics } from '../../../src/telemetry/metrics.ts'
import { never } from '../detections.ts'

const installed = spawnSync('prometheus', ['--version']).status === 0
if (!installed)
  console.warn('prometheus is not installed: remote write is not tested against the real one.')

describe.skipIf(!installed)('a real Prometheus', () => {
  let server: ChildProcess
  let url: string
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'picket-prometheus-'))
    await writeFile(join(folder, 'prometheus.yml'), 'global: {}\n')
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    server = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
      ],
      { stdio: 'ignore' },
    )
    for (let tries = 0; tries < 100; tries++) {
      const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
      if (answer?.ok === true) return
      await sleep(100)
    }
    throw new Error('Prometheus did not become ready')
  }, 20_000)

  afterAll(async () => {
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    await exited
    await rm(folder, { recursive: true, force: true })
  })

  it('takes Picket’s metrics and answers queries about them', async () => {
    const config = remoteWriteConfig.parse({
      type: 'remote-write',
      name: 'rw',
      url,
      instance: 'here',
    })
    const context = {
      name: 'rw',
      stateDir: '',
      logger: silentLogger,
      clock: systemClock,
      reference: 0,
    }
    const sink = remoteWriteSink.create(config, context)
    const metrics = createMetrics({ version: '1', now: () => 0, inputs: ['fw'], sinks: ['out'] })
    await sink.check(never)

    const now = Date.now()
    const attackers = (sources: string[]): void =>
      metrics.updateFromEngine({
        lines: { read: 0, packets: 0, notAPacket: 0, malformed: 0, ignored: 0 },
        sourcesByLevel: [0, 0, 0, 2, 0, 0],
        sources: 2,
        evicted: 0,
        lastPacketSeconds: undefined,
        packets: [],
        signatures: [],
        topAttackers: sources.map((source) => ({ source, packets: 1002, dangerLevel: 3 })),
        health: [],
        topPorts: [],
      })
    attackers(['192.0.2.1', '2001:db8::1'])
    await sink.pushMetrics(metrics.registry, now - 2000, never)
    attackers(['2001:db8::1'])
    await sink.pushMetrics(metrics.registry, now - 1000, never)
    await sink.close()

    const query = async (
      expr: string,
      ms: number,
    ): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
      const answer = await fetch(
        `${url}/api/v1/query?query=${encodeURIComponent(expr)}&time=${ms / 1000}`,
      )
      return ((await answer.json()) as { data: { result: never[] } }).data.result
    }
    expect(
      await query('picket_attacker_packets{job="picket",instance="here"}', now - 1500),
    ).toHaveLength(2)
    expect(await query('picket_attacker_packets', now)).toMatchObject([
      { metric: { source: '2001:db8::1' }, value: [expect.anything(), '1002'] },
    ])
    expect(await query('picket_sources{danger_level="3"}', now)).toMatchObject([
      { value: [expect.anything(), '2'] },
    ])
    expect(await query('picket_detection_latency_seconds_bucket', now)).toHaveLength(11)
  })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
