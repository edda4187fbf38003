import type { Advice, AdviceStep, OwnFindings } from './advice.ts'
import { MAX_PREFIX } from './check-logs.ts'
import type { FindingId } from './finding.ts'
import type { Gap, GapCondition } from './gaps.ts'
import { quoteWord } from './iptables/words.ts'
import type { Chain, Family } from './model.ts'
import { hookTitle } from './words.ts'

const LOG_OPTIONS = ['--log-tcp-options', '--log-ip-options', '--log-tcp-sequence']
export const DROP_PREFIX = '[PICKET DROP] '
export const NEW_PREFIX = '[PICKET NEW] '

const TOOL: Readonly<Record<Family, string>> = { ip: 'iptables', ip6: 'ip6tables' }

const BACKUP = ['iptables-save > iptables.before', 'ip6tables-save > ip6tables.before']

/** Findings that a better rule in the same place takes away. */
const MENDED: ReadonlySet<FindingId> = new Set([
  'rate-limited',
  'tcp-options-missing',
  'ip-options-missing',
  'tcp-sequence-missing',
  'prefix-missing',
  'prefix-too-long',
  'prefix-without-blank',
])

export function adviseIptables(own: OwnFindings | undefined): Advice {
  return {
    firewall: 'iptables',
    backup: BACKUP,
    steps: [
      ...(own === undefined ? [defaults()] : [...mend(own), ...own.gaps.map(fill), ...byHand(own)]),
      {
        why: 'Keep it over a restart, with netfilter-persistent save, or where your system keeps its rules:',
        commands: [
          'iptables-save > /etc/iptables/rules.v4',
          'ip6tables-save > /etc/iptables/rules.v6',
        ],
      },
    ],
  }
}

function defaults(): AdviceStep {
  return {
    why: 'Log what no rule has decided, as the last rule. Where the chain ends in a rule that drops everything, put it in front of that one (-I CHAIN NUMBER).',
    commands: (['ip', 'ip6'] as const).flatMap((family) =>
      ['INPUT', 'FORWARD'].map((chain) => command(family, ['-A', chain, ...logWords({}, false)])),
    ),
  }
}

/** Log rules that say too little, written anew in their place. */
function mend({ checked: { findings, surveys } }: OwnFindings): AdviceStep[] {
  const commands = new Set<string>()
  for (const survey of surveys)
    for (const { outcomes } of [survey.any, ...survey.named])
      for (const { logs, verdict } of Object.values(outcomes))
        for (const { rule, chain, index, log } of logs) {
          const ids = findings.filter(({ id, place }) => MENDED.has(id) && place === rule.place)
          if (ids.length === 0 || rule.words === undefined || log.to !== 'kernel') continue
          const prefix = ids.some(({ id }) => id.startsWith('prefix-'))
            ? mendPrefix(log.prefix, verdict === 'accept')
            : log.prefix
          const isLimited = ids.some(({ id }) => id === 'rate-limited')
          commands.add(
            command(familyOf(chain, survey.family), [
              ...tableWords(chain),
              '-R',
              chain.name,
              String(index + 1),
              ...mendWords(rule.words, prefix, isLimited),
            ]),
          )
        }
  return commands.size === 0
    ? []
    : [{ why: 'Write these log rules anew, in their place:', commands: [...commands] }]
}

function mendPrefix(prefix: string, isAccepted: boolean): string {
  const text = prefix.trim().slice(0, MAX_PREFIX.iptables - 1)
  return text === '' ? (isAccepted ? NEW_PREFIX : DROP_PREFIX) : `${text} `
}

function mendWords(words: readonly string[], prefix: string, isLimited: boolean): string[] {
  const kept: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--log-prefix') i++
    else if (
      isLimited &&
      (word === '-m' || word === '--match') &&
      /^(?:hash)?limit$/.test(words[i + 1] ?? '')
    )
      i++
    else if (isLimited && /^--(?:hash)?limit/.test(word)) {
      while (i + 1 < words.length && !words[i + 1]!.startsWith('-')) i++
    } else if (!LOG_OPTIONS.includes(word)) kept.push(word)
  }
  return [...kept, ...(prefix === '' ? [] : ['--log-prefix', prefix]), ...LOG_OPTIONS]
}

function fill({ chain, family, hook, index, isAccepted, conditions, like }: Gap): AdviceStep {
  const name = chain?.name ?? hookTitle(hook)
  const place = index === undefined ? ['-A', name] : ['-I', name, String(index + 1)]
  return {
    why: isAccepted
      ? `Log new connections before ${name} accepts them:`
      : `Log before ${name} drops:`,
    commands: conditions.map((condition) =>
      command(family, [
        ...(chain === undefined ? [] : tableWords(chain)),
        ...place,
        ...(like?.words === undefined ? [] : withoutTarget(like.words)),
        ...logWords(condition, isAccepted, family),
      ]),
    ),
  }
}

/** What a rule asks of a packet: all up to its target. */
function withoutTarget(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => /^(?:-j|--jump|-g|--goto)$/.test(word))
  return at < 0 ? words : words.slice(0, at)
}

function logWords(condition: GapCondition, isAccepted: boolean, family: Family = 'ip'): string[] {
  const words: string[] = []
  const { interface: on, protocol, state } = condition
  if (on !== undefined)
    words.push(
      ...(on.negated ? ['!'] : []),
      on.direction === 'in' ? '-i' : '-o',
      on.name.replace(/\*$/, '+'),
    )
  if (protocol !== undefined)
    words.push('-p', protocol === 'icmp' && family === 'ip6' ? 'icmpv6' : protocol)
  if (state !== undefined)
    words.push('-m', 'conntrack', '--ctstate', state === 'invalid' ? 'INVALID' : 'NEW,INVALID')
  return [
    ...words,
    '-j',
    'LOG',
    '--log-prefix',
    isAccepted ? NEW_PREFIX : DROP_PREFIX,
    ...LOG_OPTIONS,
  ]
}

function byHand({ checked: { findings } }: OwnFindings): AdviceStep[] {
  const steps: AdviceStep[] = []
  const open = findings.filter(({ id, severity }) => id === 'default-accept' && severity !== 'note')
  if (open.length > 0)
    steps.push({
      why: `Drop what nothing allows, once what you need is allowed (ssh and established connections first): ${open
        .map(
          ({ family, hook }) =>
            `${TOOL[family === 'ip6' ? 'ip6' : 'ip']} -P ${hookTitle(hook ?? 'input')} DROP`,
        )
        .join('; ')}`,
      commands: [],
    })
  const missing = findings.find(({ id }) => id === 'family-missing')
  if (missing !== undefined) {
    const tool = TOOL[missing.family === 'ip6' ? 'ip6' : 'ip']
    steps.push({
      why: `Look at what ${tool}-save prints, and check it together with these rules: picket check-firewall --rules … --rules …`,
      commands: [],
    })
  }
  return steps
}

function tableWords({ table }: Chain): string[] {
  return table === 'filter' ? [] : ['-t', table]
}

function familyOf(chain: Chain, family: Family): Family {
  return chain.family === 'inet' ? family : chain.family
}

function command(family: Family, words: readonly string[]): string {
  return [TOOL[family], ...words.map(quoteWord)].join(' ')
}
