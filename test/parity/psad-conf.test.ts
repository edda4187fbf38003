import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { PSAD_KEYS } from '../../processor/src/psad-conf/table.ts'
import { picket } from '../helpers/cli.ts'
import { picketAnswer, picketText, psadAnswer } from '../helpers/psad-conf.ts'
import type { Answer } from '../helpers/psad-conf.ts'
import { PsadFolder, psadText } from '../helpers/psad.ts'
import type { Changes } from '../helpers/psad.ts'
import { hasTool } from '../helpers/tools.ts'
import { each, icmp, icmp6, logOf, range, udp } from './psad-conf-log.ts'
import type { Line } from './psad-conf-log.ts'

const V6 = '2001:0db8:0000:0000:0000:0000:0000:0bad'

/** Something of everything, so that most keys change what is reported. */
const EVERYTHING: readonly Line[] = [
  // Ports of one host, level 2 by packets.
  ...each(range(1000, 20), (dpt) => ({ src: '203.0.113.1', dpt })),
  // One port of twelve hosts.
  ...each(range(1, 12), (n) => ({ src: '203.0.113.2', dst: `198.51.100.${n}`, dpt: 8443 })),
  // Two ports close together, six packets.
  ...each(range(0, 6), (n) => ({
    src: '203.0.113.3',
    dpt: 7400 + (n % 2),
    in: 'eth1',
    prefix: 'ACCEPT',
  })),
  // Seven answers.
  ...each(range(0, 7), (n) => ({ src: '203.0.113.4', dpt: 50_000 + n, flags: 'ACK' })),
  // A port with a rule of its own.
  { src: '203.0.113.5', dpt: 12_345 },
  // UDP and a protocol without ports.
  ...each(range(0, 9), (n) => ({ src: '203.0.113.6', proto: udp(20_000 + n), prefix: 'REJECT' })),
  ...each(range(0, 6), () => ({ src: '203.0.113.7', proto: 'PROTO=2' })),
  { src: '203.0.113.8', proto: icmp(8, 0), len: 84 },
  { src: '203.0.113.9', proto: icmp(77, 0) },
  ...each(range(6000, 9), (dpt) => ({ src: V6, dpt })),
]

interface Case {
  readonly changes: Changes
  /** Changes that the log needs and that are no part of the case. */
  readonly always?: Changes
  /** The log, if it is not everything. */
  readonly lines?: readonly Line[]
  /** What psad's answer must have after the change. */
  readonly says?: RegExp
  /** Files that the changes name as `@name`. */
  readonly files?: Readonly<Record<string, string>>
}

/** As p0f's tables know it: MSS 1460, SACK allowed, timestamp, NOP, window scale 7; it matches a rule, so it is shown. */
const SYN_OF_LINUX: Line = {
  src: '203.0.113.1',
  dpt: 12_345,
  len: 60,
  ttl: 50,
  window: 5840,
  dontFragment: true,
  opt: '020405B40402080A0000000A0000000001030307',
}

const levels = (numbers: readonly number[]): Changes =>
  Object.fromEntries(numbers.map((n, i) => [`DANGER_LEVEL${i + 1}`, String(n)]))
const hosts = (numbers: readonly number[]): Changes =>
  Object.fromEntries(numbers.map((n, i) => [`DL${i + 1}_UNIQUE_HOSTS`, String(n)]))

const rule = (text: string, sid = 1411): string =>
  `alert ${text} (msg:"test ${sid}"; ${flagsOf(text)}sid:${sid}; psad_id:${sid + 100_000};)\n`
const flagsOf = (text: string): string => (text.startsWith('tcp') ? 'flags:S; ' : '')

/** A key by its name; where a value has an effect of its own, another row. */
const CASES: Record<string, Case> = {
  HOME_NET: { changes: { HOME_NET: '198.51.101.0/24' } },
  'HOME_NET with a mask': { changes: { HOME_NET: '198.51.101.0/255.255.255.0, 10.0.0.0/8' } },
  EXTERNAL_NET: { changes: { EXTERNAL_NET: '192.0.2.0/24' } },
  FW_SEARCH_ALL: { changes: { FW_SEARCH_ALL: 'N' } },
  FW_MSG_SEARCH: { changes: { FW_SEARCH_ALL: 'N', FW_MSG_SEARCH: ['ACC[E]PT', 'REJECT'] } },
  DANGER_LEVEL1: { changes: { DANGER_LEVEL1: '7' } },
  DANGER_LEVEL2: { changes: { DANGER_LEVEL2: '9' } },
  DANGER_LEVEL3: { changes: { DANGER_LEVEL3: '20' } },
  DANGER_LEVEL4: { changes: levels([5, 6, 7, 20, 30]) },
  DANGER_LEVEL5: { changes: levels([5, 6, 7, 8, 20]) },
  DL1_UNIQUE_HOSTS: { changes: { DL1_UNIQUE_HOSTS: '13' } },
  DL2_UNIQUE_HOSTS: { changes: { DL2_UNIQUE_HOSTS: '12' } },
  DL3_UNIQUE_HOSTS: { changes: hosts([2, 3, 12, 100, 500]) },
  DL4_UNIQUE_HOSTS: { changes: hosts([2, 3, 4, 12, 500]) },
  DL5_UNIQUE_HOSTS: { changes: hosts([2, 3, 4, 5, 12]) },
  PORT_RANGE_SCAN_THRESHOLD: { changes: { PORT_RANGE_SCAN_THRESHOLD: '2' } },
  PROTOCOL_SCAN_THRESHOLD: {
    changes: { PROTOCOL_SCAN_THRESHOLD: '2' },
    lines: [
      ...each(range(0, 4), () => ({ src: '203.0.113.1', dpt: 8443 })),
      ...each(range(0, 3), () => ({ src: '203.0.113.1', proto: udp(8443) })),
    ],
  },
  'PROTOCOL_SCAN_THRESHOLD of one': {
    changes: { PROTOCOL_SCAN_THRESHOLD: '1' },
    lines: each(range(0, 5), () => ({ src: '203.0.113.1', dpt: 8443 })),
  },
  'PROTOCOL_SCAN_THRESHOLD, without ports and spans': {
    changes: { PROTOCOL_SCAN_THRESHOLD: '6' },
    always: { PORT_RANGE_SCAN_THRESHOLD: '100' },
    lines: each(range(0, 5), () => ({ src: '203.0.113.1', proto: 'PROTO=2' })),
  },
  MAX_SCAN_IP_PAIRS: { changes: { MAX_SCAN_IP_PAIRS: '5' } },
  MIN_DANGER_LEVEL: { changes: { MIN_DANGER_LEVEL: '2' } },
  ENABLE_IPV6_DETECTION: { changes: { ENABLE_IPV6_DETECTION: 'N' } },
  IGNORE_CONNTRACK_BUG_PKTS: { changes: { IGNORE_CONNTRACK_BUG_PKTS: 'N' } },
  IGNORE_PORTS: { changes: { IGNORE_PORTS: 'tcp/1000-1009, udp/20000-20003, tcp/8443' } },
  IGNORE_PROTOCOLS: { changes: { IGNORE_PROTOCOLS: 'igmp, icmp' } },
  'IGNORE_PROTOCOLS by number': { changes: { IGNORE_PROTOCOLS: '2, udp' } },
  IGNORE_INTERFACES: { changes: { IGNORE_INTERFACES: 'eth1, eth7' } },
  IGNORE_LOG_PREFIXES: { changes: { IGNORE_LOG_PREFIXES: '^(?:ACC|REJ)' } },
  IGNORE_KERNEL_TIMESTAMP: {
    changes: { IGNORE_KERNEL_TIMESTAMP: 'N' },
    lines: each(range(1, 3), (dpt) => ({ src: '203.0.113.1', dpt })),
  },
  SNORT_SID_STR: {
    changes: { SNORT_SID_STR: 'MYID' },
    lines: [
      ...each(range(0, 5), (n) => ({
        src: '203.0.113.1',
        prefix: 'MYID42 ',
        dpt: 12_345 + (n % 2),
      })),
      ...each(range(0, 5), (n) => ({
        src: '203.0.113.2',
        prefix: 'SID42 ',
        dpt: 12_345 + (n % 2),
      })),
    ],
  },
  SIGS_FILE: {
    changes: { SIGS_FILE: '@my.rules' },
    files: { 'my.rules': rule('tcp $EXTERNAL_NET any -> $HOME_NET 1000:1004') },
  },
  AUTO_DL_FILE: {
    changes: { AUTO_DL_FILE: '@auto_dl' },
    files: {
      auto_dl: '203.0.113.1 0;\n203.0.113.4/31 4;\n203.0.113.6 5 udp/20003;\n203.0.113.2 5 udp;\n',
    },
  },
  SNORT_RULE_DL_FILE: {
    changes: { SNORT_RULE_DL_FILE: '@levels' },
    files: { levels: '384 4\n100028 5\n' },
  },
  SNORT_RULES_DIR: {
    changes: { SNORT_RULES_DIR: '@snort', SIGS_FILE: '@my.rules' },
    files: {
      'snort/classification.config': 'config classification: test-class,A test,1\n',
      'my.rules': rule('tcp any any -> any 12345').replace('sid:', 'classtype:test-class; sid:'),
    },
  },
  'SNORT_RULES_DIR, for fwsnort': {
    changes: { SNORT_RULES_DIR: '@snort' },
    lines: each(range(0, 3), () => ({ src: '203.0.113.1', prefix: 'SID4242 ' })),
    files: { 'snort/test.rules': 'alert tcp any any -> any any (msg:"fwsnort test"; sid:4242;)\n' },
  },
  FWSNORT_RULES_DIR: {
    changes: { FWSNORT_RULES_DIR: '@fwsnort' },
    lines: each(range(0, 3), () => ({ src: '203.0.113.1', prefix: 'SID4242 ' })),
    files: {
      'fwsnort/test.rules': 'alert tcp any any -> any any (msg:"fwsnort test"; sid:4242;)\n',
    },
  },
}

const V6_ICMP = { src: V6, proto: icmp6(200, 0) }
Object.assign(CASES, {
  ICMP_TYPES_FILE: {
    changes: { ICMP_TYPES_FILE: '@types' },
    files: { types: '8 Echo\n    1 something\n77 New\n    0 nothing\n' },
  },
  ICMP6_TYPES_FILE: {
    changes: { ICMP6_TYPES_FILE: '@types' },
    files: { types: '200 New\n    0 nothing\n' },
    lines: [V6_ICMP],
  },
  IP_OPTS_FILE: {
    changes: { IP_OPTS_FILE: '@options' },
    always: { SIGS_FILE: '@my.rules' },
    files: {
      options: '0 1 eol End\n1 1 nop Nothing\n99 4 rr Another number\n',
      'my.rules': 'alert ip any any -> any any (msg:"test"; ipopts:rr; sid:475; psad_id:100475;)\n',
    },
    lines: [
      { src: '203.0.113.1', ipOpt: '63040000', proto: icmp(8, 0) },
      { src: '203.0.113.2', ipOpt: '0707040000000000', proto: icmp(8, 0) },
    ],
  },
  PROTOCOLS_FILE: {
    changes: { PROTOCOLS_FILE: '@protocols' },
    files: { protocols: 'group\t2\tGROUP\t# Groups\n' },
  },
  'IGNORE_PROTOCOLS by a name of PROTOCOLS_FILE': {
    changes: { IGNORE_PROTOCOLS: 'group' },
    always: { PROTOCOLS_FILE: '@protocols' },
    files: { protocols: 'group\t2\tGROUP\t# Groups\n' },
  },
  MAX_HOPS: { changes: { MAX_HOPS: '5' }, lines: [SYN_OF_LINUX] },
  P0F_FILE: {
    changes: { P0F_FILE: '@prints' },
    says: /203.0.113.1 Thing 1 2/,
    files: { prints: '5840:64:1:60:M*,S,T,N,W7:\t\tThing:1:2:A thing of ours\n' },
    lines: [SYN_OF_LINUX],
  },
  POSF_FILE: {
    changes: { POSF_FILE: '@prints' },
    says: /203.0.113.1 Thing/,
    files: {
      prints: 'OS Thing;\nNUMPKTS 3;\nTOS 0x00;\nLEN 44;\nTTL 64;\nID SMALLINCR;\nWINDOW 1024;\n',
    },
    lines: each(range(1, 6), (dpt) => ({ src: '203.0.113.1', dpt })),
  },
} satisfies Record<string, Case>)

/** A rule for each variable, whose sids are psad's so that they have psad's level. */
const VARIABLES = {
  HTTP_SERVERS: '198.51.100.7',
  SMTP_SERVERS: '198.51.100.7',
  DNS_SERVERS: '198.51.100.7',
  SQL_SERVERS: '198.51.100.7',
  TELNET_SERVERS: '198.51.100.7',
  AIM_SERVERS: '[198.51.100.7/32, 198.51.100.8/32]',
  HTTP_PORTS: '8443',
  SHELLCODE_PORTS: '!8443',
  ORACLE_PORTS: '8443',
} as const
const VARIABLE_RULES = Object.keys(VARIABLES)
  .map((key, i) =>
    rule(
      key.endsWith('_PORTS') ? `tcp any any -> any $${key}` : `tcp any any -> $${key} any`,
      384 + i,
    ),
  )
  .join('')
const VARIABLE_LINES = each(range(1, 12), (n) => ({
  src: '203.0.113.2',
  dst: `198.51.100.${n}`,
  dpt: n % 3 === 0 ? 80 : 8443,
}))
for (const [key, value] of Object.entries(VARIABLES))
  CASES[key] = {
    changes: { [key]: value },
    always: { SIGS_FILE: '@my.rules' },
    files: { 'my.rules': VARIABLE_RULES },
    lines: VARIABLE_LINES,
  }

/** Lists of the text report; psad's list of attackers is one short (Q26). */
const LENGTHS: Readonly<Record<string, { readonly of: RegExp; readonly less: number }>> = {
  STATUS_SIGS_THRESHOLD: { of: /Unique sources:/g, less: 0 },
  STATUS_IP_THRESHOLD: { of: /, Sig count:/g, less: 1 },
  STATUS_PORTS_THRESHOLD: { of: /^\s+tcp \d+\s+\d+ packets/gm, less: 0 },
}

interface Quirk extends Case {
  readonly theirs: Partial<Answer>
  readonly ours: Partial<Answer>
  /** What Picket says of it on stderr. */
  readonly told?: RegExp
}

const PORTS = each(range(1000, 5), (dpt) => ({ src: '203.0.113.1', dpt }))

const QUIRKS: Readonly<Record<string, Quirk>> = {
  'DL1_UNIQUE_HOSTS 0 switches sweeps off, and does not give everybody level 1 (Q6)': {
    changes: { DL1_UNIQUE_HOSTS: '0' },
    lines: each(range(1, 12), (n) => ({ src: '203.0.113.1', dst: `198.51.100.${n}`, dpt: 8443 })),
    theirs: { attackers: ['203.0.113.1 level 1 packets 12 matches 0'] },
    ours: { attackers: [] },
    told: /DL1_UNIQUE_HOSTS: .*Q6/,
  },
  'a line that two texts of FW_MSG_SEARCH match is one packet (Q10)': {
    changes: { FW_SEARCH_ALL: 'N', FW_MSG_SEARCH: ['DROP', 'eth0'] },
    lines: PORTS,
    theirs: { protocols: { tcp: 10 } },
    ours: { protocols: { tcp: 5 } },
  },
  'IGNORE_PROTOCOLS in capitals covers the number (Q19)': {
    changes: { IGNORE_PROTOCOLS: 'IGMP' },
    lines: [{ src: '203.0.113.1', proto: 'PROTO=2' }],
    theirs: { protocols: { igmp: 1 } },
    ours: { protocols: {} },
    told: /IGNORE_PROTOCOLS: .*Q19/,
  },
  'IGNORE_PROTOCOLS 58 covers ICMPv6 (Q19)': {
    changes: { IGNORE_PROTOCOLS: '58' },
    lines: [V6_ICMP],
    theirs: { protocols: { icmp6: 1 } },
    ours: { protocols: {} },
    told: /IGNORE_PROTOCOLS: .*Q19/,
  },
  'level 0 of AUTO_DL_FILE keeps to its ports (Q20)': {
    changes: { AUTO_DL_FILE: '@auto_dl' },
    files: { auto_dl: '203.0.113.1 0 tcp/22;\n' },
    lines: PORTS,
    theirs: { attackers: [] },
    ours: { attackers: ['203.0.113.1 level 1 packets 5 matches 0'] },
  },
  'EXTERNAL_NET with ! is all but the network (Q28)': {
    changes: { SIGS_FILE: '@my.rules', EXTERNAL_NET: '!198.51.100.0/24' },
    files: { 'my.rules': rule('tcp $EXTERNAL_NET any -> any any') },
    lines: PORTS,
    theirs: { signatures: [] },
    ours: { signatures: ['1411 tcp 5 1'] },
  },
  'ENABLE_IPV6_DETECTION YES means yes (Q45)': {
    changes: { ENABLE_IPV6_DETECTION: 'YES' },
    lines: [V6_ICMP],
    theirs: { protocols: {} },
    ours: { protocols: { icmp6: 1 } },
    told: /ENABLE_IPV6_DETECTION: .*Q45/,
  },
  'IGNORE_CONNTRACK_BUG_PKTS YES means yes (Q45)': {
    changes: { IGNORE_CONNTRACK_BUG_PKTS: 'YES' },
    lines: PORTS.map((line) => ({ ...line, flags: 'ACK' })),
    theirs: { protocols: { tcp: 5 } },
    ours: { protocols: {} },
    told: /IGNORE_CONNTRACK_BUG_PKTS: .*Q45/,
  },
  'IGNORE_KERNEL_TIMESTAMP YES means yes (Q45)': {
    changes: { IGNORE_KERNEL_TIMESTAMP: 'YES' },
    lines: PORTS.slice(0, 1),
    theirs: { prefixes: { '[ 12.1000] DROP': 1 } },
    ours: { prefixes: { DROP: 1 } },
    told: /IGNORE_KERNEL_TIMESTAMP: .*Q45/,
  },
  'FW_SEARCH_ALL NO means no (Q45)': {
    changes: { FW_SEARCH_ALL: 'NO', FW_MSG_SEARCH: 'NOWHERE' },
    lines: PORTS,
    theirs: { protocols: { tcp: 5 } },
    ours: { protocols: {} },
    told: /FW_SEARCH_ALL: .*Q45/,
  },
  'all ports of a list in HTTP_PORTS count (Q60)': {
    changes: { SIGS_FILE: '@my.rules', HTTP_PORTS: '1000,1001' },
    files: { 'my.rules': rule('tcp any any -> any $HTTP_PORTS') },
    lines: PORTS,
    theirs: { signatures: ['1411 tcp 1 1'] },
    ours: { signatures: ['1411 tcp 2 1'] },
  },
}

const baselines = new Map<string, Promise<Answer>>()
const folders: PsadFolder[] = []
afterAll(() => {
  for (const folder of folders) folder.remove()
})

function folderWith(files: Readonly<Record<string, string>> = {}): PsadFolder {
  const folder = new PsadFolder(files)
  folders.push(folder)
  return folder
}

/** What psad says of a log under the psad.conf that it ships, with a few changes that are no part of the case. */
function baselineOf(text: string, { files, always = {} }: Case): Promise<Answer> {
  const key = JSON.stringify([text, files, always])
  let known = baselines.get(key)
  if (known === undefined) {
    const folder = folderWith(files)
    const log = folder.write('input.log', text)
    known = psadText(log, folder.conf(always)).then(psadAnswer)
    baselines.set(key, known)
  }
  return known
}

/** What psad says before and after the change, and Picket after it. */
async function answersOf(one: Case): Promise<Record<'before' | 'psad' | 'picket', Answer>> {
  const { changes, lines = EVERYTHING, files, always } = one
  const folder = folderWith(files)
  const text = logOf(lines)
  const log = folder.write('input.log', text)
  const conf = folder.conf({ ...always, ...changes })
  const before = baselineOf(text, Object.keys(always ?? {}).length > 0 ? one : { changes })
  const [psad, { stdout }] = await Promise.all([
    psadText(log, conf),
    picketText(log, conf, '--format', 'json'),
  ])
  return { before: await before, psad: psadAnswer(psad), picket: picketAnswer(stdout) }
}

describe.skipIf(!hasTool('psad'))('with psad, under the same psad.conf', () => {
  test('everything, unchanged', async () => {
    const { psad, picket } = await answersOf({ changes: {} })
    expect(psad.attackers.length).toBeGreaterThan(5)
    expect(picket).toEqual(psad)
  })

  test.each(Object.entries(CASES))('%s', async (_, one) => {
    const { before, psad, picket } = await answersOf(one)
    expect(picket).toEqual(psad)
    expect(psad).not.toEqual(before)
    if (one.says !== undefined) expect(JSON.stringify(psad)).toMatch(one.says)
  })

  test('every key that a report shows has a case', () => {
    const shown = PSAD_KEYS.flatMap(({ fates }) => fates).flatMap((fate) =>
      'shown' in fate && fate.shown === true ? fate.keys : [],
    )
    const tested = [...Object.keys(CASES), ...Object.keys(LENGTHS), 'ENABLE_SNORT_SIG_STRICT']
    expect(shown.filter((key) => !tested.includes(key))).toEqual([])
  })

  test.each(Object.entries(LENGTHS))('%s', async (key, { of, less }) => {
    const folder = folderWith()
    const log = folder.write('input.log', logOf(EVERYTHING))
    const conf = folder.conf({ [key]: '4' })
    const [theirs, ours] = await Promise.all([psadText(log, conf), picketText(log, conf)])
    expect(theirs.match(of)).toHaveLength(4 - less)
    expect(ours.stdout.match(of)).toHaveLength(4)
  })

  test('ENABLE_SNORT_SIG_STRICT', async () => {
    const folder = folderWith({
      'my.rules':
        rule('tcp any any -> any 12345').replace('sid:', 'content:"x"; sid:') +
        rule('tcp any any -> any 1000', 1413),
    })
    const log = folder.write('input.log', logOf(EVERYTHING))
    const strict = folder.conf({ SIGS_FILE: '@my.rules' })
    await expect(psadText(log, strict)).rejects.toThrow()
    await expect(picketText(log, strict)).rejects.toThrow(/my\.rules:1/)
    const lenient = folder.conf({ SIGS_FILE: '@my.rules', ENABLE_SNORT_SIG_STRICT: 'N' })
    const [theirs, ours] = await Promise.all([
      psadText(log, lenient),
      picketText(log, lenient, '--format', 'json'),
    ])
    expect(psadAnswer(theirs).signatures).toEqual(['1413 tcp 1 1'])
    expect(picketAnswer(ours.stdout)).toEqual(psadAnswer(theirs))
  })

  test('an imported configuration answers as the psad.conf does', async () => {
    const folder = folderWith({ auto_dl: '203.0.113.1 5;\n' })
    const log = folder.write('input.log', logOf(EVERYTHING))
    const conf = folder.conf({
      AUTO_DL_FILE: '@auto_dl',
      DANGER_LEVEL1: '7',
      IGNORE_PORTS: 'tcp/8443',
    })
    const yaml = join(folder.path, 'picket.yaml')
    const imported = picket(['config', 'import', conf, '--profile', 'psad', '--output', yaml])
    expect(imported.status).toBe(0)
    const ours = picket(['analyze', '--config', yaml, '--format', 'json', log])
    expect(ours.stderr).toBe('')
    expect(picketAnswer(ours.stdout)).toEqual(psadAnswer(await psadText(log, conf)))
  })
})

describe.skipIf(!hasTool('psad'))('where psad errs, and Picket does not', () => {
  test.each(Object.entries(QUIRKS))('%s', async (_, { theirs, ours, told, ...one }) => {
    const folder = folderWith(one.files)
    const log = folder.write('input.log', logOf(one.lines ?? []))
    const conf = folder.conf(one.changes)
    const [psad, picket] = await Promise.all([
      psadText(log, conf),
      picketText(log, conf, '--format', 'json'),
    ])
    expect(psadAnswer(psad)).toMatchObject(theirs)
    expect(picketAnswer(picket.stdout)).toMatchObject(ours)
    if (told === undefined) expect(picket.stderr).toBe('')
    else expect(picket.stderr).toMatch(told)
  })

  test('override files change what is searched for, too (Q46)', async () => {
    const folder = folderWith({ 'site.conf': 'FW_SEARCH_ALL N;\nFW_MSG_SEARCH NOWHERE;\n' })
    const log = folder.write('input.log', logOf(PORTS))
    const conf = folder.conf({})
    const site = join(folder.path, 'site.conf')
    expect(psadAnswer(await psadText(log, conf, '-O', site)).protocols).toEqual({ tcp: 5 })
    const yaml = join(folder.path, 'picket.yaml')
    picket(['config', 'import', conf, '--override', site, '--profile', 'psad', '--output', yaml])
    const ours = picket(['analyze', '--config', yaml, '--format', 'json', log])
    expect(picketAnswer(ours.stdout).protocols).toEqual({})
  })
})
