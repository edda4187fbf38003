import { describe, expect, test } from 'vitest'
import { readRules } from '../../../src/core/index.ts'
import type { Signature } from '../../../src/core/index.ts'
import {
  parseClassifications,
  parseFwsnortRules,
  parseSidLevels,
  withLevel,
} from '../../../src/core/signature/levels.ts'

describe('levels by sid', () => {
  test.each([
    ['100 5', 100, 5],
    ['  100\t0', 100, 0],
    ['100 3  that one is loud', 100, 3],
    ['100 3;', 100, 3],
    ['100 3 # 5', 100, 3],
    ['999999999 1', 999_999_999, 1],
  ])('%j is read', (text, sid, level) => {
    expect(parseSidLevels(text, 'dl')).toEqual({ levels: new Map([[sid, level]]), problems: [] })
  })

  test.each([
    '100',
    '100 6',
    '100 33',
    '100 -1',
    '100 3.5',
    '100 3x',
    'x 3',
    '100,3',
    '1234567890 3',
  ])('%j is left out and told of', (text) => {
    const { levels, problems } = parseSidLevels(`# levels\n\n${text}\r\n7 1\r\n`, 'dl')
    expect([...levels]).toEqual([[7, 1]])
    expect(problems).toEqual([
      {
        file: 'dl',
        line: 3,
        column: 1,
        severity: 'error',
        message: 'expected a sid and a danger level from 0 to 5',
      },
    ])
  })

  test('of one sid the last line counts', () => {
    expect([...parseSidLevels('7 1\n7 4', 'dl').levels]).toEqual([[7, 4]])
  })
})

describe('classes of Snort', () => {
  test.each([
    [1, 5],
    [2, 4],
    [3, 3],
    [4, 2],
    [5, 1],
    [0, 1],
    [11, 1],
  ])('of priority %i have level %i', (priority, level) => {
    expect(
      parseClassifications(
        `config classification: trojan-activity,A Trojan, or so,${priority}`,
        'c',
      ),
    ).toEqual({ levels: new Map([['trojan-activity', level]]), problems: [] })
  })

  test.each([
    'config classification: name,text',
    'config classification: name,text,high',
    'classification: name,text,1',
    'config classification: ,text,1',
  ])('%j is left out and told of', (text) => {
    const { levels, problems } = parseClassifications(
      `# classes\n${text}\n  config classification:  a , b , 2  \n`,
      'c',
    )
    expect([...levels]).toEqual([['a', 4]])
    expect(problems).toMatchObject([{ file: 'c', line: 2, column: 1, severity: 'error' }])
  })
})

describe('the level of a rule', () => {
  const rule = (text: string, note = false): Signature => {
    const { rules, problems } = readRules(
      `alert tcp any any -> any 80 (msg:"m"; classtype:c; ${text} sid:7;)`,
      { file: 'f', note, psad: true },
    )
    expect(problems).toEqual([])
    return rules[0]!
  }
  const none = { bySid: new Map(), byClass: new Map() } as const
  const ofClass = { bySid: new Map(), byClass: new Map([['c', 5 as const]]) }
  const ofSid = { bySid: new Map([[7, 1 as const]]), byClass: ofClass.byClass }
  const silenced = { bySid: new Map([[7, 0 as const]]), byClass: ofClass.byClass }

  test.each([
    ['is 2 where nobody says anything', '', none, 2],
    ['is that of its class', '', ofClass, 5],
    ['is its own before that of its class', 'psad_dl:3;', ofClass, 3],
    ['is that of its sid before all', 'psad_dl:3;', ofSid, 1],
    ['is that of its sid before its class', '', ofSid, 1],
    ['is 0 where the operator says so', 'psad_dl:3;', silenced, 0],
  ])('%s', (_, text, levels, level) => {
    expect(withLevel(rule(text), levels).level).toBe(level)
  })

  test('given by the operator makes a note count', () => {
    const note = rule('', true)
    expect(note.note).toBe(true)
    expect(withLevel(note, none)).toBe(note)
    expect(withLevel(note, ofSid)).toMatchObject({ note: false, level: 1 })
  })

  test('of another sid or class is none of its business', () => {
    const own = rule('')
    expect(withLevel(own, { bySid: new Map([[8, 5]]), byClass: new Map([['d', 5]]) })).toBe(own)
  })
})

describe('rules that fwsnort was made from', () => {
  test('are known by sid, message, class and protocol, whatever else they ask for', () => {
    const text = [
      '# alert tcp any any -> any any (msg:"off"; sid:1;)',
      'alert tcp $EXTERNAL_NET any -> $HTTP_SERVERS $HTTP_PORTS (msg:"WEB a \\"b\\""; \\',
      '  flow:to_server; content:"|00 01|x"; pcre:"/x;y/i"; classtype:web; sid:2; rev:1;)',
      'drop udp any any -> any 53 (msg:"DNS"; sid: 3 ;)',
    ].join('\n')
    expect(
      parseFwsnortRules(text, 'w.rules').map(
        ({ sid, message, classtype, protocol, level, note, fwsnort, file, line }) => [
          sid,
          message,
          classtype,
          protocol,
          level,
          note,
          fwsnort,
          file,
          line,
        ],
      ),
    ).toEqual([
      [2, 'WEB a "b"', 'web', 6, 2, false, true, 'w.rules', 2],
      [3, 'DNS', undefined, 17, 2, false, true, 'w.rules', 4],
    ])
  })

  test('are not known by what stands in quotes', () => {
    const text =
      'alert tcp any any -> any any (msg:"m; sid:8; classtype:wrong;"; classtype:right; sid:9;)'
    expect(parseFwsnortRules(text, 'f')).toMatchObject([{ sid: 9, classtype: 'right' }])
  })

  test.each([
    'alert tcp any any -> any any (msg:"no sid";)',
    'alert tcp any any -> any any (sid:1;)',
    'var HOME_NET any',
    'alert tcp any any -> any any (msg:"long"; sid:1234567890;)',
  ])('%j is none', (text) => {
    expect(parseFwsnortRules(text, 'f')).toEqual([])
  })
})
