import { describe, expect, it, test } from 'vitest'
import { parseLine } from '../../../src/core/index.ts'
import type { Packet } from '../../../src/core/index.ts'

const REFERENCE = Date.UTC(2026, 10, 1) / 1000
const BODY = 'IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=28 TTL=3 ID=9 PROTO=UDP SPT=1 DPT=2 LEN=8'
const packet = (line: string): Packet => {
  const parsed = parseLine(line, { reference: REFERENCE })
  expect(parsed).toMatchObject({ result: 'packet', src: '1.2.3.4', dst: '5.6.7.8' })
  return parsed as Packet
}

describe('a header', () => {
  test.each<[string, Partial<Packet>]>([
    ['', { prefix: 'DROP', time_format: 'none' }],
    ['Mar 11 20:35:11 fw kernel: ', { host: 'fw', prefix: 'DROP', time_format: 'rfc3164' }],
    ['Mar 11 20:35:11 fw kernel[0]: ', { host: 'fw', prefix: 'DROP' }],
    ['Mar 11 20:35:11 fw kernel:[1.25] ', { host: 'fw', prefix: 'DROP', uptime: 1.25 }],
    ['Mar 11 20:35:11 kernel: ', { prefix: 'DROP' }],
    ['Mar 11 20:35:11 fw fw kernel: ', { host: 'fw', prefix: 'DROP' }],
    ['Mar 11 20:35:11 fw kern.warn kernel: ', { host: 'fw', prefix: 'DROP' }],
    ['Mar 11 20:35:11 fw ulogd[412]: ', { host: 'fw', prefix: 'DROP' }],
    ['Mar 11 20:35:11 fw [  12.345678] ', { host: 'fw', prefix: 'DROP' }],
    ['Mar 11 20:35:11.123456 fw kernel: ', { time: '2026-03-11T20:35:11.123456Z' }],
    ['Mar 11 2024 20:35:11 fw kernel: ', { host: 'fw', time: '2024-03-11T20:35:11.000Z' }],
    ['Mar 11 20:35:11 2024 fw kernel: ', { host: 'fw', time: '2024-03-11T20:35:11.000Z' }],
    ['/var/log/messages:Mar 11 20:35:11 fw kernel: ', { host: 'fw', prefix: 'DROP' }],
    ['<4>Mar 11 20:35:11 fw kernel: ', { host: 'fw', pri: 4, prefix: 'DROP' }],
    ['2026-03-01 00:00:00,5 fw kernel: ', { host: 'fw', time: '2026-03-01T00:00:00.500Z' }],
    ['2026-03-01T00:00:00+0130 fw kernel: ', { time: '2026-02-28T22:30:00.000Z' }],
    ['2026-03-01T00:00:00-05 fw kernel: ', { time: '2026-03-01T05:00:00.000Z' }],
    [
      '<6>1 2026-03-01T00:00:00.5Z fw kernel - - [a@1 b="x\\]y"][c] ',
      { host: 'fw', prefix: 'DROP', time_format: 'rfc5424' },
    ],
    ['1 2026-03-01T00:00:00Z fw kernel - - - ', { host: 'fw', prefix: 'DROP' }],
    ['<6>1 - - kernel - - - \uFEFF', { prefix: 'DROP', time_format: 'rfc5424' }],
    ['\uFEFFMar 11 20:35:11 fw kernel: ', { host: 'fw', prefix: 'DROP' }],
    ['[   12.345678] ', { prefix: 'DROP', uptime: 12.345678 }],
    ['[   12.345678][    T412] ', { prefix: 'DROP', uptime: 12.345678 }],
    ['[Wed Mar 11 20:35:11 2026] ', { prefix: 'DROP', time: '2026-03-11T20:35:11.000Z' }],
    [
      '100 6 tap100i0-IN 20/Jun/2022:13:09:14 +0200 ',
      { vmid: 100, chain: 'tap100i0-IN', prefix: 'DROP' },
    ],
    ['something: else kernel: ', { prefix: 'DROP' }],
    ['something: kernel: else kernel: ', { prefix: 'DROP' }],
  ])('%j is passed over', (header, expected) => {
    expect(packet(`${header}DROP ${BODY}`)).toMatchObject(expected)
  })

  test.each([
    ['Mar 11 20:35:11 [UFW BLOCK] ', '[UFW BLOCK]'],
    ['Mar 11 20:35:11 DENY: ', 'DENY:'],
    ['Mar 11 20:35:11 fw kernel: [fw-1-D]', '[fw-1-D]'],
    ['Mar 11 20:35:11 fw kernel: IN=x ', 'IN=x'],
    ['Mar 11 20:35:11 fw kernel: IN=x OUT=y DROP:', 'IN=x OUT=y DROP:'],
    ['Mar 11 20:35:11 fw kernel: PHYSIN=a ', 'PHYSIN=a'],
  ])('%j has the prefix %j', (start, prefix) => {
    expect(packet(start + BODY)).toMatchObject({ prefix, in: 'eth0' })
  })
})

describe('a time that no row can hold', () => {
  test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('%s is none', (time) => {
    expect(packet(`${time} fw kernel: ${BODY}`).time).toBe('2026-11-01T00:00:00.000Z')
  })
})

describe('a JSON line', () => {
  const quoted = `"DROP " ${BODY}`
  test.each<[string, unknown, Partial<Packet>]>([
    [
      'of journald',
      { MESSAGE: BODY, _HOSTNAME: 'h', __REALTIME_TIMESTAMP: '1772323200123456' },
      { host: 'h', time: '2026-03-01T00:00:00.123456Z' },
    ],
    [
      'of journald, as bytes',
      { MESSAGE: [...new TextEncoder().encode(quoted)], _HOSTNAME: 'h' },
      { host: 'h', prefix: '"DROP "' },
    ],
    [
      'of Filebeat',
      {
        agent: { hostname: 'a' },
        log: { file: 'x' },
        host: { name: 'h' },
        message: BODY,
        '@timestamp': '2026-03-01T00:00:00.5Z',
      },
      { host: 'h', time: '2026-03-01T00:00:00.500Z' },
    ],
    [
      'of Docker',
      { log: `${BODY}\n`, stream: 'stderr', time: '2026-03-01T00:00:00.123456789Z' },
      { time: '2026-03-01T00:00:00.123456789Z' },
    ],
    ['in a JSON line', { message: JSON.stringify({ MESSAGE: quoted }) }, { prefix: '"DROP "' }],
    [
      'with a message that has a header',
      { message: `Mar 11 20:35:11 fw kernel: DROP ${BODY}` },
      { host: 'fw', prefix: 'DROP', time: '2026-03-11T20:35:11.000Z' },
    ],
    ['with a deeper message', { event: { message: 'no' }, message: BODY }, {}],
  ])('%s', (_, record, expected) => {
    expect(packet(JSON.stringify(record))).toMatchObject(expected)
    expect(packet(JSON.stringify(record, null, 1).replaceAll('\n', ' '))).toMatchObject(expected)
  })

  it('keeps TCP options where the message had to be unescaped', () => {
    const message = `"é" IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=44 TTL=3 ID=9 OPT (940400) PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 OPT (020405B4) `
    const line = JSON.stringify({ MESSAGE: message }).replace('é', '\\u00e9')
    expect(packet(line)).toMatchObject({
      prefix: '"é"',
      ipOptions: '940400',
      tcpOptions: '020405B4',
      flags: ['SYN'],
    })
  })

  it('may end with a flag', () => {
    const message = 'IN=eth0 SRC=1.2.3.4 DST=5.6.7.8 LEN=44 PROTO=TCP SPT=1 DPT=2 WINDOW=1 SYN'
    expect(packet(JSON.stringify({ message }))).toMatchObject({ flags: ['SYN'] })
  })

  test.each<[string, string]>([
    ['{', 'not-a-packet'],
    ['{"message":"eth0 up"}', 'not-a-packet'],
    ['{"message":["IN=eth0"]}', 'not-a-packet'],
    ['{"event_type":"flow","src_ip":"1.2.3.4","dest_ip":"5.6.7.8","proto":"TCP"}', 'not-a-packet'],
    ['{"oob.in":"eth0","ip.protocol":6,"src_ip":"1.2.3.4"', 'malformed'],
    ['{"oob.in":"eth0","ip.protocol":6,"src_ip":"1.2.3.4","dest_ip":"5.6.7.8"}', 'malformed'],
    [
      '{"oob.in":"eth0","ip.protocol":6,"src_ip":"1.2.3.4","dest_ip":"5.6.7.8","src_port":1,"dest_port":70000}',
      'malformed',
    ],
    ['{"message":"IN=eth0 OUT= SRC=1.2.3', 'malformed'],
  ])('%s is %s', (line, result) => {
    expect(parseLine(line).result).toBe(result)
  })
})

describe('a RouterOS line', () => {
  test.each<[string, Partial<Packet>]>([
    [
      'firewall,info drop-in input: in:ether1 out:(unknown 0), connection-state:new src-mac 02:00:5e:00:00:01, proto TCP (SYN), 1.2.3.4:1->5.6.7.8:2, len 40',
      {
        prefix: 'drop-in',
        chain: 'input',
        in: 'ether1',
        flags: ['SYN'],
        srcMac: '02:00:5e:00:00:01',
        verdict: 'drop',
      },
    ],
    [
      'Mar 11 20:35:11 MikroTik input: in:ether1 out:(unknown 0), proto UDP, 1.2.3.4:1->5.6.7.8:2, len 40',
      { host: 'MikroTik', chain: 'input', spt: 1, dpt: 2 },
    ],
    [
      'firewall,info output: in:(unknown 0) out:ether1, proto UDP, 1.2.3.4:1->5.6.7.8:2, NAT (1.2.3.4:1->9.9.9.9:1)->5.6.7.8:2, len 40',
      { out: 'ether1', spt: 1, dpt: 2 },
    ],
    [
      'firewall,info forward: in:a out:b, proto ICMP (type 8, code 0), 1.2.3.4->5.6.7.8, len 84',
      { icmpType: 8, icmpCode: 0, length: 84 },
    ],
    ['firewall,info forward: in:a out:b, proto 47, 1.2.3.4->5.6.7.8, len 84', { proto: '47' }],
  ])('%s', (line, expected) => {
    expect(packet(line)).toMatchObject(expected)
  })

  test.each<[string, string]>([
    ['system,info,account user admin logged in from 1.2.3.4 via winbox', 'not-a-packet'],
    [
      'firewall,info input: in:ether1 out:(unknown 0), proto TCP (SYN), 1.2.3.4:1->5.6',
      'malformed',
    ],
    [
      'firewall,info input: in:ether1 out:(unknown 0), proto TCP (SYN), 1.2.3.4->5.6.7.8, len 40',
      'malformed',
    ],
    [
      'firewall,info input: in:ether1 out:(unknown 0), proto UDP, 1.2.3.444:1->5.6.7.8:2, len 40',
      'malformed',
    ],
  ])('%s is %s', (line, result) => {
    expect(parseLine(line).result).toBe(result)
  })
})

describe('an IPv6 fragment', () => {
  const head = 'IN=eth0 OUT= SRC=fe80::1 DST=ff02::1 LEN=60 TC=16 HOPLIMIT=3 FLOWLBL=0'
  test.each<[string, Partial<Packet>]>([
    ['FRAG:64 ID:0000beef PROTO=UDP', { fragment: true, tos: 16 }],
    ['FRAG:64 INCOMPLETE ID:0000beef PROTO=UDP', { fragment: true, mf: true }],
    ['OPT ( FRAG:64 ID:0000beef ) PROTO=UDP', { fragment: true }],
    ['FRAG:0 INCOMPLETE ID:0000beef PROTO=UDP SPT=1 DPT=2 LEN=8', { mf: true, spt: 1 }],
    ['PROTO=TCP INCOMPLETE [8 bytes] ', { incomplete: true }],
  ])('%s', (rest, expected) => {
    const parsed = parseLine(`${head} ${rest}`)
    expect(parsed).toMatchObject({ result: 'packet', ...expected })
    expect(
      Object.keys(parsed)
        .filter((key) => ['fragment', 'mf', 'incomplete'].includes(key))
        .sort(),
    ).toEqual(
      Object.keys(expected)
        .filter((key) => ['fragment', 'mf', 'incomplete'].includes(key))
        .sort(),
    )
  })
})

describe('numbers out of bounds', () => {
  const tail = 'SRC=1.2.3.4 DST=5.6.7.8'
  test.each<[string, object]>([
    [`IN=eth0 OUT= ${tail} LEN=99999999999999999999 PROTO=2`, { length: 0x7fff_ffff }],
    [`IN=eth0 OUT= ${tail} LEN=1 ID=4294967296 PROTO=2`, { ipId: 0x7fff_ffff }],
    [`IN=eth0 OUT= ${tail} PROTO=999`, { proto: '999' }],
    [
      `IN=eth0 OUT= ${tail} PROTO=TCP SPT=1 DPT=2 SEQ=4294967295 ACK=3000000000 SYN URGP=0`,
      { seq: 4_294_967_295, ack: 3_000_000_000 },
    ],
    [
      `IN=eth0 OUT= ${tail} PROTO=TCP SPT=70000 DPT=2 SYN`,
      { result: 'malformed', reason: 'bad port' },
    ],
    [
      `IN=eth0 OUT= ${tail} PROTO=TCP SPT=1 DPT=99999999999 SYN`,
      { result: 'malformed', reason: 'bad port' },
    ],
    [
      `IN=eth0 OUT= ${tail} PROTO=TCP SPT=1x DPT=2 SYN`,
      { result: 'malformed', reason: 'no ports' },
    ],
    [`IN=eth0 OUT= ${tail} PROTO=UD`, { result: 'malformed', reason: 'truncated' }],
    [
      `IN=eth0 OUT= SRC=fe80::1 DST=fe80::2 PROTO=ICMP`,
      { result: 'malformed', reason: 'truncated' },
    ],
  ])('%s', (line, expected) => {
    expect(parseLine(line)).toMatchObject(expected)
  })
})

describe('two lines glued together', () => {
  test.each([
    `IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 PROTO=2 Mar 11 20:35:11 fw kernel: ${BODY}`,
    'IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 Mar 11 20:35:11 fw kernel: DROP IN=eth1 OUT= MAC= PROTO=2',
  ])('are malformed: %s', (line) => {
    expect(parseLine(line)).toEqual({ result: 'malformed', reason: 'two packets in one line' })
  })

  it('are the second, where the first was cut before its source', () => {
    expect(packet(`IN=eth9 OUT= MAC=02:00 Mar 11 20:35:11 fw kernel: ${BODY}`)).toMatchObject({
      in: 'eth0',
    })
  })
})

describe('a line of half a megabyte', () => {
  const fill = (text: string): string => text.repeat(Math.ceil(524_288 / text.length))
  // Each would take minutes where a word is looked at again for every byte of it.
  test.each([
    ['IN=', fill('IN=')],
    ['x.IN=', `IN=eth0 OUT= ${fill('x.IN=')} ${BODY}`],
    ['OUT=a', fill(' OUT=a')],
    ['[', `IN=eth0 OUT= ${fill('[ ')}${BODY}`],
    ['(', `IN=eth0 OUT= ${fill('OPT ( ')}${BODY}`],
    ['proto a (', `firewall,info input: in:a out:b, ${fill('proto a (')}`],
    ['a: in:b', `firewall,info ${fill('a: in:b ')}`],
    ['kernel:', `${fill('kernel: ')}${BODY}`],
    ['a:', fill('a:')],
    ['quotes', `{${fill('"a":"b",')}`],
    ['escapes', `{"message":"${fill('\\u0041')}${BODY}"}`],
    ['braces', fill('{"a":')],
    ['digits', `IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=${fill('9')} PROTO=2`],
    ['blanks', `IN=${fill(' ')}OUT= SRC=1.2.3.4 DST=5.6.7.8 PROTO=2`],
  ])('of %s is read in time', (_, line) => {
    for (const profile of ['picket', 'psad'] as const)
      expect(['packet', 'malformed', 'not-a-packet']).toContain(parseLine(line, { profile }).result)
  })
})
