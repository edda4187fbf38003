import type { Delta } from './deltas.ts'

/** What a difference is judged by. */
export interface Circumstances {
  readonly delta: Delta
  /** Lines of the source that the delta is about; all lines where it is about totals. */
  readonly lines: readonly string[]
  /** Texts of the rules in force, where they are not psad's own. */
  readonly rules: readonly string[]
  /** The values of psad.conf that differ from the shipped ones, and the text of auto_dl under AUTO_DL. */
  readonly conf: Readonly<Record<string, string>>
}

/** Something in which Picket, in its psad profile, deliberately answers otherwise than psad 2.4.6. */
export interface Difference {
  /** Quirk of the list, or a short name where a run of psad showed it. */
  readonly id: string
  readonly title: string
  readonly psad: string
  readonly picket: string
  /** Which way the numbers move. */
  readonly direction: string
  readonly explains: (circumstances: Circumstances) => boolean
}

const number = (value: Delta['psad']): number => (typeof value === 'number' ? value : 0)
const rises = ({ psad, picket }: Delta): boolean =>
  psad === undefined || (picket !== undefined && number(picket) > number(psad))
const falls = ({ psad, picket }: Delta): boolean =>
  picket === undefined || (psad !== undefined && number(picket) < number(psad))

const sidOf = ({ path }: Delta): string | undefined => /(?:^|\/)signatures\/(\d+)/.exec(path)?.[1]
const isOfSource = ({ path }: Delta): boolean => path.startsWith('sources/')
const isMatchCount = ({ path }: Delta): boolean => /^sources\/[^/]+\/matches$/.test(path)
const isLevel = ({ path }: Delta): boolean => /^sources\/[^/]+\/level$/.test(path)
const isPrefix = ({ path }: Delta): boolean => path.startsWith('prefixes/')

/** A source that appears or vanishes does so with all that is printed of it. */
const comesOrGoes = (delta: Delta): boolean =>
  isOfSource(delta) && (delta.psad === undefined || delta.picket === undefined)

const isNullScan = (line: string): boolean => /PROTO=TCP .*RES=0x\S+ URGP=/.test(line)

/** Rules with a feature that some of the lines come near: their port or ICMP type is in one. */
function rulesNear(
  { rules, lines }: Pick<Circumstances, 'rules' | 'lines'>,
  feature: RegExp,
): string[] {
  return rules.filter((rule) => {
    if (!feature.test(rule)) return false
    const ports = [...(/^alert \w+ \S+ (\S+) \S+ \S+ (\S+)/.exec(rule)?.slice(1) ?? [])].flatMap(
      (word) => word.match(/\d+/g) ?? [],
    )
    const type = /itype:(\d+)/.exec(rule)?.[1]
    return lines.some(
      (line) =>
        ports.some((port) => line.includes(`PT=${port} `)) ||
        (type !== undefined && line.includes(`TYPE=${type} `)),
    )
  })
}

/** A difference in which matches of rules with a feature rise or fall, and with them what hangs on matches. */
const byRules =
  (feature: RegExp, direction: (delta: Delta) => boolean) =>
  (circumstances: Circumstances): boolean => {
    const { delta } = circumstances
    if (!direction(delta)) return false
    const near = rulesNear(circumstances, feature)
    const sid = sidOf(delta)
    if (sid !== undefined && !isOfSource(delta))
      return near.some((rule) => rule.includes(`sid:${sid};`))
    return near.length > 0 && isOfSource(delta)
  }

/** The same for rules of psad's own file, by sid. */
const bySids =
  (
    sids: readonly string[],
    direction: (delta: Delta) => boolean,
    where: (line: string) => boolean,
  ) =>
  ({ delta, lines }: Circumstances): boolean => {
    if (!direction(delta) || !lines.some(where)) return false
    const sid = sidOf(delta)
    if (sid !== undefined) return sids.includes(sid)
    return isMatchCount(delta) || isLevel(delta) || comesOrGoes(delta)
  }

const either =
  (...parts: ((circumstances: Circumstances) => boolean)[]) =>
  (circumstances: Circumstances): boolean =>
    parts.some((part) => part(circumstances))

const quotesIcmp = (line: string): boolean =>
  /PROTO=ICMP TYPE=\d+ .*\[SRC=.*PROTO=ICMP TYPE=/.test(line)
const isGlued = (line: string): boolean => /kernel:.*SRC=.*kernel:.*SRC=/.test(line)
const hasHugePort = (line: string): boolean =>
  [...line.matchAll(/[SD]PT=(\d+)/g)].some(([, port]) => Number(port) > 65_535)

/** What falls when lines are no packets any more: counts of their source and totals, but never prefixes. */
const lessOf =
  (isOne: (line: string) => boolean) =>
  ({ delta, lines }: Circumstances): boolean => {
    if (isPrefix(delta) || !lines.some(isOne)) return false
    if (/\/ports\/(?:tcp|udp)$/.test(delta.path)) return true
    if (falls(delta)) return true
    return false
  }

/** Rules that psad ships with `<>`, and their ports. */
const BOTH_WAYS = [
  ['561', 6699],
  ['562', 7777],
  ['563', 6666],
  ['564', 5555],
  ['565', 8875],
] as const

export const DIFFERENCES: readonly Difference[] = [
  {
    id: 'Q1',
    title: 'NULL scans are matched',
    psad: '`flags:0` becomes an empty text that equals nothing: rule 623 never fires.',
    picket: '`flags:0` matches packets without flags.',
    direction: 'more matches and levels, never fewer',
    explains: either(bySids(['623'], rises, isNullScan), byRules(/flags:0;/, rises)),
  },
  {
    id: 'Q6',
    title: 'DL1_UNIQUE_HOSTS of 0 switches sweeps off',
    psad: 'With 0 every packet makes its source level 1 at least.',
    picket: 'With 0 the number of destinations gives no level, as the file says.',
    direction: 'lower levels, fewer attackers',
    explains: ({ delta, conf }) =>
      conf['DL1_UNIQUE_HOSTS'] === '0' && isOfSource(delta) && falls(delta),
  },
  {
    id: 'Q7',
    title: 'The highest level of a source’s matches counts',
    psad: 'The level of the last matching packet replaces an earlier, higher one.',
    picket: 'The highest level stays.',
    direction: 'higher levels, nothing else',
    explains: (circumstances) =>
      isLevel(circumstances.delta) &&
      rises(circumstances.delta) &&
      new Set(rulesNear(circumstances, /psad_dl:/).map((rule) => /psad_dl:(\d)/.exec(rule)?.[1]))
        .size > 1,
  },
  {
    id: 'Q8',
    title: 'icmp_id and icmp_seq test what they name',
    psad: '`icmp_id` tests the ICMP code and `icmp_seq` the ICMP id; rules 228, 251, 224 and 471 are dead, 478 means id 0.',
    picket: '`icmp_id` tests the id and `icmp_seq` the sequence number.',
    direction: 'matches of these rules differ either way',
    explains: either(
      bySids(
        ['224', '228', '251', '471', '478'],
        (delta) => rises(delta) || sidOf(delta) === '478',
        (line) => /PROTO=ICMP TYPE=[08] /.test(line),
      ),
      bySids(['478'], falls, (line) => /PROTO=ICMP TYPE=[08] CODE=0 ID=0 /.test(line)),
      byRules(/icmp_(?:id|seq):/, (delta) => rises(delta) || falls(delta)),
    ),
  },
  {
    id: 'Q10',
    title: 'A line counts once, however many search texts it holds',
    psad: 'With FW_SEARCH_ALL=N, analysis takes a line once for each FW_MSG_SEARCH found in it.',
    picket: 'The line is taken once.',
    direction: 'fewer packets, lower levels',
    explains: ({ delta, conf, lines }) =>
      conf['FW_SEARCH_ALL'] === 'N' &&
      falls(delta) &&
      lines.some((line) => line.includes('DROP') && line.includes('DENIED')),
  },
  {
    id: 'Q12',
    title: 'A bridge’s outgoing packet is outgoing',
    psad: '`IN= PHYSIN=eth0 OUT=br0` is read as FORWARD on eth0.',
    picket: 'It is OUTPUT on br0.',
    direction: 'chain and interface only',
    explains: ({ delta, lines }) =>
      delta.path.endsWith('/where') &&
      /^OUTPUT /.test(String(delta.picket)) &&
      lines.every((line) => /IN= PHYSIN=\S+ OUT=\S/.test(line)),
  },
  {
    id: 'Q15',
    title: 'An ICMP error is what it is, not what it quotes',
    psad: 'Type, code, TTL and id of an error that quotes an ICMP packet are those of the quoted one.',
    picket: 'They are the error’s own.',
    direction: 'matches move from the quoted type’s rules to the error’s',
    explains: ({ delta, lines }) =>
      lines.some(quotesIcmp) &&
      (sidOf(delta) !== undefined || isMatchCount(delta) || isLevel(delta) || comesOrGoes(delta)),
  },
  {
    id: 'Q19',
    title: 'Protocols to ignore are known by any name',
    psad: 'IGNORE_PROTOCOLS compares as typed: IGMP does not cover number 2, 58 does not cover icmp6.',
    picket: 'Names in any case and numbers are one.',
    direction: 'fewer packets',
    explains: ({ delta, conf }) =>
      /IGMP|58/.test(conf['IGNORE_PROTOCOLS'] ?? '') &&
      falls(delta) &&
      (isOfSource(delta) || delta.path === 'protocols/2' || delta.path === 'protocols/58'),
  },
  {
    id: 'Q20',
    title: 'Level 0 of auto_dl honours its criteria',
    psad: 'An entry of level 0 ignores all packets of the address, whatever ports it lists.',
    picket: 'Only packets that fit are ignored.',
    direction: 'more packets, higher levels',
    explains: ({ delta, conf, lines }) =>
      rises(delta) &&
      isOfSource(delta) &&
      autoDlLines(conf, lines).some((entry) => /^\S+\s+0\s+\S/.test(entry)),
  },
  {
    id: 'Q21',
    title: 'The most specific entry of auto_dl decides',
    psad: 'Entries that overlap are tried in random order, and in the end the highest level stays.',
    picket: 'The longest network decides; of equal ones 0, then the highest.',
    direction: 'lower levels of addresses in several networks',
    explains: ({ delta, conf, lines }) =>
      isLevel(delta) && falls(delta) && autoDlLines(conf, lines).length > 1,
  },
  {
    id: 'Q27',
    title: '`<-` turns addresses and ports, `<>` goes both ways',
    psad: '`<-` turns the addresses only, `<>` is read as `->`.',
    picket: 'Both mean what they say.',
    direction: 'matches of these rules differ either way',
    explains: either(
      byRules(/^alert \w+ \S+ \S+ <[->] /, (delta) => rises(delta) || falls(delta)),
      // Rules of psad's own file that go both ways: from these ports as well as to them.
      bySids(
        BOTH_WAYS.map(([sid]) => sid),
        rises,
        (line) => BOTH_WAYS.some(([, port]) => line.includes(` SPT=${port} `)),
      ),
    ),
  },
  {
    id: 'Q28',
    title: '`!` before addresses means not',
    psad: '`!192.168.0.0/16` means 192.168.0.0/16.',
    picket: 'It means every other address.',
    direction: 'matches of these rules differ either way',
    explains: byRules(/^alert \w+ !\d/, (delta) => rises(delta) || falls(delta)),
  },
  {
    id: 'Q29',
    title: 'IP options are walked by their lengths',
    psad: 'The walk is off by one, so options are missed or invented.',
    picket: 'Each option ends where its length says.',
    direction: 'more matches of `ipopts`',
    explains: byRules(/ipopts:/, (delta) => rises(delta) || falls(delta)),
  },
  {
    id: 'Q30',
    title: 'A rule matches a packet once',
    psad: 'A rule whose list holds the address twice matches twice.',
    picket: 'It matches once.',
    direction: 'fewer matches, the same levels',
    explains: (circumstances) =>
      (isMatchCount(circumstances.delta) || sidOf(circumstances.delta) !== undefined) &&
      byRules(/^alert \w+ \S+\/\d+,\S+ /, falls)(circumstances),
  },
  {
    id: 'Q45',
    title: 'YES means yes',
    psad: 'ENABLE_X=YES is accepted and means no.',
    picket: 'It means yes, and the import says so.',
    direction: 'as with Y',
    explains: ({ delta, conf }) => conf['ENABLE_IPV6_DETECTION'] === 'YES' && rises(delta),
  },
  {
    id: 'Q59',
    title: 'What a packet does not have matches nothing',
    psad: 'A number that was not logged counts as 0: `seq:0` matches without --log-tcp-sequence.',
    picket: 'It matches no test.',
    direction: 'fewer matches',
    explains: byRules(/seq:0;/, falls),
  },
  {
    id: 'Q60',
    title: 'All ports of a list count',
    psad: 'Of `80,443` only 80 counts.',
    picket: 'Each of them does.',
    direction: 'more matches',
    explains: byRules(/^alert \w+ \S+ \S+ -> \S+ \d+,\d+ /, rises),
  },
  {
    id: 'Q61',
    title: 'A level above 5 is an error',
    psad: 'A source of level 6 is in no table.',
    picket: 'The rule is left out and told of.',
    direction: 'fewer matches',
    explains: byRules(/psad_dl:[6-9]/, (delta) => falls(delta) || comesOrGoes(delta)),
  },
  {
    id: 'glued lines',
    title: 'Two lines in one are damage',
    psad: 'Two packets that a lost line break made one are one packet: addresses of the first, ports of the last.',
    picket: 'The line is malformed: counted as that, under its prefix, and nothing is guessed.',
    direction: 'fewer packets',
    explains: lessOf(isGlued),
  },
  {
    id: 'ports beyond 65535',
    title: 'A port beyond 65535 is damage',
    psad: 'Any number is taken for a port.',
    picket: 'The line is malformed.',
    direction: 'fewer packets',
    explains: lessOf(hasHugePort),
  },
]

/** Lines of auto_dl about the source of the lines. */
function autoDlLines(conf: Circumstances['conf'], lines: readonly string[]): string[] {
  const source = /SRC=(\d+\.\d+\.\d+)\.(\d+)/.exec(lines[0] ?? '')
  if (source === null) return []
  return (conf['AUTO_DL'] ?? '')
    .split('\n')
    .filter((entry) => !entry.startsWith('#') && entry.includes(';'))
    .filter(
      (entry) =>
        entry.startsWith(`${source[1]}.${source[2]} `) || entry.startsWith(`${source[1]}.0/`),
    )
}
