import { chainTitle, hookTitle, joinAnd, placeText } from './words.ts'
import type { Finding, FindingId, Severity } from './finding.ts'
import { COMMON, STEALTH } from './probe.ts'
import type { TrafficName } from './probe.ts'
import type { Survey, WaySurvey } from './survey.ts'
import type { Outcome } from './walk.ts'

export interface CoverageContext {
  /** False: a chain that no packet passes. Then all is a note. */
  readonly isNeeded: boolean
  /** The same hook of the other family. */
  readonly counterpart: Survey | undefined
}

/**
 * Whether scanners' packets are logged before they are dropped. An accepted packet need not be logged, but
 * where everything is accepted there is nothing that tells a scanner from a guest.
 */
export function coverageFindings(survey: Survey, context: CoverageContext): Finding[] {
  const { any, named } = survey
  const missing = unseen(any, COMMON)
  const seenOn = named.filter((way) => unseen(way, COMMON).length === 0 && isLogged(way, COMMON))
  const findings: Finding[] = []
  const say = finder(survey, context, findings)

  if (missing.length > 0 && seenOn.length > 0)
    say(
      'interfaces-not-logged',
      'warning',
      any.outcomes[missing[0]!],
      (where) =>
        `${where} logs ${joinAnd(seenOn.map(wayTitle))} only: what comes by another interface is ${fate(any.outcomes[missing[0]!])} unseen. Log without -i and -o, or say so for every interface.`,
    )
  else if (missing.length > 0 && !isLogged(any, COMMON))
    say(
      'not-logged',
      'error',
      any.outcomes.tcp,
      (where) =>
        `${where} has no default log rule: ${nearMiss(any.outcomes.tcp)}packets are ${fate(any.outcomes.tcp)} unseen, so no scan can be found.${peer(context)} Add a log rule for all protocols in front of where they end (${endTitle(any.outcomes.tcp)}).`,
    )
  else if (missing.length > 0)
    say(
      'protocols-not-logged',
      missing.some((name) => name !== 'icmp') ? 'error' : 'warning',
      any.outcomes[missing[0]!],
      (where) =>
        `${where} logs ${joinAnd(COMMON.filter((name) => !missing.includes(name)))} but not ${joinAnd(missing)}: ${missing.length === 1 ? 'it is' : 'they are'} ${fate(any.outcomes[missing[0]!])} unseen at ${endTitle(any.outcomes[missing[0]!])}. Log ${joinAnd(missing)} there too.`,
    )
  else {
    const stealth = unseen(any, STEALTH)
    if (stealth.length > 0)
      say(
        'stealth-not-logged',
        'warning',
        any.outcomes[stealth[0]!],
        (where) =>
          `${where} does not log ${joinAnd(stealth)} scans: their packets belong to no connection (state INVALID) and are ${fate(any.outcomes[stealth[0]!])} unseen at ${endTitle(any.outcomes[stealth[0]!])}. Log them there.`,
      )
    if (unseen(any, ['other']).length > 0)
      say(
        'other-protocols-not-logged',
        'note',
        any.outcomes.other,
        (where) =>
          `${where} logs tcp, udp and icmp, and no other protocol: scans for IP protocols (nmap -sO) are not seen.`,
      )
  }

  if (missing.length === 0) {
    const dark = named.filter((way) =>
      unseen(way, COMMON).some((name) => way.outcomes[name].verdict !== 'accept'),
    )
    const first = dark[0]
    if (first !== undefined) {
      const name = unseen(first, COMMON).find((one) => first.outcomes[one].verdict !== 'accept')!
      say(
        'interfaces-not-logged',
        'warning',
        first.outcomes[name],
        (where) =>
          `${where} does not log ${joinAnd(dark.map(wayTitle))}: packets are ${fate(first.outcomes[name])} unseen at ${endTitle(first.outcomes[name])}. Add a log rule in front of it.`,
      )
    }
  }

  const accepted = COMMON.filter(
    (name) => name !== 'icmp' && any.outcomes[name].verdict === 'accept',
  )
  if (accepted.length > 0 && context.isNeeded)
    say(
      'default-accept',
      accepted.length === 2 ? 'error' : 'warning',
      any.outcomes[accepted[0]!],
      (where) =>
        `${where} accepts ${accepted.length === 2 ? 'what no rule speaks of' : `all ${joinAnd(accepted)}`} (${endTitle(any.outcomes[accepted[0]!])}): what is dropped is what tells a scanner. Allow what you offer, and set the policy to DROP.`,
    )

  const silent = any.outcomes.tcp.silentDrops
  if (missing.length === 0 && silent[0] !== undefined)
    say(
      'silent-drops',
      'note',
      any.outcomes.tcp,
      (where) =>
        `${where} drops some packets before any log rule, so Picket never sees them: ${listRules(silent)}.`,
      silent[0],
    )
  if (Object.values(any.outcomes).some(({ isIncomplete }) => isIncomplete))
    say(
      'too-deep',
      'warning',
      any.outcomes.tcp,
      (where) =>
        `${where} jumps in a circle, too deep or through too many rules: the answer holds for what could be followed.`,
    )
  return findings
}

type Sayer = (
  id: FindingId,
  severity: Severity,
  outcome: Outcome,
  words: (where: string) => string,
  at?: Outcome['silentDrops'][number],
) => void

function finder(survey: Survey, { isNeeded }: CoverageContext, findings: Finding[]): Sayer {
  const { hook, family, bases } = survey
  const own = bases.find(({ base }) => base?.hook === hook)
  return (id, severity, { end }, words, at) => {
    const chain = at?.chain ?? end?.chain ?? own
    const rule = at?.rule ?? (end?.index === undefined ? undefined : end.chain.rules[end.index])
    const where = own === undefined ? hookTitle(hook) : chainTitle(own)
    findings.push({
      id,
      severity: isNeeded
        ? hook === 'forward' && severity === 'error'
          ? 'warning'
          : severity
        : 'note',
      family,
      hook,
      chain: chain === undefined ? hookTitle(hook) : chainTitle(chain),
      ...(chain === undefined ? {} : { place: rule?.place ?? chain.place }),
      message: isNeeded
        ? words(where)
        : `Nothing is forwarded here; if that changes: ${words(where)}`,
    })
  }
}

/** Everything is accepted, but for icmp perhaps. */
export function isOpen({ outcomes }: WaySurvey): boolean {
  return outcomes.tcp.verdict === 'accept' && outcomes.udp.verdict === 'accept'
}

/** Those of the classes that end without a line. */
export function unseen(way: WaySurvey, names: readonly TrafficName[]): TrafficName[] {
  const open = isOpen(way)
  return names.filter((name) => {
    const { logs, verdict } = way.outcomes[name]
    // `-p icmp -j ACCEPT` is no gap, where tcp and udp are not accepted as well.
    return logs.length === 0 && (verdict !== 'accept' || open || name === 'tcp' || name === 'udp')
  })
}

function isLogged(way: WaySurvey, names: readonly TrafficName[]): boolean {
  return names.some((name) => way.outcomes[name].logs.length > 0)
}

function fate({ verdict }: Outcome): string {
  return { accept: 'accepted', drop: 'dropped', reject: 'rejected' }[verdict]
}

function endTitle({ end }: Outcome): string {
  if (end === undefined) return 'there is no such chain'
  const { chain, index } = end
  if (index === undefined)
    return `the ${chain.base === undefined ? 'end' : 'policy'} of ${chainTitle(chain)}`
  const { place } = chain.rules[index]!
  return `rule ${index + 1} of ${chainTitle(chain)}, ${placeText(place)}`
}

function nearMiss({ partialLogs }: Outcome): string {
  return partialLogs.length === 0
    ? ''
    : `what it logs are some packets only (${listRules(partialLogs)}); all other `
}

function listRules(passed: Outcome['partialLogs']): string {
  const shown = passed.slice(0, 3).map(({ rule: { place, text } }) => `${placeText(place)} ${text}`)
  const more = passed.length - shown.length
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

function peer({ counterpart }: CoverageContext): string {
  if (counterpart === undefined || unseen(counterpart.any, COMMON).length > 0) return ''
  return ` ${counterpart.family === 'ip' ? 'IPv4' : 'IPv6'} is logged.`
}

function wayTitle({ way }: WaySurvey): string {
  return way.in === undefined ? `packets to ${way.out ?? 'any'}` : `packets from ${way.in}`
}
