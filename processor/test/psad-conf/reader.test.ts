import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPsadConf } from '../../src/psad-conf/reader.ts'
import type { PsadConf } from '../../src/psad-conf/reader.ts'

const read = (text: string, override?: string): PsadConf =>
  readPsadConf(
    { file: 'psad.conf', text },
    override === undefined ? [] : [{ file: 'site.conf', text: override }],
  )

const valueOf = (conf: PsadConf, key: string): string | undefined => conf.entries.get(key)?.value

const issuesOf = (conf: PsadConf): string[] =>
  conf.issues.map(
    ({ file, line, column, severity, key, message }) =>
      `${file}:${line}:${column} ${severity} ${key ?? '-'}: ${message}`,
  )

describe('a setting', () => {
  test.each([
    ['is a key, blanks, a value and a semicolon', 'MAX_HOPS   20;', '20'],
    [
      'may be indented, and have tabs and blanks around the value',
      ' \tMAX_HOPS\t 20 \t; # text',
      '20',
    ],
    ['ends at the first semicolon', 'MAX_HOPS 20; 21;', '20'],
    ['may have an empty value', 'MAX_HOPS ;', ''],
    ['may hold blanks and signs', 'MAX_HOPS ^a (b|c)# $;', '^a (b|c)# $'],
    ['may stand on a line that ends as on Windows', 'MAX_HOPS 20;\r\n', '20'],
    ['may stand behind a byte order mark', '\uFEFFMAX_HOPS 20;', '20'],
  ])('%s', (_, text, value) => {
    const conf = read(text)
    expect(valueOf(conf, 'MAX_HOPS')).toBe(value)
    expect(conf.issues).toEqual([])
  })

  test.each(['', '   ', '# MAX_HOPS 20;', '  ### text'])('is not in %j', (text) => {
    const conf = read(text)
    expect(conf.entries.size).toBe(0)
    expect(conf.issues).toEqual([])
  })

  test('knows its place', () => {
    expect(read('# first\n\n  HOME_NET any;').entries.get('HOME_NET')).toMatchObject({
      file: 'psad.conf',
      line: 3,
      column: 3,
    })
  })
})

describe('a line that psad passes over in silence is told of:', () => {
  test.each([
    [
      'MAX_HOPS 20',
      'psad.conf:1:12 error MAX_HOPS: the semicolon is missing: expected MAX_HOPS value;',
    ],
    [
      'MAX_HOPS=20;',
      'psad.conf:1:9 error MAX_HOPS: "=20;" does not follow the key after a blank: expected MAX_HOPS value;',
    ],
    [
      '  MAX_HOPS;',
      'psad.conf:1:11 error MAX_HOPS: ";" does not follow the key after a blank: expected MAX_HOPS value;',
    ],
    ['20;', 'psad.conf:1:1 error -: "20;" is no setting: expected KEY value;'],
    [
      '?? MAX_HOPS 20;',
      'psad.conf:1:1 error -: "?? MAX_HOPS 20;" is no setting: expected KEY value;',
    ],
  ])('%s', (text, issue) => {
    const conf = read(text)
    expect(conf.entries.size).toBe(0)
    expect(issuesOf(conf)).toEqual([issue])
  })
})

describe('of several definitions', () => {
  test('the first holds, and the second is told of', () => {
    const conf = read('MAX_HOPS 20;\nMAX_HOPS 30;')
    expect(valueOf(conf, 'MAX_HOPS')).toBe('20')
    expect(issuesOf(conf)).toEqual([
      'psad.conf:2:1 warning MAX_HOPS: stands a second time, "30" has no effect: the first, "20" in line 1, holds',
    ])
  })

  test('those of an override file come before the main file', () => {
    const conf = read('MAX_HOPS 20;\nSCAN_TIMEOUT 60;', 'MAX_HOPS 30;')
    expect(conf.entries.get('MAX_HOPS')).toMatchObject({ value: '30', file: 'site.conf' })
    expect(valueOf(conf, 'SCAN_TIMEOUT')).toBe('60')
    expect(conf.issues).toEqual([])
  })

  test('all texts to search for hold, those of an override file instead of the main one’s', () => {
    const main = 'FW_MSG_SEARCH DROP;\nFW_MSG_SEARCH REJECT;'
    const texts = (conf: PsadConf): unknown =>
      conf.repeated.get('FW_MSG_SEARCH')?.map(({ value }) => value)
    expect(texts(read(main))).toEqual(['DROP', 'REJECT'])
    expect(texts(read(main, 'FW_MSG_SEARCH BLOCK;'))).toEqual(['BLOCK'])
    expect(read(main).issues).toEqual([])
  })
})

describe('a variable', () => {
  test.each([
    ['in the middle of a value', 'A x$B-y;\nB 1;', 'x1-y'],
    ['through others, in any order', 'A $B;\nB $C/b;\nC /c;', '/c/b'],
    ['twice', 'A $B $B;\nB 1;', '1 1'],
    ['INSTALL_ROOT that is the root', 'A $INSTALL_ROOT/etc;\nINSTALL_ROOT /;', '/etc'],
    ['INSTALL_ROOT that is a folder', 'A $INSTALL_ROOT/etc;\nINSTALL_ROOT /opt;', '/opt/etc'],
    ['no name behind the sign', 'A ^b$ 5$;', '^b$ 5$'],
  ])('is put in: %s', (_, text, value) => {
    const conf = read(text)
    expect(valueOf(conf, 'A')).toBe(value)
    expect(conf.issues).toEqual([])
  })

  test('that is defined in an override file is put in', () => {
    expect(valueOf(read('A $B;\nB 1;', 'B 2;'), 'A')).toBe('2')
  })

  test('that is defined nowhere is an error', () => {
    const conf = read('A $B;')
    expect(valueOf(conf, 'A')).toBeUndefined()
    expect(issuesOf(conf)).toEqual([
      'psad.conf:1:1 error A: "$B" uses $B, which is defined nowhere',
    ])
  })

  test.each(['A $A;', 'A $B;\nB $A;'])('that comes back to itself is an error: %j', (text) => {
    const conf = read(text)
    expect(valueOf(conf, 'A')).toBeUndefined()
    expect(issuesOf(conf)[0]).toMatch(/^psad\.conf:1:1 error A: .* after 20 rounds/)
  })

  test('that multiplies is an error, and soon', () => {
    const lines = Array.from({ length: 18 }, (_, i) => `K${i} ${`$K${i + 1} `.repeat(20)};`)
    const conf = read(`${lines.join('\n')}\nK18 x;`)
    expect(valueOf(conf, 'K0')).toBeUndefined()
    expect(issuesOf(conf)[0]).toContain('more than 65536 characters')
  })

  test('of rules may be kept', () => {
    const conf = readPsadConf({ file: 'psad.conf', text: 'A !$B, $C;\nB 1;\nC 2;' }, [], {
      keep: (_, name) => name === 'B',
    })
    expect(valueOf(conf, 'A')).toBe('!$B, 2')
  })
})

test('any text is read, and every place that is told of is in it', () => {
  const word = fc.constantFrom('A', 'B', '$A', '$B', ' ', ';', '\n', '#', '=', '"', '\t', '😀', 'x')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const text = words.join('')
      const lines = text.split('\n')
      const conf = read(text)
      for (const { line, column } of [...conf.issues, ...conf.entries.values()]) {
        expect(line).toBeLessThanOrEqual(lines.length)
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
      }
    }),
  )
})

test('what is written is read', () => {
  const value = fc.stringMatching(/^[^\s;$#]([^;$\r\n]*[^\s;$])?$/)
  const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/)
  fc.assert(
    fc.property(fc.dictionary(key, value), (settings) => {
      const text = Object.entries(settings)
        .map(([name, text]) => `${name}  ${text};`)
        .join('\n')
      const conf = read(text)
      expect(
        Object.fromEntries([...conf.entries].map(([name, { value }]) => [name, value])),
      ).toEqual(settings)
      expect(conf.issues).toEqual([])
    }),
  )
})
