import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAutoDl } from '../../../src/core/level-list/auto-dl.ts'
import { ALL_PORTS } from '../../../src/core/level-list/entry.ts'
import { PROTO_ICMP, PROTO_TCP, PROTO_UDP, PROTO_UDPLITE } from '../../../src/core/row.ts'

const read = (text: string): ReturnType<typeof parseAutoDl> => parseAutoDl(text, 'auto_dl')

describe('a line of auto_dl', () => {
  test.each([
    ['192.0.2.1 5;', '192.0.2.1', 5, []],
    ['  192.0.2.0/24\t0 ; our scanner', '192.0.2.0/24', 0, []],
    ['192.0.2.0/255.255.255.0 1;', '192.0.2.0/255.255.255.0', 1, []],
    ['0.0.0.0/0 1;', '0.0.0.0/0', 1, []],
    ['2001:db8::/32 2;', '2001:db8::/32', 2, []],
    [
      '2001:0db8:0000:0000:0000:0000:0000:0001 3;',
      '2001:0db8:0000:0000:0000:0000:0000:0001',
      3,
      [],
    ],
    ['192.0.2.1 4 tcp;', '192.0.2.1', 4, [{ protocol: PROTO_TCP, ...ALL_PORTS }]],
    ['192.0.2.1 4 TCP/22;', '192.0.2.1', 4, [{ protocol: PROTO_TCP, low: 22, high: 22 }]],
    ['192.0.2.1 4 icmp;', '192.0.2.1', 4, [{ protocol: PROTO_ICMP, ...ALL_PORTS }]],
    [
      '192.0.2.1 4 tcp/22, udp/1000-2000,udplite ;',
      '192.0.2.1',
      4,
      [
        { protocol: PROTO_TCP, low: 22, high: 22 },
        { protocol: PROTO_UDP, low: 1000, high: 2000 },
        { protocol: PROTO_UDPLITE, ...ALL_PORTS },
      ],
    ],
    // One port as a range: psad would take all of tcp.
    ['192.0.2.1 4 tcp/22-22;', '192.0.2.1', 4, [{ protocol: PROTO_TCP, low: 22, high: 22 }]],
    // Words behind the semicolon: psad would add udp.
    ['192.0.2.1 4 tcp; # not udp', '192.0.2.1', 4, [{ protocol: PROTO_TCP, ...ALL_PORTS }]],
  ])('%j is read', (text, address, level, criteria) => {
    expect(read(text)).toEqual({
      entries: [{ address, isHost: false, level, criteria, line: 1 }],
      problems: [],
    })
  })

  test.each(['scanner.example.com', 'localhost', 'tcp', 'a-1.example.', 'dead'])(
    'names the host %j, which is to be resolved',
    (address) => {
      expect(read(`${address} 3;`)).toEqual({
        entries: [{ address, isHost: true, level: 3, criteria: [], line: 1 }],
        problems: [],
      })
    },
  )

  test.each([
    ['192.0.2.1 5', 12, 'semicolon'],
    ['192.0.2.1 ;', 1, 'expected ADDRESS LEVEL'],
    [';', 1, 'expected ADDRESS LEVEL'],
    ['192.0.2.256 5;', 1, '"192.0.2.256"'],
    ['  192.0.2.0/33 5;', 3, '"192.0.2.0/33"'],
    ['2001:db8::/129 5;', 1, '"2001:db8::/129"'],
    ['host_name 5;', 1, '"host_name"'],
    ['-host 5;', 1, '"-host"'],
    ['192.0.2.1 6;', 11, '"6"'],
    ['192.0.2.1 -1;', 11, '"-1"'],
    ['192.0.2.1 03;', 11, '"03"'],
    ['192.0.2.1 tcp;', 11, '"tcp"'],
    ['192.0.2.1 4 sctp;', 13, '"sctp"'],
    ['192.0.2.1 4 icmp/8;', 13, '"icmp/8"'],
    ['192.0.2.1 4 tcp/65536;', 13, '"tcp/65536"'],
    ['192.0.2.1 4 tcp,udp/9-8;', 17, '"udp/9-8"'],
    ['192.0.2.1 4 tcp/22 - 23;', 20, '"-"'],
  ])('%j is left out and told of at column %i', (text, column, words) => {
    const { entries, problems } = read(`# levels\n\n${text}\r\n198.51.100.1 1;`)
    expect(entries.map(({ address, line }) => [address, line])).toEqual([['198.51.100.1', 4]])
    expect(problems).toEqual([
      {
        file: 'auto_dl',
        line: 3,
        column,
        severity: 'error',
        message: expect.stringContaining(words) as string,
      },
    ])
  })

  test('that is blank or a comment is nothing', () => {
    expect(read('\n   \n# 192.0.2.1 5;\n\t#;\r\n')).toEqual({ entries: [], problems: [] })
  })
})

test('every line of any text is an entry, a problem, or a blank or a comment', () => {
  const word = fc.constantFrom(
    '192.0.2.1',
    '2001:db8::/32',
    'any',
    'host',
    '5',
    '9',
    ';',
    'tcp/22',
    ',',
    '/',
    '#',
    ' ',
    '\t',
  )
  const line = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (given) => {
      const lines = given.map((text) => text.replace(/[\r\n]/g, ' '))
      const { entries, problems } = read(lines.join('\n'))
      const told = [...entries, ...problems].map((each) => each.line).sort((a, b) => a - b)
      const meant = lines.flatMap((text, i) => (/^\s*(#|$)/.test(text) ? [] : [i + 1]))
      expect(told).toEqual(meant)
      for (const { line: at, column } of problems) {
        expect(column).toBeGreaterThanOrEqual(1)
        expect(column).toBeLessThanOrEqual(lines[at - 1]!.length + 1)
      }
    }),
  )
})
