import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { BUSY } from '../report/reports.ts'
import { picket } from './fake-io.ts'

const STATUS = {
  version: '1.2.3',
  startedAt: '2026-01-01T00:00:00.000Z',
  ready: false,
  components: [
    { kind: 'input', name: 'fw', type: 'loki', up: true, lagSeconds: 2 },
    { kind: 'sink', name: 'marks', type: 'grafana', up: false, error: 'connection refused' },
  ],
  features: [
    { name: 'signatures', on: true, detail: '414 rules' },
    { name: 'push endpoint', on: false },
  ],
  process: { pid: 4711, upSeconds: 200, cpuSeconds: 5, memoryBytes: 104_857_600, node: '20.1.0' },
}

/** Serves the two documents (or what a test says) for one command. */
async function status(
  words: readonly string[],
  answer: (path: string) => { status: number; body: string } = (path) => ({
    status: 200,
    body: JSON.stringify(path === '/api/v1/report' ? BUSY : STATUS),
  }),
) {
  const server = createServer((request, response) => {
    const { status: code, body } = answer(request.url ?? '')
    response.writeHead(code).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    return { url, ...(await picket(['status', '--url', url, ...words])) }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('status', () => {
  test('prints components and report as text', async () => {
    const { stdout, stderr, code } = await status([])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout).toMatch(
      /^\[\+\] picket v1\.2\.3, running since 2026-01-01T00:00:00\.000Z, not ready\n/,
    )
    expect(stdout).toContain('    input fw (loki): up, lagSeconds: 2\n')
    expect(stdout).toContain('    sink marks (grafana): down, error: connection refused\n')
    expect(stdout).toContain(
      '    process: pid 4711, up 200 s, CPU 2.5 %, memory 100 MiB, Node 20.1.0\n',
    )
    expect(stdout).toContain('    signatures: on, 414 rules\n    push endpoint: off\n')
    expect(stdout).toContain('SRC:  192.0.2.7, DL: 3')
  })

  test('prints both as JSON', async () => {
    const { stdout } = await status(['--format', 'json'])
    expect(JSON.parse(stdout)).toEqual({ ...BUSY, status: STATUS })
  })

  test('prints a row a source as CSV', async () => {
    const { stdout } = await status(['--format', 'csv'])
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  test.each([
    [['--ip', '2001:0DB8:0::0BAD'], ['2001:db8::bad']],
    [['--danger', '3'], ['192.0.2.7']],
    [['--top', '1'], ['192.0.2.7']],
    [['--summary'], []],
  ])('%j narrows the list of sources', async (words, expected) => {
    const { stdout } = await status([...words, '--format', 'json'])
    const { sources } = JSON.parse(stdout) as { sources: { source: string }[] }
    expect(sources.map(({ source }) => source)).toEqual(expected)
  })

  test('--summary leaves the detail out of the text', async () => {
    const { stdout } = await status(['--summary'])
    expect(stdout).toContain('[+] Top 25 attackers:')
    expect(stdout).not.toContain('SRC:')
  })

  test.each([
    ['an error', () => ({ status: 500, body: 'no' }), /answered 500 Internal Server Error$/],
    [
      'no JSON',
      () => ({ status: 200, body: '<html>' }),
      /does not answer as a Picket processor does$/,
    ],
    [
      'another JSON',
      () => ({ status: 200, body: '{"version":2}' }),
      /does not answer as a Picket processor does$/,
    ],
  ])('fails in one line when the answer is %s', async (_, answer, message) => {
    const { stdout, stderr, code } = await status([], answer)
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr.trimEnd()).toMatch(message)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  test('fails in one line when nobody answers', async () => {
    // The port was free a moment ago, and nobody was told of it.
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const { stderr, code } = await picket(['status', '--url', `http://127.0.0.1:${port}`])
    expect(code).toBe(1)
    expect(stderr).toBe(
      `picket: no processor answers at http://127.0.0.1:${port} (connection refused); is \`picket run\` running there?\n`,
    )
  })
})
