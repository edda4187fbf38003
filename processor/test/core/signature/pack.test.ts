import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  builtinRules,
  createEngine,
  Matcher,
  NetTable,
  PACK_VERSION,
  packVersionOf,
  readRules,
} from '../../../src/core/index.ts'
import type { Signature } from '../../../src/core/index.ts'
import { BUILTIN_RULES, readRule } from '../../../src/core/signature/index.ts'
import { PSAD_SIDS } from '../../../src/core/signature/psad-sids.ts'
import { packSource, packText } from '../../../signatures/build-pack.mjs'
import { hitsOf, packetsFor } from './rows-for-rules.ts'

const root = join(import.meta.dirname, '../../../..')
const pack = readRules(BUILTIN_RULES, { file: 'picket.rules', strict: true })
const psad = pack.rules.filter(({ sid }) => PSAD_SIDS.has(sid))
const own = pack.rules.filter(({ sid }) => !PSAD_SIDS.has(sid))

describe('the pack', () => {
  it('is read without an error or a warning', () => {
    expect(pack.problems).toEqual([])
    expect(builtinRules().map(({ sid }) => sid)).toEqual(pack.rules.map(({ sid }) => sid))
  })

  it('has a rule for each sid of psad, with psad’s level and no note', () => {
    expect(psad.map(({ sid }) => sid).sort((a, b) => a - b)).toEqual(
      [...PSAD_SIDS].sort((a, b) => a - b),
    )
    expect(psad).toHaveLength(206)
    expect(psad.filter(({ note, level }) => note || level !== 2)).toEqual([])
  })

  it('has 150 to 220 rules of its own, all of them notes with sids from 9000001 on', () => {
    expect(own.length).toBeGreaterThanOrEqual(150)
    expect(own.length).toBeLessThanOrEqual(220)
    expect(own.filter(({ note, level, sid }) => !note || level !== 0 || sid < 9_000_001)).toEqual(
      [],
    )
  })

  it('says everything once, in less than 80 characters', () => {
    const messages = pack.rules.map(({ message }) => message.toLowerCase())
    expect(messages.filter((message, i) => messages.indexOf(message) !== i)).toEqual([])
    expect(pack.rules.filter(({ message }) => message.length >= 80 || message === '')).toEqual([])
  })

  it('has no two rules with the same conditions', () => {
    const seen = new Map<string, number>()
    const twice: string[] = []
    for (const { sid, text } of pack.rules) {
      const { tests, protocol, from, to, bothWays } = readRule(
        text,
        new NetTable({ homeNet: ['10.0.0.0/8'] }),
      )
      const key = JSON.stringify([
        tests.map((one) => JSON.stringify(one)).sort(),
        protocol,
        [from.addresses?.text, from.ports, to.addresses?.text, to.ports, bothWays],
      ])
      const before = seen.get(key)
      if (before !== undefined) twice.push(`${before} and ${sid}`)
      seen.set(key, sid)
    }
    expect(twice).toEqual([])
  })

  it('in the core is the one of the files (node processor/signatures/build-pack.mjs)', () => {
    expect(readFileSync(join(root, 'processor/src/core/signature/builtin.ts'), 'utf8')).toBe(
      packSource(),
    )
    expect(packText()).toBe(BUILTIN_RULES)
  })

  it('says its version in its first line', () => {
    expect(packVersionOf(BUILTIN_RULES)).toEqual(PACK_VERSION)
    expect(packVersionOf('# another file\n')).toBeUndefined()
  })

  it('is used by the psad profile as far as psad has it', () => {
    const engine = (profile: 'picket' | 'psad'): number =>
      createEngine({ profile, signatures: builtinRules() }).options.signatures.length
    expect([engine('psad'), engine('picket')]).toEqual([206, pack.rules.length])
  })
})

const table = join(
  resolve(root, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures'),
  '../spec/psad-signatures.tsv',
)
if (!existsSync(table)) console.warn(`Skipped: no table of psad's rules at ${table}.`)

describe.skipIf(!existsSync(table))('the facts of each rule with a sid of psad', () => {
  const [head = [], ...rows] = (existsSync(table) ? readFileSync(table, 'utf8') : '')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  const facts = rows.map(
    (row) =>
      Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])) as Record<string, string>,
  )
  const bySid = new Map(psad.map((rule) => [rule.sid, rule]))

  it('are all in the table', () => {
    expect(facts).toHaveLength(206)
  })

  test.each(facts.map((row) => [row['sid'] ?? '', row] as const))('%s', (sid, row) => {
    const rule = bySid.get(Number(sid))
    if (rule === undefined) throw new Error('no rule')
    const { header, options } = partsOf(rule)
    const net = (text = ''): string => (/^[A-Z]/.test(text) ? `$${text}` : text)
    expect(header).toEqual([
      'alert',
      row['proto'],
      net(row['src']),
      row['sport'],
      row['dir'],
      net(row['dst']),
      row['dport'],
    ])
    const expected = Object.fromEntries(
      Object.entries({
        itype: row['itype'],
        icode: row['icode'],
        icmp_id: row['icmp_id'],
        icmp_seq: row['icmp_seq'],
        ttl: row['ttl'],
        id: row['ip_id'],
        seq: row['seq'],
        window: row['window'],
        dsize: row['dsize'],
        psad_dsize: row['psad_dsize'],
        psad_ip_len: row['psad_ip_len'],
        ipopts: row['ipopts'],
        sameip: row['sameip'] === 'yes' ? 'yes' : '',
        flags: flagLetters(row['flags'] ?? ''),
        classtype: row['classtype'],
        psad_derived_sids: row['derived_from'],
        psad_id: row['psad_id'],
        psad_dl: row['dl'],
        sid,
      }).filter(([, value]) => value !== ''),
    )
    const { msg, rev, flags, ...rest } = options
    expect({
      ...rest,
      ...(flags !== undefined && { flags: Array.from(flags).sort().join('') }),
    }).toEqual(expected)
    expect(rev).toBeDefined()
    expect(String(rule.level)).toBe(row['dl'])
    expect(msg?.toLowerCase()).not.toBe(row['detects']?.toLowerCase())
  })
})

const psadFile = '/etc/psad/signatures'
if (!existsSync(psadFile)) console.warn(`Skipped: psad is not installed, no ${psadFile}.`)

describe.skipIf(!existsSync(psadFile))('psad’s own file', () => {
  const HOME = ['10.0.0.0/8']
  const text = existsSync(psadFile) ? readFileSync(psadFile, 'utf8') : ''
  const theirs = readRules(text, { file: psadFile, homeNet: HOME })
  const ours = readRules(BUILTIN_RULES, { file: 'picket.rules', homeNet: HOME }).rules.filter(
    ({ sid }) => PSAD_SIDS.has(sid),
  )

  it('is read whole', () => {
    expect(theirs.problems).toEqual([])
    expect(theirs.rules.map(({ sid }) => sid).sort((a, b) => a - b)).toEqual(
      [...PSAD_SIDS].sort((a, b) => a - b),
    )
  })

  it('has no message of the pack', () => {
    const messages = new Set(theirs.rules.map(({ message }) => message.toLowerCase()))
    expect(ours.filter(({ message }) => messages.has(message.toLowerCase()))).toEqual([])
  })

  test.each([
    ['picket', false],
    ['psad', true],
  ])('matches what the pack matches, on 5,000 packets as the %s profile sees them', (_, asPsad) => {
    const matcher = (rules: readonly Signature[]): Matcher =>
      new Matcher(rules, { nets: new NetTable({ homeNet: HOME }), psad: asPsad })
    const [their, our] = [matcher(theirs.rules), matcher(ours)]
    const read = theirs.rules.map((rule) => readRule(rule.text, new NetTable({ homeNet: HOME })))
    const met = new Set<number>()
    fc.assert(
      fc.property(packetsFor(read), (packet) => {
        const sids = (one: Matcher, rules: readonly Signature[]): number[] =>
          hitsOf(one, packet)
            .map((index) => rules[index]!.sid)
            .sort((a, b) => a - b)
        const expected = sids(their, theirs.rules)
        for (const sid of expected) met.add(sid)
        expect(sids(our, ours)).toEqual(expected)
      }),
      { numRuns: 5000 },
    )
    // Of rules that no packet met nothing was compared.
    expect(met.size).toBeGreaterThan(180)
  })
})

/** A rule's header words and options, read without Picket's reader. */
function partsOf({ text }: Signature): {
  header: string[]
  options: Record<string, string | undefined>
} {
  const open = text.indexOf('(')
  const options = text
    .slice(open + 1, text.lastIndexOf(')'))
    .split(';')
    .map((option) => option.trim())
    .filter((option) => option !== '')
    .map((option) => {
      const colon = option.indexOf(':')
      return colon < 0 ? [option, 'yes'] : [option.slice(0, colon), option.slice(colon + 1)]
    })
  return {
    header: text.slice(0, open).trim().split(' '),
    options: Object.fromEntries(options) as Record<string, string | undefined>,
  }
}

function flagLetters(words: string): string {
  if (words === 'none') return '0'
  return words
    .split(' ')
    .map((word) => word.slice(0, 1))
    .sort()
    .join('')
}
