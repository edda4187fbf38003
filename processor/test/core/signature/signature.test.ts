import { describe, expect, it, test } from 'vitest'
import { batchOf, createEngine, Matcher, NetTable, readRules } from '../../../src/core/index.ts'
import type { Detection, Signature } from '../../../src/core/index.ts'
import { createParser } from '../../../src/core/parse/index.ts'
import { PacketRows } from '../../../src/core/row.ts'
import { parseRules } from '../../../src/core/signature/index.ts'
import { icmp, protocol, tcp, udp } from '../../helpers/lines.ts'

const NONE = { drop: [], accept: [], audit: [] }

function rulesOf(text: string, homeNet = ['198.51.100.0/24']): Signature[] {
  const { rules, problems } = readRules(text, { file: 'test.rules', homeNet })
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return rules
}

/** Sids of the rules that the line's packet matches. */
function matching(
  rules: readonly Signature[],
  line: string,
  options: { psad?: boolean; homeNet?: string[] } = {},
): number[] {
  const nets = new NetTable({ homeNet: options.homeNet ?? ['198.51.100.0/24'] })
  const matcher = new Matcher(rules, { nets, psad: options.psad ?? false })
  const batch = batchOf([line], { reference: 1_790_000_000 })
  const rows = new PacketRows(1)
  createParser({ zone: 'UTC', profile: 'picket', verdicts: NONE }).parse(batch, 0, rows)
  expect(rows.count).toBe(1)
  const r = rows.ints
  const hits = new Int32Array(16)
  const count = matcher.match(
    r,
    0,
    batch.bytes,
    matcher.bitsOf(r[2]!, r[3]!, r[4]!, r[5]!),
    matcher.bitsOf(r[6]!, r[7]!, r[8]!, r[9]!),
    hits,
  )
  return [...hits.subarray(0, count)].map((index) => rules[index]!.sid)
}

const FRAGMENT = tcp().replace(/PROTO=TCP.*/, 'FRAG:64 PROTO=TCP ')
const INCOMPLETE = tcp().replace(/PROTO=TCP.*/, 'PROTO=TCP INCOMPLETE [4 bytes] ')

const rule = (options: string, header = 'tcp any any -> any any'): string =>
  `alert ${header} (msg:"m"; ${options}${options === '' ? '' : '; '}sid:1;)`

describe('each keyword', () => {
  test.each<[string, string, string, boolean]>([
    ['flags:S', rule('flags:S'), tcp(), true],
    ['flags:S and an ECN SYN', rule('flags:S'), tcp({ flags: 'CWR ECE SYN' }), true],
    ['flags:S and SYN FIN', rule('flags:S'), tcp({ flags: 'SYN FIN' }), false],
    ['flags:S+ and SYN FIN', rule('flags:S+'), tcp({ flags: 'SYN FIN' }), true],
    ['flags:*SF and FIN', rule('flags:*SF'), tcp({ flags: 'FIN' }), true],
    ['flags:!S and FIN', rule('flags:!S'), tcp({ flags: 'FIN' }), true],
    ['flags:0 and no flags', rule('flags:0'), tcp({ flags: '' }), true],
    ['flags:N and no flags', rule('flags:N'), tcp({ flags: '' }), true],
    ['flags:0 and SYN', rule('flags:0'), tcp(), false],
    ['flags:0 and a fragment without header', rule('flags:0'), FRAGMENT, false],
    ['flags:0 beside an id, and a fragment', rule('flags:0; id:1000'), FRAGMENT, false],
    ['flags:0 and a header cut off', rule('flags:0'), INCOMPLETE, false],
    ['flow:not_established', rule('flow:not_established'), tcp({ flags: 'ACK' }), false],
    ['flow:established', rule('flow:to_server,established'), tcp({ flags: 'ACK' }), true],
    ['window', rule('window:1024'), tcp({ window: 1024 }), true],
    ['window of another', rule('window:1024'), tcp({ window: 1025 }), false],
    ['id', rule('id:54321'), tcp({ id: 54_321 }), true],
    ['ttl below', rule('ttl:<60'), tcp({ ttl: 50 }), true],
    ['ttl range', rule('ttl:51:60'), tcp({ ttl: 50 }), false],
    ['ttl not in a range', rule('ttl:!51:60'), tcp({ ttl: 50 }), true],
    ['dsize of a SYN', rule('dsize:>5'), tcp({ len: 90 }), true],
    ['dsize of UDP', rule('dsize:0', 'udp any any -> any any'), udp(), true],
    ['dsize of a packet larger than Ethernet', rule('dsize:>1400'), tcp({ len: 9000 }), true],
    ['dsize of a fragment', rule('dsize:>=0'), FRAGMENT, false],
    ['tos', rule('tos:!0'), tcp().replace('TOS=0x00', 'TOS=0x08'), true],
    ['psad_ip_len', rule('psad_ip_len:40'), tcp(), true],
    ['itype and icode', rule('itype:8; icode:0', 'icmp any any -> any any'), icmp(), true],
    ['icode below, 0 included', rule('icode:<5', 'icmp any any -> any any'), icmp(), true],
    ['icmp_id reads the id', rule('icmp_id:1', 'icmp any any -> any any'), icmp(), true],
    ['icmp_seq reads the sequence', rule('icmp_seq:>1', 'icmp any any -> any any'), icmp(), false],
    ['seq that is not logged', rule('seq:0'), tcp(), false],
    ['sameip', rule('sameip'), tcp({ src: '198.51.100.1' }), true],
    ['sameip on lo', rule('sameip'), tcp({ src: '198.51.100.1', iface: 'lo' }), false],
    [
      'sameip on lo, outgoing',
      rule('sameip'),
      tcp({ src: '198.51.100.1', iface: '', out: 'lo' }),
      false,
    ],
    ['ip_proto by name', rule('ip_proto:gre', 'ip any any -> any any'), protocol(47), true],
    ['ip_proto not', rule('ip_proto:!47', 'ip any any -> any any'), protocol(48), true],
    ['fragbits', rule('fragbits:D'), tcp().replace(' PROTO', ' DF PROTO'), true],
    ['fragbits absent', rule('fragbits:D'), tcp(), false],
    ['fragoffset:0', rule('fragoffset:0'), tcp(), true],
    ['fragoffset:0 and a fragment', rule('fragoffset:0'), FRAGMENT, false],
    ['fragoffset:>0 and a fragment', rule('fragoffset:>0'), FRAGMENT, true],
    ['ipopts', rule('ipopts:lsrr'), tcp().replace('PROTO', 'OPT (830704C0A80001) PROTO'), true],
    [
      'ipopts of another',
      rule('ipopts:rr'),
      tcp().replace('PROTO', 'OPT (830704C0A80001) PROTO'),
      false,
    ],
    [
      'the IP id that masscan makes',
      rule('picket_id_is_masscan'),
      // 198.51.100.1 is 3325256705; xor 443 and 305419896, the low 16 bits.
      tcp({
        dst: '198.51.100.1',
        dpt: 443,
        id: (3_325_256_705 ^ 443 ^ 305_419_896) & 0xffff,
      }).replace('WINDOW', 'SEQ=305419896 ACK=0 WINDOW'),
      true,
    ],
    [
      'the IP id that masscan makes, of another port',
      rule('picket_id_is_masscan'),
      tcp({
        dst: '198.51.100.1',
        dpt: 444,
        id: (3_325_256_705 ^ 443 ^ 305_419_896) & 0xffff,
      }).replace('WINDOW', 'SEQ=305419896 ACK=0 WINDOW'),
      false,
    ],
    ['flags:S,12 whatever ECN says', rule('flags:S,12'), tcp({ flags: 'ECE SYN' }), true],
    ['flags:SE+ without ECE', rule('flags:SE+'), tcp(), false],
    ['window outside of a range', rule('window:!1024:2048'), tcp({ window: 2049 }), true],
    ['ack', rule('ack:>6'), tcp().replace('WINDOW', 'SEQ=5 ACK=7 WINDOW'), true],
    ['ip_proto above', rule('ip_proto:>46', 'ip any any -> any any'), protocol(47), true],
    [
      'dsize between',
      rule('dsize:5<>7', 'udp any any -> any any'),
      udp().replace('LEN=8 ', 'LEN=14 '),
      true,
    ],
    [
      'sequence is destination',
      rule('picket_seq_is_destination'),
      tcp({ dst: '198.51.100.1' }).replace('WINDOW', 'SEQ=3325256705 ACK=0 WINDOW'),
      true,
    ],
  ])('%s', (_, text, line, expected) => {
    expect(matching(rulesOf(text), line)).toEqual(expected ? [1] : [])
  })
})

describe('addresses and ports', () => {
  test.each<[string, string, boolean]>([
    ['tcp $EXTERNAL_NET any -> $HOME_NET 80', tcp(), true],
    ['tcp any any -> !$HOME_NET 80', tcp(), false],
    ['tcp ![192.0.2.0/24,10.0.0.1] any -> any any', tcp(), false],
    ['tcp [10.0.0.1, 192.0.2.1] any -> any any', tcp(), true],
    ['tcp 192.0.2.0/255.255.255.0 any -> any any', tcp(), true],
    ['tcp [192.0.2.0/24,![192.0.2.8,[192.0.2.1]]] any -> any any', tcp(), false],
    ['tcp any any -> any [ 22, 80 ]', tcp(), true],
    ['tcp any any -> any [22,80:90]', tcp({ dpt: 85 }), true],
    ['tcp any any -> any !80', tcp(), false],
    ['tcp any any -> any 81:', tcp(), false],
    ['tcp any any -> any any', tcp({ dpt: 0 }), false],
    ['tcp any 80 <- any any', tcp({ dpt: 80 }), true],
    ['tcp any 80 <> any any', tcp({ spt: 9, dpt: 80 }), true],
    ['tcp any 80 <> any any', tcp({ spt: 80, dpt: 9 }), true],
    ['tcp any 80 -> any any', tcp({ spt: 9, dpt: 80 }), false],
    ['udp any any -> any any', tcp(), false],
    ['ip any any -> any any', tcp(), true],
  ])('%s', (header, line, expected) => {
    expect(matching(rulesOf(rule('', header)), line)).toEqual(expected ? [1] : [])
  })

  it('IP header tests do not apply to IPv6 packets as psad has it, and match nothing as Picket has it', () => {
    const rules = rulesOf(rule('flags:S; id:54321'))
    const line = tcp({ src: '2001:db8::1', dst: '2001:db8::2' })
    expect(matching(rules, line, { psad: true })).toEqual([1])
    expect(matching(rules, line)).toEqual([])
  })
})

describe('a rule file', () => {
  it('tells of each error with line and column, and loads the rest', () => {
    const text = [
      '# comment',
      'alert tcp any any -> any 22 (msg:"ssh"; flags:S; sid:1;)',
      'alert tcp any any -> any 23 (msg:"web"; content:"GET"; sid:2;)',
      'alert tcp any any -> any 99999 (msg:"port"; sid:3;)',
      'alert tcp any any -> any 1 (msg:"twice"; sid:1;)',
      'alert xyz any any -> any 1 (msg:"proto"; sid:4;)',
      'alert tcp any any -> any 1 (msg:"level"; psad_dl:9; sid:5;)',
      'alert tcp any any -> any 1 (sid:6;)',
      'alert tcp $NOWHERE any -> any 1 (msg:"variable"; sid:7;)',
      'alert udp any any -> any 1 (msg:"flags"; flags:0; sid:8;)',
      'alert icmp any any -> any 1 (msg:"ports"; sid:9;)',
      'alert tcp any any -> any 1 (msg:"ttl"; ttl:300; sid:10;)',
      'alert tcp !any any -> any 1 (msg:"nobody"; sid:11;)',
      'alert tcp any any -> any 1 \\',
      '  (msg:"joined"; fragoffset:8; sid:12;)',
      'alert tcp any any -> any 1 (msg:"end"; sid:13;',
    ].join('\n')
    const { rules, problems } = readRules(text, { file: 'x.rules' })
    expect(rules.map(({ sid }) => sid)).toEqual([1])
    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '3:41 the option "content" looks into the packet, which a log line does not show',
      '4:26 99999 is above 65535',
      '5:1 sid 1 was used on line 2',
      '6:7 "xyz" is no protocol',
      '7:50 "9" is no danger level: expected 0 to 5',
      '8:29 no msg: every rule needs one',
      '9:11 the variable $NOWHERE has no value',
      '10:42 the option "flags" is for rules of protocol tcp',
      '11:27 ICMP has no ports: expected any',
      '12:44 300 is above 255',
      '13:11 no address is in "!any": it excludes everything',
      '15:29 "8" cannot be told from a log line (0, !0 or >0 can)',
      '16:47 the options have no end: expected )',
    ])
  })

  it('warns of what it loads without effect, and loads nothing of it if it shall be strict', () => {
    const text = [
      'alert tcp any any -> any 1 (msg:"a"; flow:to_server; sid:1;);',
      'alert tcp any any -> any 1 (msg:"b"; threshold:type limit, track by_src, count 1, seconds 60; sid:2;)',
      'alert tcp any any -> any 1 (msg:"c"; sid:3;) or else',
    ].join('\n')
    const nets = new NetTable()
    const { rules, problems } = parseRules(text, { file: 'x.rules', nets })
    expect(rules.map(({ sid }) => sid)).toEqual([1, 2, 3])
    expect(rules[1]?.threshold).toEqual({ type: 'limit', track: 'source', count: 1, seconds: 60 })
    expect(problems.map(({ line, column, severity }) => `${line}:${column} ${severity}`)).toEqual([
      '1:43 warning',
      '2:48 warning',
      '3:46 warning',
    ])
    expect(parseRules(text, { file: 'x.rules', nets, strict: true }).rules).toEqual([])
  })

  it('may hold quotes, semicolons and parentheses in a message', () => {
    expect(rulesOf('alert tcp any any -> any 1 (msg:"a \\"b\\"; (c)"; sid:1;)')[0]?.message).toBe(
      'a "b"; (c)',
    )
  })
})

describe('signatures in the engine', () => {
  const run = (
    text: string,
    lines: readonly string[],
  ): { detections: Detection[]; report: ReturnType<ReturnType<typeof createEngine>['report']> } => {
    const engine = createEngine({ signatures: readRules(text, { file: 't' }).rules, retain: true })
    const detections: Detection[] = []
    engine.feed(batchOf(lines, { reference: 1_790_000_000 }), (detection) =>
      detections.push(detection),
    )
    return { detections, report: engine.report({ all: true }) }
  }

  it('give their level, and are told of once a scan', () => {
    const { detections, report } = run(
      'alert tcp any any -> any 80 (msg:"web"; flags:S; psad_dl:4; sid:77;)',
      [tcp(), tcp(), tcp({ src: '192.0.2.9' })],
    )
    expect(detections).toMatchObject([
      {
        kind: 'signature',
        sid: 77,
        message: 'web',
        source: '192.0.2.1',
        dangerLevel: 4,
        previousLevel: 0,
      },
      { kind: 'signature', sid: 77, source: '192.0.2.9', dangerLevel: 4 },
    ])
    expect(report.signatures).toEqual([
      { sid: 77, message: 'web', protocol: 'tcp', count: 3, sources: 2 },
    ])
    expect(report.attackers[0]).toEqual({
      source: '192.0.2.1',
      dangerLevel: 4,
      packets: 2,
      signatureMatches: 2,
    })
    expect(report.sources[0]?.destinations[0]?.signatures).toEqual([
      { sid: 77, message: 'web', protocol: 'tcp', count: 2, ports: [80], flags: ['SYN'] },
    ])
  })

  it('of the operator are notes until they are given a level; with a sid of psad they have its level', () => {
    const text =
      'alert tcp any any -> any 80 (msg:"own"; sid:7000001;)\nalert tcp any any -> any 80 (msg:"known"; sid:505;)\nalert tcp any any -> any 80 (msg:"given"; psad_dl:3; sid:7000002;)'
    expect(rulesOf(text).map(({ note, level }) => [note, level])).toEqual([
      [true, 0],
      [false, 2],
      [false, 3],
    ])
  })

  it('that are notes are told of and raise no level; a signature alone is no scan', () => {
    const { detections, report } = run(
      'alert tcp any any -> any 80 (msg:"web"; sid:77; picket_note;)',
      [tcp()],
    )
    expect(detections).toMatchObject([{ kind: 'signature', dangerLevel: 0 }])
    expect(report.attackers).toEqual([])
  })

  it('on accepted packets are notes', () => {
    const { detections } = run('alert tcp any any -> any 80 (msg:"web"; psad_dl:4; sid:77;)', [
      tcp({ prefix: 'ACCEPT' }),
    ])
    expect(detections).toMatchObject([{ kind: 'signature', dangerLevel: 0 }])
  })
})
