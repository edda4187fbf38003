import { describe, expect, test } from 'vitest'
import { tcp, udp } from '../helpers/lines.ts'
import { picket } from './fake-io.ts'

const LOG = [
  tcp({
    prefix: 'a "quoted", prefix',
    src: '192.0.2.1',
    dst: '198.51.100.1',
    dpt: 22,
    flags: 'ACK SYN',
  }),
  udp({ prefix: '', src: '2001:db8::1', dst: '2001:db8::2', dpt: 53, iface: '', out: 'eth1' }),
  'Jan  1 00:00:00 host systemd[1]: Started something.',
  '',
  tcp({ src: '192.0.2.999' }),
].join('\n')

async function parse(words: readonly string[], stdin: string | Buffer = LOG): Promise<string[]> {
  const { stdout, stderr, code } = await picket(['parse', ...words], { stdin })
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  return stdout.trimEnd().split('\n')
}

describe('parse', () => {
  test('prints one object a line, whatever the line is', async () => {
    const lines = (await parse([])).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toHaveLength(5)
    expect(lines[0]).toMatchObject({
      result: 'packet',
      prefix: 'a "quoted", prefix',
      src: '192.0.2.1',
      dst: '198.51.100.1',
      proto: 'TCP',
      dpt: 22,
      flags: ['ACK', 'SYN'],
    })
    expect(lines[1]).toMatchObject({
      result: 'packet',
      src: '2001:db8::1',
      proto: 'UDP',
      out: 'eth1',
    })
    expect(lines[2]).toEqual({ result: 'not-a-packet' })
    expect(lines[3]).toEqual({ result: 'not-a-packet' })
    expect(lines[4]).toEqual({ result: 'malformed', reason: expect.stringMatching(/\S/) as string })
  })

  test('prints the chosen fields by the names that were given, in that order', async () => {
    expect((await parse(['--fields', 'dp, src,log_prefix,out,intf'])).slice(0, 3)).toEqual([
      '{"dp":22,"src":"192.0.2.1","log_prefix":"a \\"quoted\\", prefix","intf":"eth0"}',
      '{"dp":53,"src":"2001:db8::1","log_prefix":"","out":"eth1","intf":"eth1"}',
      '{"result":"not-a-packet"}',
    ])
  })

  test('prints packets only as CSV, psad’s fields, quoted where they must be', async () => {
    expect(await parse(['--format', 'csv'])).toEqual([
      '2026-03-01T00:00:00.000Z,192.0.2.1,198.51.100.1,40000,22,TCP,ACK SYN,40,eth0,INPUT,"a ""quoted"", prefix"',
      '2026-03-01T00:00:00.000Z,2001:db8::1,2001:db8::2,40000,53,UDP,,48,eth1,OUTPUT,',
    ])
  })

  test('prints the chosen fields as CSV', async () => {
    expect(await parse(['--format', 'csv', '--fields', 'src,dpt'])).toEqual([
      '192.0.2.1,22',
      '2001:db8::1,53',
    ])
  })

  test('survives what no log should hold', async () => {
    const lines = await parse(
      [],
      Buffer.concat([
        Buffer.from([0, 255, 254, 10]),
        Buffer.alloc(3_000_000, 65),
        Buffer.from(`\n${tcp({ dpt: 7 })}\n`),
      ]),
    )
    expect(lines.map((line) => (JSON.parse(line) as { result: string }).result)).toEqual([
      'not-a-packet',
      'not-a-packet',
      'packet',
    ])
  })

  test('stops when the reader has enough', async () => {
    const { stderr, code } = await picket(['parse'], {
      stdin: `${tcp()}\n`.repeat(5000),
      breakAfter: 2,
    })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  })
})
