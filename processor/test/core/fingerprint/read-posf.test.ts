import { describe, expect, test } from 'vitest'
import { readPosf } from '../../../src/core/index.ts'

const entry = (name: string, over: Readonly<Record<string, string>> = {}): string => {
  const values = {
    NUMPKTS: '3',
    TOS: '0x10',
    LEN: '60',
    TTL: '64',
    ID: 'RANDOM',
    WINDOW: '5840',
    ...over,
  }
  return [
    `OS  ${name};`,
    ...Object.entries(values).map(([key, value]) => `${key}\t${value};`),
  ].join('\n')
}
const read = (text: string, psad = false): ReturnType<typeof readPosf> =>
  readPosf(text, { file: 'posf', psad })

describe('a posf file', () => {
  test('is read entry by entry', () => {
    const { fingerprints, problems } = read(
      `# c\n${entry('One (1.x)')}\n\n${entry('Two', { ID: 'SMALLINCR' })}\n`,
    )
    expect(problems).toEqual([])
    expect(fingerprints).toEqual([
      {
        packets: 3,
        length: 60,
        ttl: 64,
        id: 'RANDOM',
        window: 5840,
        label: { text: 'One (1.x)', raw: 'One (1.x)', sureness: 'generic' },
      },
      expect.objectContaining({ id: 'SMALLINCR' }),
    ])
  })

  test.each([
    [entry('A', { LEN: 'x' }), 4, 5, 'LEN "x": expected a number up to 65535'],
    [entry('A', { TTL: '256' }), 5, 5, 'TTL "256": expected a number up to 255'],
    [entry('A', { ID: 'SMALL' }), 6, 4, 'ID "SMALL": expected SMALLINCR or RANDOM'],
    [entry('A', { TOS: 'high' }), 3, 5, 'TOS "high": expected a byte'],
    [`${entry('A')}\nSIZE 3;`, 8, 1, '"SIZE": expected OS, NUMPKTS'],
    [entry('A').replace('WINDOW\t5840;', ''), 1, 1, 'OS "A" has no WINDOW'],
    [entry(''), 1, 3, 'OS has no name'],
  ])('%# leaves a bad entry out and says where', (text, line, column, message) => {
    const { fingerprints, problems } = read(`${text}\n${entry('good')}`)
    expect(fingerprints.map(({ label }) => label.text)).toEqual(['good'])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ file: 'posf', line, column, severity: 'error' })
    expect(problems[0]?.message).toContain(message)
  })

  test('a value before the first OS belongs to nobody', () => {
    expect(read('LEN 60;').problems).toEqual([
      { file: 'posf', line: 1, column: 1, severity: 'error', message: 'LEN before the first OS' },
    ])
  })

  const withoutSemicolon = `${entry('First')}\n${entry('Second', { LEN: '68', WINDOW: '16384' }).replace('Second;', 'Second').replace('TTL\t64;', 'TTL\t32')}`

  test('a line without its semicolon is read, with a warning', () => {
    const { fingerprints, problems } = read(withoutSemicolon)
    expect(fingerprints.map(({ label, ttl, length }) => [label.text, ttl, length])).toEqual([
      ['First', 64, 60],
      ['Second', 32, 68],
    ])
    expect(problems.map(({ line, severity }) => [line, severity])).toEqual([
      [8, 'warning'],
      [12, 'warning'],
    ])
  })

  test('with psad it is no line, so the entry above is overwritten', () => {
    const { fingerprints, problems } = read(withoutSemicolon, true)
    expect(problems).toEqual([])
    expect(
      fingerprints.map(({ label, ttl, length, window }) => [label.text, ttl, length, window]),
    ).toEqual([['First', 64, 68, 16_384]])
  })

  test('two entries of one name are two; with psad the later stands', () => {
    const text = `${entry('A', { LEN: '44' })}\n${entry('A', { LEN: '48' })}`
    expect(read(text).fingerprints.map(({ length }) => length)).toEqual([44, 48])
    expect(read(text, true).fingerprints.map(({ length }) => length)).toEqual([48])
  })
})
