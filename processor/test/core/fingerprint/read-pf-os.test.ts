import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPfOs } from '../../../src/core/index.ts'

const read = (text: string, psad = false): ReturnType<typeof readPfOs> =>
  readPfOs(text, { file: 'pf.os', psad })

describe('a line of pf.os', () => {
  test.each([
    ['S4:64:1:60:M*,S,T,N,W7:\tLinux:2.6:8:Linux 2.6.8', 'Linux 2.6 8', 'exact'],
    ['4096:64:0:44:M1460:SunOS:4.1::SunOS 4.1.x', 'SunOS 4.1', 'exact'],
    ['1024:64:0:40:.:  *NMAP:syn scan:1:NMAP syn scan (1)', 'NMAP syn scan 1', 'exact'],
    ['*:128:1:48:M*,N,N,S: @Windows:XP::Windows XP/2000', 'Windows XP', 'approximate'],
    ['T4:64:*:%4:M1412 S T0 N W%2: A:::a: b: c', 'A', 'exact'],
    ['  2:64:0:*:T : Odd:1::blank at both ends  ', 'Odd 1', 'exact'],
  ])('%j says %j, %s', (line, text, sureness) => {
    const { fingerprints, problems } = read(line)
    expect(problems).toEqual([])
    expect(fingerprints.map(({ label }) => [label.text, label.sureness])).toEqual([
      [text, sureness],
    ])
  })

  test('keeps the label as psad prints it', () => {
    const [fingerprint] = read('4096:64:0:44:M1460:\t\tSunOS:4.1::SunOS 4.1.x\r\n').fingerprints
    expect(fingerprint?.label.raw).toBe('SunOS:4.1::SunOS 4.1.x')
  })

  test.each([
    ['X4:64:1:60:M*: A:1::a', 1, 'window "X4": expected a number up to 65535, *, %n, Sn, Tn'],
    ['S0:64:1:60:M*: A:1::a', 1, 'window "S0"'],
    ['70000:64:1:60:M*: A:1::a', 1, 'window "70000"'],
    ['S4:0:1:60:M*: A:1::a', 4, 'TTL "0": expected a number from 1 to 255'],
    ['S4:*:1:60:M*: A:1::a', 4, 'TTL "*"'],
    ['S4:64:2:60:M*: A:1::a', 7, 'DF "2": expected 0, 1 or *'],
    ['S4:64:1:S6:M*: A:1::a', 9, 'length "S6": expected a number up to 65535, *, %n'],
    ['S4:64:1:60:: A:1::a', 12, 'no options'],
    ['S4:64:1:60:M*,Q,N: A:1::a', 15, 'option "Q": expected N, S, T, T0, Wn or Mn'],
    ['S4:64:1:60:M*,Wx: A:1::a', 15, 'option W "x"'],
    ['S4:64:1:60:M*: A:1:a', 16, 'label "A:1:a": expected genre:version:subtype:details'],
    ['S4:64:1', 1, '"S4:64:1": expected window:ttl:df:length:options'],
  ])('%j is left out and told of at column %i', (line, column, message) => {
    const { fingerprints, problems } = read(`# comment\n\n${line}\n4096:64:0:44:M1460: A:1::a`)
    expect(fingerprints).toHaveLength(1)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ file: 'pf.os', line: 3, column, severity: 'error' })
    expect(problems[0]?.message).toContain(message)
  })

  test('with psad, windows in multiples of the MTU are dropped and unknown options are not tested', () => {
    const text = 'T4:64:1:60:M*: A:1::a\nS4:64:1:60:M*,Q: B:1::b'
    const { fingerprints, problems } = read(text, true)
    expect(problems).toEqual([])
    expect(fingerprints.map(({ label }) => label.text)).toEqual(['B 1'])
  })

  test('any text is read without an exception, and each problem names a place in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...'0159*%STNWM:,. @#AB\n;'.split('')) })),
        fc.boolean(),
        (parts, psad) => {
          const text = parts.join(':')
          const lines = text.split('\n')
          for (const { line, column } of read(text, psad).problems) {
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeGreaterThan(0)
            expect(column).toBeLessThanOrEqual(lines[line - 1]!.length)
          }
        },
      ),
    )
  })
})
