import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { picket } from './fake-io.ts'

function folderWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-config-'))
  writeFileSync(join(folder, 'picket.yaml'), text)
  return folder
}

test('config check prints what takes effect', async () => {
  const cwd = folderWith('detection: { scanTimeout: 90m }\nhttp: { token: hush }\n')
  const { stdout, stderr, code } = await picket(
    [
      'config',
      'check',
      '--set',
      'limits.metricsTopN=5',
      '--profile',
      'psad',
      '--home-net',
      '10.0.0.0/8',
      '--signatures',
      'a.rules',
    ],
    { cwd, env: { PICKET_TIME__ZONE: 'Europe/Berlin' } },
  )
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  expect(stdout).toMatch(/^# picket\.yaml\n/)
  expect(stdout).not.toContain('hush')
  expect(parse(stdout)).toMatchObject({
    detection: { scanTimeout: '90m', profile: 'psad' },
    limits: { metricsTopN: 5 },
    homeNet: ['10.0.0.0/8'],
    time: { zone: 'Europe/Berlin' },
    signatures: { builtin: true, files: ['a.rules'] },
  })
})

test('config check reports every problem, a line each', async () => {
  const cwd = folderWith('homeNet: [x]\nlimits:\n  sources: 0\n')
  const { stdout, stderr, code } = await picket(['config', 'check'], { cwd })
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^picket\.yaml:1:11 homeNet\.0: "x" is no network/),
    'picket.yaml:3:12 limits.sources: 0 does not fit: expected 1 or more',
  ])
})

test('config check --online asks every input and sink and says who cannot be used', async () => {
  const server = createServer((_, response) => {
    response.writeHead(503).end('starting')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cwd = folderWith(
    `sources:\n  - { type: loki, url: '${url}', query: '{job="x"}' }\nsinks:\n  - { type: jsonl, path: out.jsonl }\n  - { type: stdout }\n`,
  )
  try {
    const { stdout, stderr, code } = await picket(
      ['config', 'check', '--online', '--set', `sinks.0.path=${join(cwd, 'out.jsonl')}`],
      { cwd },
    )
    expect(code).toBe(1)
    expect(stdout).toContain('type: loki')
    expect(stderr).toMatch(/^input loki \(loki\): .*503/m)
    expect(stderr).toContain('sink jsonl (jsonl): ok\n')
    expect(stderr).toContain('sink stdout (stdout): ok\n')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('config schema prints JSON', async () => {
  const { stdout, code } = await picket(['config', 'schema'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    title: 'Picket configuration',
    type: 'object',
    additionalProperties: false,
  })
})
