import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether Debian's `prometheus`, which brings promtool, is there; without it tests skip and say so. */
export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0

export interface PrometheusServer {
  readonly url: string
  /** Stops it and removes its data. */
  close(): Promise<void>
}

/**
 * A real Prometheus on a free port of the loopback, ready to be asked. `config` is the text of its prometheus.yml; `files` are written
 * beside it, by name. Takes remote write.
 */
export async function startPrometheus(
  config = 'global: {}\n',
  files: Readonly<Record<string, string>> = {},
): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'picket-prometheus-'))
  await writeFile(join(folder, 'prometheus.yml'), config)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--web.enable-remote-write-receiver',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
  const ended = once(child, 'exit')
  const close = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok === true) return { url, close }
    await sleep(100)
  }
  await close()
  throw new Error(`Prometheus did not become ready:\n${said}`)
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
