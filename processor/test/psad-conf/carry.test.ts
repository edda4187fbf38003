import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { carry, findingsOf, settingsOf, whyNot } from './carry.ts'

const LEVELS = [1, 2, 3, 4, 5]
const packets = (numbers: readonly (number | string)[]): string =>
  LEVELS.map((level, i) => `DANGER_LEVEL${level} ${numbers[i]};`).join('\n')
const hosts = (numbers: readonly (number | string)[]): string =>
  LEVELS.map((level, i) => `DL${level}_UNIQUE_HOSTS ${numbers[i]};`).join('\n')

describe('a value goes where it belongs:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['HOME_NET 10.0.0.0/255.0.0.0, fd00::/8;', { homeNet: ['10.0.0.0/8', 'fd00::/8'] }],
    ['EXTERNAL_NET 192.0.2.0/24;', { 'signatures.variables.EXTERNAL_NET': '192.0.2.0/24' }],
    ['FW_SEARCH_ALL Y;\nFW_MSG_SEARCH DROP;', { 'detection.requireText': [] }],
    [
      'FW_SEARCH_ALL N;\nFW_MSG_SEARCH DROP;\nFW_MSG_SEARCH \\Areject;',
      { 'detection.requireText': ['DROP', '^reject'] },
    ],
    [packets([3, 10, 20, 30, 40]), { 'detection.dangerLevels': [3, 10, 20, 30, 40] }],
    ['DANGER_LEVEL2 7;', { 'detection.dangerLevels': [5, 7, 150, 1500, 10_000] }],
    [hosts([3, 4, 5, 6, 7]), { 'detection.uniqueHosts': [3, 4, 5, 6, 7] }],
    [hosts([0, 4, 5, 6, 7]), { 'detection.uniqueHosts': [0, 4, 5, 6, 7] }],
    ['PORT_RANGE_SCAN_THRESHOLD 100;', { 'detection.portRangeScan': 100 }],
    ['PROTOCOL_SCAN_THRESHOLD 2;', { 'detection.protocolScan': 2 }],
    ['ENABLE_PERSISTENCE Y;', { 'detection.persistence': true }],
    ['SCAN_TIMEOUT 90;', { 'detection.scanTimeout': '90s' }],
    ['MAX_SCAN_IP_PAIRS 50;', { 'limits.pairs': 50 }],
    ['MIN_DANGER_LEVEL 3;', { 'detection.minDangerLevel': 3 }],
    ['ENABLE_IPV6_DETECTION N;', { 'detection.ipv6': false }],
    ['IGNORE_CONNTRACK_BUG_PKTS N;', { 'detection.ignore.ackAndRst': false }],
    [
      'IGNORE_PORTS tcp/22, udp/5000-6000;',
      { 'detection.ignore.ports': ['tcp/22', 'udp/5000-6000'] },
    ],
    ['IGNORE_PROTOCOLS icmp, 2;', { 'detection.ignore.protocols': ['icmp', '2'] }],
    ['IGNORE_INTERFACES eth0, eth0.1;', { 'detection.ignore.interfaces': ['eth0', 'eth0.1'] }],
    ['IGNORE_LOG_PREFIXES ^(?:in|out)-ok;', { 'detection.ignore.prefixes': ['^(?:in|out)-ok'] }],
    ['IGNORE_KERNEL_TIMESTAMP N;', { 'detection.kernelTimestamps': 'keep' }],
    ['EXPECT_TCP_OPTIONS N;', { 'detection.expectTcpOptions': false }],
    ['MAX_HOPS 30;', { 'fingerprints.maxHops': 30 }],
    ['SNORT_SID_STR MYSID;', { 'signatures.fwsnort.mark': 'MYSID' }],
    [
      'ENABLE_CUSTOM_SYSLOG_TS_RE Y;\nCUSTOM_SYSLOG_TS_RE ^(\\S+)\\s(\\S+)\\skernel\\:;',
      { 'time.pattern': '^(\\S+)\\s(\\S+)\\skernel\\:' },
    ],
    ['ENABLE_SNORT_SIG_STRICT N;', { 'signatures.strict': false }],
    [
      'HTTP_SERVERS $HOME_NET;\nHOME_NET any;',
      { homeNet: ['any'], 'signatures.variables.HTTP_SERVERS': '$HOME_NET' },
    ],
    ['HTTP_PORTS 8080;', { 'signatures.variables.HTTP_PORTS': '8080' }],
    ['STATUS_PORTS_THRESHOLD 5;', { 'report.ports': 5 }],
    ['STATUS_SIGS_THRESHOLD 0;', { 'report.signatures': 0 }],
    ['STATUS_IP_THRESHOLD 7;', { 'report.attackers': 7 }],
  ])('%s', (text, settings) => {
    const carried = carry(text)
    expect(settingsOf(carried)).toEqual(settings)
    expect(findingsOf(carried).filter((finding) => !finding.includes('Q6'))).toEqual([])
  })
})

describe('a file or folder that is there goes where it belongs:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['SIGS_FILE', { 'signatures.builtin': false, 'signatures.files': ['/f'] }],
    ['AUTO_DL_FILE', { 'autoDl.files': ['/f'] }],
    ['SNORT_RULE_DL_FILE', { 'signatures.levelFiles': ['/f'] }],
    ['ICMP_TYPES_FILE', { 'tables.icmpTypes': '/f' }],
    ['ICMP6_TYPES_FILE', { 'tables.icmp6Types': '/f' }],
    ['IP_OPTS_FILE', { 'tables.ipOptions': '/f' }],
    ['PROTOCOLS_FILE', { 'tables.protocols': '/f' }],
    ['P0F_FILE', { 'fingerprints.builtin': false, 'fingerprints.files': ['/f'] }],
    ['POSF_FILE', { 'fingerprints.builtin': false, 'fingerprints.posfFiles': ['/f'] }],
    ['IPT_SYSLOG_FILE', { sources: [{ type: 'file', paths: ['/f'], from: 'end' }] }],
  ])('%s', (key, settings) => {
    const text = `ROOT /;\n${key} $ROOT;\n`.replace('$ROOT', '/f').replace('ROOT /;\n', '')
    expect(settingsOf(carry(text, { '/f': 'text' }))).toEqual(settings)
    const without = carry(text)
    expect(settingsOf(without)).toEqual({})
    expect(whyNot(without, key)).toBe('there is no /f here')
    expect(whyNot(carry(text, { '/f': undefined }), key)).toBe('/f is no file here')
  })

  test('folders of Snort rules', () => {
    const text = 'SNORT_RULES_DIR /s;\nFWSNORT_RULES_DIR /f;'
    expect(settingsOf(carry(text, { '/s': undefined, '/f': undefined }))).toEqual({
      'signatures.fwsnort.dirs': ['/s', '/f'],
    })
    const carried = carry(text, { '/s': undefined, '/s/classification.config': 'config' })
    expect(settingsOf(carried)).toEqual({
      'signatures.fwsnort.dirs': ['/s'],
      'signatures.classifications': ['/s/classification.config'],
    })
    expect(whyNot(carried, 'FWSNORT_RULES_DIR')).toBe('there is no /f here')
  })

  test('a path is put together of its variables', () => {
    const text =
      'SIGS_FILE $PSAD_CONF_DIR/rules;\nPSAD_CONF_DIR $INSTALL_ROOT/etc;\nINSTALL_ROOT /;'
    expect(settingsOf(carry(text, { '/etc/rules': '' }))).toMatchObject({
      'signatures.files': ['/etc/rules'],
    })
  })
})

describe('what cannot be used is an error with its place and left out:', () => {
  test.each([
    [
      'HOME_NET _CHANGEME_;',
      '1 error HOME_NET: "_CHANGEME_" is no network: expected any, an address, or a network as in 192.168.0.0/16',
    ],
    ['HOME_NET !10.0.0.0/8;', /^1 error HOME_NET: "!10\.0\.0\.0\/8" excludes .*Q28/],
    [
      'DANGER_LEVEL1 five;',
      '1 error DANGER_LEVEL1: "five" is no number of packets: expected a whole number from 0 to 1000000000',
    ],
    ['DANGER_LEVEL1 ;', /^1 error DANGER_LEVEL1: "" is no number/],
    [
      packets([5, 4, 150, 1500, 10_000]),
      '2 error DANGER_LEVEL2: DANGER_LEVEL1 is 5, DANGER_LEVEL2 is 4: expected each above the one before',
    ],
    ['DANGER_LEVEL1 100;', '1 error DANGER_LEVEL1: DANGER_LEVEL1 is 100, DANGER_LEVEL2 is 15'],
    [
      packets([5, 15, 15, 1500, 10_000]),
      '3 error DANGER_LEVEL3: DANGER_LEVEL2 is 15, DANGER_LEVEL3 is 15: expected each above the one before',
    ],
    [
      hosts([10, 20, 50, 40, 500]),
      '4 error DL4_UNIQUE_HOSTS: DL3_UNIQUE_HOSTS is 50, DL4_UNIQUE_HOSTS is 40: expected each above the one before',
    ],
    ['SCAN_TIMEOUT 0;', /^1 error SCAN_TIMEOUT: "0" is no number of seconds/],
    ['SCAN_TIMEOUT 1h;', /^1 error SCAN_TIMEOUT: "1h" is no number of seconds/],
    [
      'MIN_DANGER_LEVEL 6;',
      /^1 error MIN_DANGER_LEVEL: "6" is no danger level: expected a whole number from 0 to 5$/,
    ],
    [
      'ENABLE_IPV6_DETECTION maybe;',
      '1 error ENABLE_IPV6_DETECTION: "maybe" is no switch: expected Y or N',
    ],
    ['ENABLE_IPV6_DETECTION ;', '1 error ENABLE_IPV6_DETECTION: "" is no switch: expected Y or N'],
    ['IGNORE_PORTS tcp/99999;', /^1 error IGNORE_PORTS: "tcp\/99999" is no port/],
    ['IGNORE_LOG_PREFIXES *bad;', /^1 error IGNORE_LOG_PREFIXES: "\*bad" is no regular expression/],
    [
      'FW_SEARCH_ALL N;',
      /^1 error FW_SEARCH_ALL: FW_SEARCH_ALL is N and FW_MSG_SEARCH has no text/,
    ],
    [
      'FW_SEARCH_ALL N;\nFW_MSG_SEARCH ;',
      /^2 error FW_MSG_SEARCH: FW_SEARCH_ALL is N and FW_MSG_SEARCH has no text/,
    ],
    ['FW_SEARCH_ALL N;\nFW_MSG_SEARCH (;', /^2 error FW_MSG_SEARCH: "\(" is no regular expression/],
    [
      'ENABLE_CUSTOM_SYSLOG_TS_RE Y;',
      /^1 error ENABLE_CUSTOM_SYSLOG_TS_RE: .* CUSTOM_SYSLOG_TS_RE is empty/,
    ],
    ['EXTERNAL_NET !any;', /^1 error EXTERNAL_NET: "!any" leaves nothing/],
    [
      'HOME_NET any;\nEXTERNAL_NET !$HOME_NET;',
      /^2 error EXTERNAL_NET: "!\$HOME_NET" leaves nothing while HOME_NET is any/,
    ],
    ['SNORT_SID_STR ;', /^1 error SNORT_SID_STR: is empty/],
    ['SIGS_FILE ;', /^1 error SIGS_FILE: is empty/],
  ])('%s', (text, finding) => {
    const carried = carry(text)
    const errors = findingsOf(carried).filter((line) => line.includes(' error '))
    expect(errors).toEqual([
      typeof finding === 'string'
        ? expect.stringContaining(finding)
        : expect.stringMatching(finding),
    ])
    const wrong = errors[0]?.split(' ')[2]?.slice(0, -1)
    expect(carried.settings.flatMap(({ keys }) => keys)).not.toContain(wrong)
  })

  test('with the keys that only make sense together with it', () => {
    const carried = carry(packets([5, 'x', 150, 1500, 10_000]))
    expect(carried.settings).toEqual([])
    expect(carried.account.map(({ key, state, why }) => [key, state, why])).toEqual([
      ['DANGER_LEVEL1', 'not', 'it belongs to DANGER_LEVEL2, which is wrong'],
      ['DANGER_LEVEL2', 'wrong', expect.stringContaining('"x" is no number')],
      ['DANGER_LEVEL3', 'not', 'it belongs to DANGER_LEVEL2, which is wrong'],
      ['DANGER_LEVEL4', 'not', 'it belongs to DANGER_LEVEL2, which is wrong'],
      ['DANGER_LEVEL5', 'not', 'it belongs to DANGER_LEVEL2, which is wrong'],
    ])
  })

  test('also where a variable cannot be put in', () => {
    const carried = carry('DANGER_LEVEL1 3;\nDANGER_LEVEL2 $NOWHERE;')
    expect(carried.settings).toEqual([])
    expect(findingsOf(carried)).toEqual([
      '2 error DANGER_LEVEL2: "$NOWHERE" uses $NOWHERE, which is defined nowhere',
    ])
    expect(whyNot(carried, 'DANGER_LEVEL1')).toBe('it belongs to DANGER_LEVEL2, which is wrong')
  })

  test('and all of it at once, errors first', () => {
    const carried = carry('SCAN_TIMOUT 1;\nMAX_HOPS x;\nMIN_DANGER_LEVEL 9;\nHOME_NET any')
    expect(findingsOf(carried).map((line) => line.split(':', 1)[0])).toEqual([
      '4 error HOME_NET',
      '2 error MAX_HOPS',
      '3 error MIN_DANGER_LEVEL',
      '1 warning SCAN_TIMOUT',
    ])
  })
})

describe('what is carried over with a difference is told of:', () => {
  test.each([
    ['ENABLE_IPV6_DETECTION YES;', { 'detection.ipv6': true }, /Q45/],
    ['ENABLE_PERSISTENCE y;', { 'detection.persistence': true }, /Q45/],
    [
      'FW_SEARCH_ALL n;\nFW_MSG_SEARCH a;',
      { 'detection.requireText': ['a'] },
      /took it for yes \(Q45\)/,
    ],
    ['DANGER_LEVEL1 0;', { 'detection.dangerLevels': [1, 15, 150, 1500, 10_000] }, /0 becomes 1/],
    ['DL1_UNIQUE_HOSTS 0;', { 'detection.uniqueHosts': [0, 20, 50, 100, 500] }, /Q6/],
    [
      'IGNORE_PORTS 22, tcp/23;',
      { 'detection.ignore.ports': ['tcp/23'] },
      /"22" is left out, as in psad/,
    ],
    ['IGNORE_PROTOCOLS IGMP;', { 'detection.ignore.protocols': ['IGMP'] }, /Q19/],
  ])('%s', (text, settings, told) => {
    const carried = carry(text)
    expect(settingsOf(carried)).toEqual(settings)
    expect(findingsOf(carried)).toEqual([expect.stringMatching(told)])
  })

  test.each([
    'ENABLE_AUTO_IDS',
    'ENABLE_DSHIELD_ALERTS',
    'ENABLE_EXT_SCRIPT_EXEC',
    'ENABLE_EXT_BLOCK_SCRIPT_EXEC',
  ])('%s that is on ends with psad', (key) => {
    expect(findingsOf(carry(`${key} Y;`))).toEqual([
      `1 warning ${key}: it is on: what psad does with it ends with psad`,
    ])
    expect(findingsOf(carry(`${key} N;`))).toEqual([])
  })
})

test('each text to search for has a line of its own', () => {
  const carried = carry('FW_SEARCH_ALL N;\nFW_MSG_SEARCH a;\nHOME_NET any;\nFW_MSG_SEARCH b;')
  expect(carried.account.map(({ key, entry }) => `${entry.line} ${key} ${entry.raw}`)).toEqual([
    '1 FW_SEARCH_ALL N',
    '2 FW_MSG_SEARCH a',
    '3 HOME_NET any',
    '4 FW_MSG_SEARCH b',
  ])
})

describe('an unknown key', () => {
  test('is told of, with the one that may be meant', () => {
    const carried = carry('HOME_NET any;\nSCAN_TIMOUT 60;\nFANCY 1;')
    expect(settingsOf(carried)).toEqual({ homeNet: ['any'] })
    expect(findingsOf(carried)).toEqual([
      '2 warning SCAN_TIMOUT: unknown key: psad has no such key; did you mean "SCAN_TIMEOUT"?',
      '3 warning FANCY: unknown key: psad has no such key, and no rule of SIGS_FILE uses it',
    ])
  })

  test('that other keys use is none to be told of', () => {
    const carried = carry('SCAN_TIMEOUT $HOUR;\nHOUR 3600;')
    expect(settingsOf(carried)).toEqual({ 'detection.scanTimeout': '1h' })
    expect(carried.findings).toEqual([])
    expect(whyNot(carried, 'HOUR')).toBe('a key of your own that other keys use as $HOUR')
  })

  test('that the rules use is a variable', () => {
    const carried = carry('SIGS_FILE /r;\nMY_NET $HOME_NET;\nHOME_NET 10.0.0.0/8;', {
      '/r': 'alert tcp $MY_NET any -> any any (msg:"x"; sid:1;)',
    })
    expect(settingsOf(carried)).toMatchObject({ 'signatures.variables.MY_NET': '10.0.0.0/8' })
    expect(carried.findings).toEqual([])
  })
})

describe('variables of rules', () => {
  test('that Picket has no value for are carried over if a rule uses them', () => {
    const text = 'SIGS_FILE /r;\nAIM_SERVERS [10.0.0.0/8, 10.1.0.0/16];'
    const rule = (side: string): string => `alert tcp ${side} any -> any any (msg:"x"; sid:1;)`
    expect(whyNot(carry(text, { '/r': rule('any') }), 'AIM_SERVERS')).toBe(
      'no rule of SIGS_FILE uses $AIM_SERVERS',
    )
    const expected = { 'signatures.variables.AIM_SERVERS': '[10.0.0.0/8, 10.1.0.0/16]' }
    expect(settingsOf(carry(text, { '/r': rule('$AIM_SERVERS') }))).toMatchObject(expected)
    expect(
      settingsOf(carry(`${text}\nHTTP_SERVERS $AIM_SERVERS;`, { '/r': rule('any') })),
    ).toMatchObject(expected)
  })

  test('keep what they exclude', () => {
    const carried = carry('HOME_NET 10.0.0.0/8, 192.168.0.0/16;\nEXTERNAL_NET !$HOME_NET;')
    expect(settingsOf(carried)).toMatchObject({ 'signatures.variables.EXTERNAL_NET': '!$HOME_NET' })
  })
})

describe('the log file is an input', () => {
  const files = { '/log': '' }

  test.each([
    ['ENABLE_SYSLOG_FILE N;', 'ENABLE_SYSLOG_FILE is off: psad does not read it'],
    ['ENABLE_FW_MSG_READ_CMD Y;', 'ENABLE_FW_MSG_READ_CMD reads lines from a command instead'],
  ])('unless %s', (text, why) => {
    const carried = carry(`IPT_SYSLOG_FILE /log;\n${text}`, files)
    expect(carried.settings).toEqual([])
    expect(whyNot(carried, 'IPT_SYSLOG_FILE')).toBe(why)
  })

  test('and the journal is named where psad might read that', () => {
    const carried = carry('IPT_SYSLOG_FILE /log;\nAUTO_DETECT_JOURNALCTL Y;', files)
    expect(carried.settings).toHaveLength(1)
    expect(findingsOf(carried)).toEqual([expect.stringContaining('type journald')])
  })
})

test('keys that would be carried over are named where they are absent', () => {
  const { missing } = carry('HOME_NET any;')
  expect(missing).not.toContain('EMAIL_ADDRESSES')
  expect(missing).toContain('EXTERNAL_NET')
  expect(missing).not.toContain('HOME_NET')
})

test.each(['', 'hello world\n', 'key: value\n', 'FOO bar;\n'])('%j is no psad.conf', (text) => {
  expect(() => carry(text)).toThrow(ConfigError)
  expect(() => carry(text)).toThrow(
    'psad.conf: is no psad.conf: expected lines such as HOME_NET any;',
  )
})
