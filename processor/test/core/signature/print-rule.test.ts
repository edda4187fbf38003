import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { builtinRules, Matcher, NetTable, plainRule, readRules } from '../../../src/core/index.ts'
import type { Signature } from '../../../src/core/index.ts'
import { readRule } from '../../../src/core/signature/index.ts'
import { hitsOf, packetsFor } from './rows-for-rules.ts'

const HOME = ['10.0.0.0/8', '!10.9.0.0/16']

const range = (max: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(max),
      fc.nat(max),
      fc.constantFrom('a', 'a:', 'a:b', 'a<=>b', '>a', '>=a', '!a:b'),
    )
    .map(([one, other, form]) => {
      const [a, b] = [Math.min(one, other), Math.max(one, other)]
      return form === '>a' && a === max ? `${a}` : form.replace('a', `${a}`).replace('b', `${b}`)
    })

const letters = fc.uniqueArray(fc.constantFrom('F', 'S', 'R', 'P', 'A', 'U', 'C', 'E'), {
  minLength: 1,
})
const flags = fc.oneof(
  fc.constantFrom('0', 'N', '0+', '*0', '!0', 'S,12', '0,FSRPAU', 'S,FSRPAU'),
  fc
    .tuple(letters, fc.constantFrom('', '+', '*', '!'), fc.option(letters, { nil: undefined }))
    .map(
      ([set, modifier, mask]) =>
        `${modifier}${set.join('')}${mask === undefined || modifier !== '' ? '' : `,${mask.join('')}`}`,
    ),
)

const options: Readonly<Record<string, fc.Arbitrary<string>>> = {
  tcp: fc.oneof(
    flags.map((text) => `flags:${text}`),
    fc.constantFrom(
      'flow:established',
      'flow:not_established',
      'picket_seq_is_destination',
      'picket_id_is_masscan',
    ),
    fc
      .tuple(fc.constantFrom('seq', 'ack'), range(0xffff_ffff))
      .map(([name, value]) => `${name}:${value}`),
    range(65_535).map((value) => `window:${value}`),
  ),
  icmp: fc
    .tuple(fc.constantFrom('itype', 'icode'), range(255))
    .map(([name, value]) => `${name}:${value}`),
}
const anyProtocol = fc.oneof(
  range(255).map((value) => `ttl:${value}`),
  range(65_535).map((value) => `id:${value}`),
  range(1500).map((value) => `dsize:${value}`),
  range(1500).map((value) => `psad_ip_len:${value}`),
  range(255).map((value) => `ip_proto:${value}`),
  fc.constantFrom(
    'fragbits:D',
    'fragbits:MD',
    'fragbits:!M',
    'fragbits:*DM',
    'fragbits:M+',
    'fragoffset:0',
    'fragoffset:!0',
    'sameip',
    'ipopts:any',
    'ipopts:esec',
    'ipopts:lsrr',
    'ip_proto:!gre',
  ),
)

const addresses = fc.constantFrom(
  'any',
  '$HOME_NET',
  '!$HOME_NET',
  '[192.0.2.0/24,![192.0.2.1,192.0.2.8/29]]',
  '10.0.0.1',
  '3.3.3.3/255.255.255.0',
  '2001:db8::/32',
  '[::1,::ffff:10.0.0.0/104]',
  '::/0',
  '![2001:db8::1]',
)
const ports = fc.oneof(
  fc.constantFrom('any', '0', '!80', '1:', ':1023', '$HTTP_PORTS', '[!22,!80]', '[80,0,90:99]'),
  fc.nat(65_535).map(String),
)
const message = fc
  .string({ unit: fc.constantFrom('a', ' ', '"', ';', '\\', ':', ')', '(', '$', 'é') })
  .map((text) => `"${text.replace(/["\\;]/g, '\\$&')}"`)

const rule: fc.Arbitrary<string> = fc
  .record({
    protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'icmp', 'ip', 'gre', '200'),
    from: addresses,
    to: addresses,
    sport: ports,
    dport: ports,
    direction: fc.constantFrom('->', '<-', '<>'),
    message,
    meta: fc.subarray([
      'classtype:"odd; (one)"',
      'classtype:misc-activity',
      'reference:url,example.org',
      'reference:cve,2014-0160',
      'psad_dl:4',
      'rev:7',
      'psad_id:12',
      'psad_derived_sids:3, 4',
      'picket_note',
      'threshold:type limit, track by_src, count 2, seconds 60',
      'flow:to_server',
      'gid:1',
    ]),
  })
  .chain((parts) =>
    fc
      .array(
        fc.oneof(
          anyProtocol,
          ...(options[parts.protocol] === undefined ? [] : [options[parts.protocol]!]),
        ),
        { maxLength: 4 },
      )
      .map((list) => {
        const [sport, dport] =
          parts.protocol === 'icmp' ? ['any', 'any'] : [parts.sport, parts.dport]
        const all = [`msg:${parts.message}`, ...list, ...parts.meta, 'sid:5']
        return `alert ${parts.protocol} ${parts.from} ${sport} ${parts.direction} ${parts.to} ${dport} (${all.join('; ')};)`
      }),
  )

function read(text: string): Signature {
  const { rules, problems } = readRules(text, { file: 'x', homeNet: HOME })
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return rules[0]!
}

describe('a rule that is printed', () => {
  it('is read as the same rule and matches the same packets', () => {
    let matched = 0
    fc.assert(
      fc.property(
        rule.chain((text) =>
          fc.tuple(
            fc.constant(text),
            fc.array(packetsFor([readRule(text, new NetTable({ homeNet: HOME }))]), {
              maxLength: 8,
            }),
          ),
        ),
        ([text, packets]) => {
          const before = read(text)
          const printed = plainRule(before, HOME)
          const after = read(printed)
          expect({ ...after, text: '', line: 0 }).toEqual({ ...before, text: '', line: 0 })
          expect(plainRule(after, HOME)).toBe(printed)
          const [one, other] = [before, after].map(
            (rule) => new Matcher([rule], { nets: new NetTable({ homeNet: HOME }) }),
          )
          for (const packet of packets) {
            const hits = hitsOf(one!, packet)
            matched += hits.length
            expect(hitsOf(other!, packet)).toEqual(hits)
          }
        },
      ),
      { numRuns: 1500 },
    )
    // Rules that nothing matches would prove nothing.
    expect(matched).toBeGreaterThan(300)
  })

  it('is understood alike for every rule of the pack', () => {
    for (const before of builtinRules(HOME)) {
      const printed = plainRule(before, HOME)
      const [one, other] = [before.text, printed].map((text) =>
        readRule(text, new NetTable({ homeNet: HOME })),
      )
      expect(other?.tests).toEqual(one?.tests)
      expect(other?.from.ports).toEqual(one?.from.ports)
      expect(other?.to.ports).toEqual(one?.to.ports)
      expect(other?.from.addresses?.text).toBe(one?.from.addresses?.text)
      expect(other?.to.addresses?.text).toBe(one?.to.addresses?.text)
    }
  })

  test.each([
    ['flags:S,12', 'flags:S'],
    ['flags:s+', 'flags:S+'],
    ['flags:0', 'flags:0'],
    ['flags:SF,A', 'flags:FS,A'],
    ['flow:established', 'flags:A+'],
    ['ttl:>200', 'ttl:201:255'],
    ['window:!1024', 'window:!1024'],
    ['psad_dsize:>20', 'dsize:21:65535'],
    ['ipopts:esec', 'ipopts:extsec'],
    ['fragbits:!DM', 'fragbits:!DM'],
  ])('says %s as %s', (written, printed) => {
    expect(plainRule(read(`alert tcp any any -> any any (msg:"m"; ${written}; sid:1;)`))).toBe(
      `alert tcp any any -> any any (msg:"m"; ${printed}; sid:1;)`,
    )
  })

  test.each([
    ['!$HOME_NET', '[![10.0.0.0/8,!10.9.0.0/16]]'],
    ['$HOME_NET', '[10.0.0.0/8,!10.9.0.0/16]'],
    ['192.0.2.7/255.255.255.0', '192.0.2.0/24'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[any,10.0.0.1]', 'any'],
  ])('writes the addresses %s as %s', (written, printed) => {
    const text = `alert ip ${written} any -> any any (msg:"m"; sid:1;)`
    expect(plainRule(read(text), HOME)).toContain(` ${printed} any -> any any `)
  })
})

describe('rules in any order', () => {
  const pack = builtinRules(HOME)
  const packets = packetsFor(
    pack.map(({ text }) => readRule(text, new NetTable({ homeNet: HOME }))),
  )

  it('match the same packets', () => {
    const matcher = (rules: readonly Signature[]): Matcher =>
      new Matcher(rules, { nets: new NetTable({ homeNet: HOME }) })
    const sids = (
      one: Matcher,
      rules: readonly Signature[],
      packet: Parameters<typeof hitsOf>[1],
    ) =>
      hitsOf(one, packet)
        .map((index) => rules[index]!.sid)
        .sort((a, b) => a - b)
    const plain = matcher(pack)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(pack, { minLength: pack.length }),
        fc.array(packets, { minLength: 50, maxLength: 50 }),
        (shuffled, some) => {
          const other = matcher(shuffled)
          for (const packet of some)
            expect(sids(other, shuffled, packet)).toEqual(sids(plain, pack, packet))
        },
      ),
      { numRuns: 20 },
    )
  })
})
