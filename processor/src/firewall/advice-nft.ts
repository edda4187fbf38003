import type { Advice, AdviceStep, OwnFindings } from './advice.ts'
import { DROP_PREFIX, NEW_PREFIX } from './advice-iptables.ts'
import type { Gap, GapCondition } from './gaps.ts'
import type { Family } from './model.ts'
import { chainTitle, placeText } from './words.ts'

const FLAGS = 'flags tcp sequence,options flags ip options'

export function adviseNftables(own: OwnFindings | undefined): Advice {
  return {
    firewall: 'nftables',
    backup: ['nft list ruleset > nftables.before'],
    steps: [
      ...(own === undefined ? [defaults()] : [...own.gaps.map(fill), ...byHand(own)]),
      {
        why: 'Keep it over a restart: put the same rules into /etc/nftables.conf, in the same places.',
        commands: [],
      },
    ],
  }
}

function defaults(): AdviceStep {
  return {
    why: 'Log what no rule has decided, as the last rule of the chains with policy drop (here of table inet filter, which sees IPv4 and IPv6). Where the chain ends in a rule that drops everything, insert it in front of that one (insert rule … index NUMBER, from 0).',
    commands: ['input', 'forward'].map((chain) =>
      quoted(`add rule inet filter ${chain} ${logStatement(false)}`),
    ),
  }
}

function fill(gap: Gap): AdviceStep {
  const { chain, hook, index, isAccepted, conditions, family, like } = gap
  const rules = conditions.map((condition) =>
    [
      ...(like?.comparisons === undefined ? [] : [like.comparisons]),
      ...conditionWords(condition, family, chain?.family === 'inet'),
      logStatement(isAccepted),
    ].join(' '),
  )
  if (chain === undefined) {
    const name = `${family} picket`
    return {
      why: `No chain sees what goes through ${hook}. Log new connections there:`,
      commands: [
        quoted(`add table ${name}`),
        quoted(
          `add chain ${name} ${hook} { type filter hook ${hook} priority filter; policy accept; }`,
        ),
        ...rules.map((rule) => quoted(`add rule ${name} ${hook} ${rule}`)),
      ],
    }
  }
  const title = chainTitle(chain)
  return {
    why: isAccepted
      ? `Log new connections before ${title} accepts them:`
      : `Log before ${title} drops:`,
    commands: rules.map((rule) =>
      quoted(
        index === undefined
          ? `add rule ${title} ${rule}`
          : `insert rule ${title} index ${index} ${rule}`,
      ),
    ),
  }
}

function conditionWords(condition: GapCondition, family: Family, isInet: boolean): string[] {
  const { interface: on, protocol, state } = condition
  const words: string[] = []
  if (condition.family !== undefined)
    words.push(`meta nfproto ${condition.family === 'ip6' ? 'ipv6' : 'ipv4'}`)
  if (on !== undefined)
    words.push(
      `${on.direction === 'in' ? 'iifname' : 'oifname'} ${on.negated ? '!= ' : ''}"${on.name}"`,
    )
  if (protocol === 'icmp')
    words.push(
      isInet && condition.family === undefined
        ? 'meta l4proto { icmp, ipv6-icmp }'
        : `meta l4proto ${family === 'ip6' ? 'ipv6-icmp' : 'icmp'}`,
    )
  else if (protocol !== undefined) words.push(`meta l4proto ${protocol}`)
  if (state !== undefined) words.push(`ct state ${state === 'invalid' ? 'invalid' : 'new,invalid'}`)
  return words
}

function logStatement(isAccepted: boolean): string {
  return `log prefix "${isAccepted ? NEW_PREFIX : DROP_PREFIX}" ${FLAGS}`
}

function byHand({ checked: { findings } }: OwnFindings): AdviceStep[] {
  const steps: AdviceStep[] = []
  const places = new Set(
    findings.flatMap(({ id, place }) =>
      place !== undefined && /^(?:rate-limited|tcp-options-missing|prefix-)/.test(id)
        ? [placeText(place)]
        : [],
    ),
  )
  if (places.size > 0)
    steps.push({
      why: `Write the log part of ${[...places].join(', ')} as: ${logStatement(false)} — with the rule's own prefix, and without its limit. nft -a list ruleset shows the rule's handle for nft replace rule.`,
      commands: [],
    })
  const open = findings.filter(({ id, severity }) => id === 'default-accept' && severity !== 'note')
  if (open.length > 0)
    steps.push({
      why: 'Drop what nothing allows, once what you need is allowed (ssh and ct state established,related first): policy drop; in the chain.',
      commands: [],
    })
  return steps
}

function quoted(command: string): string {
  return `nft '${command}'`
}
