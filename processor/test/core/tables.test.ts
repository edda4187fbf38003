import { describe, expect, test } from 'vitest'
import { parseIcmpTypes, parseIpOptions, parseProtocols } from '../../src/core/tables.ts'

describe('a table of ICMP types', () => {
  test('has types in the first column and their codes below', () => {
    const text =
      '# types\n0   echo reply\n    0\n3\tunreachable\r\n\t0 net\r\n\t1 host\r\n\n  # of 3\n    15'
    expect(parseIcmpTypes(text, 't')).toEqual({
      table: [
        [0, 0, 0],
        [3, 0, 0],
        [3, 1, 1],
        [3, 15, 15],
      ],
      problems: [],
    })
  })

  test('leaves out what is not assigned, and types without a code', () => {
    const text = '1 Unassigned\n   0\n2 UNASSIGNED\n5 redirect\n  0 net\n  1 unassigned\n6 old\n'
    expect(parseIcmpTypes(text, 't')).toEqual({ table: [[5, 0, 0]], problems: [] })
  })

  test.each(['256 beyond', '20-29 reserved', 'echo', '-1 below', '1000 far beyond'])(
    'tells of %j, and its codes are not those of the type before',
    (line) => {
      const { table, problems } = parseIcmpTypes(`8 echo\n  0\n${line}\n  5\n9 router\n  16\n`, 't')
      expect(table).toEqual([
        [8, 0, 0],
        [9, 16, 16],
      ])
      expect(problems).toEqual([
        {
          file: 't',
          line: 3,
          column: 1,
          severity: 'error',
          message: 'expected a type in the first column, or an indented code',
        },
      ])
    },
  )

  test('tells of a code that is none, and keeps the type', () => {
    const { table, problems } = parseIcmpTypes('8 echo\n  256\n  x\n  2\n', 't')
    expect(table).toEqual([[8, 2, 2]])
    expect(problems.map(({ line }) => line)).toEqual([2, 3])
  })
})

describe('a table of protocols', () => {
  test('has a name and a number; of one number the first name counts', () => {
    const text = '# protocols\nip 0 IP # internet\n\nhopopt\t0\tHOPOPT\r\n  gre 47\r\nlast 255'
    expect(parseProtocols(text, 'p')).toEqual({
      table: { 0: 'ip', 47: 'gre', 255: 'last' },
      problems: [],
    })
  })

  test.each(['gre', '47 gre', 'gre 256', 'gre -1', 'gre 4x', 'gre # 47'])('tells of %j', (line) => {
    expect(parseProtocols(`tcp 6\n${line}\n`, 'p')).toMatchObject({
      table: { 6: 'tcp' },
      problems: [
        {
          file: 'p',
          line: 2,
          column: 1,
          message: 'expected a name and a protocol number from 0 to 255',
        },
      ],
    })
  })
})

describe('a table of IP options', () => {
  test('has value, length and name, and knows any', () => {
    const text = '# options\n  7   -1 RR Record Route\n148\t4\tralert\r\n255 -1 x'
    expect(parseIpOptions(text, 'o')).toEqual({
      table: { any: -1, rr: 7, ralert: 148, x: 255 },
      problems: [],
    })
  })

  test.each(['7 rr', '256 1 big', '7 -1', '7 -1 9lives', 'rr -1 7'])('tells of %j', (line) => {
    expect(parseIpOptions(`1 1 nop\n${line}`, 'o')).toMatchObject({
      table: { any: -1, nop: 1 },
      problems: [{ file: 'o', line: 2, column: 1, severity: 'error' }],
    })
  })
})
