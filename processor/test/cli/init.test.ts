import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { initCommand } from '../../src/cli/commands/init.ts'
import type { CliIo } from '../../src/cli/io.ts'
import { runCommand } from '../../src/cli/program.ts'
import { FakeLoki } from '../helpers/fake-loki.ts'

const LINE =
  'kernel: [1.0] DROP IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 LEN=40 PROTO=TCP SPT=1 DPT=22'
let server: FakeLoki
let cwd: string
beforeEach(async () => {
  server = await new FakeLoki().start()
  cwd = mkdtempSync(join(tmpdir(), 'picket-init-'))
})
afterEach(() => server.stop())

function push(labels: Record<string, string>, line: string, agoMs = 1000): void {
  server.push(labels, BigInt(Date.now() - agoMs) * 1_000_000n, line)
}

async function init(
  ...words: string[]
): Promise<{ stdout: string; stderr: string; config: () => Config }> {
  const out = collector()
  const err = collector()
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    cwd,
    exit: () => {},
    stopped: new AbortController().signal,
    onReload: () => {},
  }
  await runCommand(initCommand(io), ['init', '--loki', server.url, ...words], io)
  return {
    stdout: out.text(),
    stderr: err.text(),
    config: () => parse(readFileSync(join(cwd, 'picket.yaml'), 'utf8')) as Config,
  }
}

interface Config {
  readonly sources: readonly {
    readonly query: string
    readonly url: string
    readonly tenant?: string
  }[]
  readonly sinks: readonly { readonly type: string; readonly url: string }[]
}

function collector(): { stream: CliIo['stdout']; text: () => string } {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(pieces).toString() }
}

test('it writes a configuration that reads the streams with firewall lines and writes back', async () => {
  push({ job: 'firewall', host: 'fw1' }, LINE)
  push({ job: 'nginx' }, 'GET / 200')
  push({ job: 'picket', kind: 'scan' }, `{"evidence":"SRC= DST= PROTO="} ${LINE}`)
  const { stderr, config } = await init('--tenant', 'edge')
  expect(config().sources).toMatchObject([
    { type: 'loki', url: server.url, query: '{job="firewall"}', tenant: 'edge' },
  ])
  expect(config().sinks).toMatchObject([{ type: 'loki', url: server.url, tenant: 'edge' }])
  expect(stderr).toContain('Found {job="firewall"}: one stream, 100 %')
  expect(server.requests.every(({ headers }) => headers['x-scope-orgid'] === 'edge')).toBe(true)
})

test('firewall lines among others are read through a filter', async () => {
  push({ job: 'syslog' }, LINE)
  for (let i = 0; i < 9; i++) push({ job: 'syslog' }, `sshd: ${i}`)
  const { config, stderr } = await init()
  expect(config().sources[0]?.query).toBe('{job="syslog"} |= "SRC=" |= "DST=" |= "PROTO="')
  expect(stderr).toContain('10 %')
})

test('streams without the usual label are found by another one, each once', async () => {
  push({ job: 'firewall' }, LINE)
  push({ unit: 'kernel' }, LINE)
  const { config } = await init()
  expect(config().sources.map(({ query }) => query)).toEqual([
    '{job="firewall"}',
    '{unit="kernel", job=""}',
  ])
})

test('a quiet firewall is found further back', async () => {
  push({ job: 'firewall' }, LINE, 3 * 24 * 3_600_000)
  const { stderr, config } = await init()
  expect(config().sources).toHaveLength(1)
  expect(stderr).toContain('last 7 days')
})

test('an existing file is left alone without --force', async () => {
  push({ job: 'firewall' }, LINE)
  writeFileSync(join(cwd, 'picket.yaml'), 'mine')
  await expect(init()).rejects.toMatchObject({
    code: 'PICKET_USAGE',
    message: expect.stringContaining('--force') as string,
  })
  expect(readFileSync(join(cwd, 'picket.yaml'), 'utf8')).toBe('mine')
  expect(server.requests).toHaveLength(0)
  expect((await init('--force')).config().sources).toHaveLength(1)
})

test('- prints instead of writing', async () => {
  push({ job: 'firewall' }, LINE)
  const { stdout } = await init('--output', '-')
  expect(parse(stdout)).toMatchObject({ sources: [{ query: '{job="firewall"}' }] })
  expect(existsSync(join(cwd, 'picket.yaml'))).toBe(false)
})

test('nothing found is a failure that says why, and nothing is written', async () => {
  await expect(init()).rejects.toMatchObject({
    code: 'PICKET_INIT',
    message: expect.stringContaining('no labels') as string,
  })
  push({ job: 'nginx' }, 'GET / 200')
  await expect(init()).rejects.toMatchObject({
    message: expect.stringContaining('no firewall lines in the last 7 days') as string,
  })
  expect(existsSync(join(cwd, 'picket.yaml'))).toBe(false)
})

test('a refusal is told', async () => {
  server.fault = () => ({ status: 401, body: 'no org id' })
  await expect(init()).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('set tenant') as string,
  })
})

test.each([
  [['--loki', 'loki:3100'], 'Expected an address'],
  [['--since', 'yesterday'], 'Expected a duration'],
])('%j is wrong usage', async (words, message) => {
  await expect(init(...words)).rejects.toThrow(message)
})
