import { VerdictRules } from '../core/parse/verdict.ts'
import { VERDICT_ACCEPT, VERDICT_AUDIT } from '../core/row.ts'
import { isOpen } from './check-coverage.ts'
import type { Finding, FindingId, Severity } from './finding.ts'
import type { Limit } from './model.ts'
import { COMMON, STEALTH } from './probe.ts'
import type { Survey } from './survey.ts'
import type { LogHit } from './walk.ts'
import { chainTitle, placeText } from './words.ts'

/** Below this a scan of a few hundred ports leaves holes that change its danger level. */
export const BLINDING_PER_MINUTE = 600
/** And below this next to nothing is left of it. */
const BLIND_PER_MINUTE = 60

/** iptables takes 29 characters (xt_LOG.h), nft 127 (nf_log.h, NF_LOG_PREFIXLEN). */
export const MAX_PREFIX = { iptables: 29, nft: 127 } as const

const VERDICTS = new VerdictRules({ drop: [], accept: [], audit: [] })

/** What the log rules leave out of a line, or do to it. Said once a rule. */
export function logFindings(survey: Survey): Finding[] {
  const findings: Finding[] = []
  const said = new Set<string>()
  const say = (id: FindingId, severity: Severity, hit: LogHit, message: string): void => {
    const key = `${id} ${placeText(hit.rule.place)} ${hit.rule.text}`
    if (said.has(key)) return
    said.add(key)
    findings.push({
      id,
      severity,
      family: survey.family,
      hook: survey.hook,
      chain: chainTitle(hit.chain),
      place: hit.rule.place,
      message,
    })
  }
  for (const way of [survey.any, ...survey.named]) {
    const { outcomes } = way
    for (const name of [...COMMON, ...STEALTH]) {
      const { logs, verdict } = outcomes[name]
      // An interface whose packets are accepted is trusted.
      if (way !== survey.any && verdict === 'accept') continue
      const isWanted = verdict !== 'accept' || isOpen(way)
      const best = fastest(logs)
      if (isWanted && best?.limit !== undefined && best.limit.perMinute < BLINDING_PER_MINUTE)
        say(
          'rate-limited',
          best.limit.perMinute < BLIND_PER_MINUTE ? 'error' : 'warning',
          best,
          limited(best.limit),
        )
      if (name === 'tcp') options(logs, say)
      for (const hit of logs) prefix(hit, say)
      for (const hit of logs) if (verdict === 'accept') accepted(hit, say)
      const far = logs.find(({ log }) => log.to !== 'kernel')
      if (far !== undefined && logs.every(({ log }) => log.to !== 'kernel')) elsewhere(far, say)
    }
  }
  return findings
}

type Sayer = (id: FindingId, severity: Severity, hit: LogHit, message: string) => void

function fastest(logs: readonly LogHit[]): LogHit | undefined {
  let best = logs[0]
  for (const hit of logs)
    if ((hit.limit?.perMinute ?? Infinity) > (best?.limit?.perMinute ?? Infinity)) best = hit
  return best
}

function limited({ perMinute, burst, perSource }: Limit): string {
  const rate = perMinute >= 1 ? `${round(perMinute)} a minute` : `${round(perMinute * 60)} an hour`
  const of = perSource ? ' for each source' : ''
  return `Only ${rate} are logged${of} after the first ${burst}: of a scan of 1,000 ports within a minute ${Math.min(1000, burst + Math.ceil(perMinute))} lines are left, so its ports, danger level and signatures come out too low${perSource ? '' : ', and whoever is loud hides all others'}. Log without a limit, or with ${BLINDING_PER_MINUTE} a minute and more.`
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function options(logs: readonly LogHit[], say: Sayer): void {
  const [first] = logs
  if (first === undefined) return
  if (logs.every(({ log }) => log.isOpaque === true)) {
    say(
      'log-options-hidden',
      'warning',
      first,
      'This rule was made by iptables and nft does not show its options. Give the output of iptables-save and ip6tables-save instead.',
    )
    return
  }
  const lacks = (has: (hit: LogHit) => boolean): boolean =>
    !logs.some((hit) => hit.log.isOpaque === true || has(hit))
  const write = (iptables: string, nft: string): string =>
    `Add ${first.chain.syntax === 'nft' ? nft : iptables} to the rule.`
  if (lacks(({ log }) => log.tcpOptions))
    say(
      'tcp-options-missing',
      'warning',
      first,
      `TCP options are not logged: the sender's operating system is told by them, and a connect from a raw SYN scan. ${write('--log-tcp-options', 'flags tcp options')}`,
    )
  if (lacks(({ log }) => log.ipOptions))
    say(
      'ip-options-missing',
      'note',
      first,
      `IP options are not logged: signatures for source routing and the like cannot match. ${write('--log-ip-options', 'flags ip options')}`,
    )
  if (lacks(({ log }) => log.tcpSequence))
    say(
      'tcp-sequence-missing',
      'note',
      first,
      `TCP sequence numbers are not logged: Mirai and its kin are told by them. ${write('--log-tcp-sequence', 'flags tcp sequence')}`,
    )
}

function prefix(hit: LogHit, say: Sayer): void {
  const { log, chain } = hit
  if (log.isOpaque === true) return
  const max = MAX_PREFIX[chain.syntax]
  if (log.prefix === '') {
    const example = chain.syntax === 'nft' ? 'prefix "[DROP] "' : '--log-prefix "[DROP] "'
    say(
      'prefix-missing',
      'note',
      hit,
      `Lines carry no prefix: they cannot be told from those of other rules, nor drop from accept. Add ${example} to the rule.`,
    )
    return
  }
  if (log.prefix.length > max)
    say(
      'prefix-too-long',
      'warning',
      hit,
      `The prefix ${JSON.stringify(log.prefix)} has ${log.prefix.length} characters; ${chain.syntax === 'nft' ? 'nft' : 'iptables'} takes ${max}. Shorten it.`,
    )
  // The kernel writes IN= right behind the prefix.
  if (!/\s$/.test(log.prefix) && log.to === 'kernel')
    say(
      'prefix-without-blank',
      'warning',
      hit,
      `The prefix ${JSON.stringify(log.prefix)} does not end in a blank: lines read ${JSON.stringify(`${log.prefix.slice(-12)}IN=eth0`)}, which other programs cannot part. End it in a blank.`,
    )
}

function accepted(hit: LogHit, say: Sayer): void {
  const verdict = VERDICTS.of(hit.log.prefix)
  if (verdict === VERDICT_ACCEPT || verdict === VERDICT_AUDIT) return
  say(
    'accept-logged',
    'note',
    hit,
    `Packets logged here are accepted in the end, and the prefix ${JSON.stringify(hit.log.prefix)} does not say so: Picket counts them as it counts drops. Use a prefix with ACCEPT or ALLOW in it, or list it under detection.verdicts.accept.`,
  )
}

function elsewhere(hit: LogHit, say: Sayer): void {
  if (hit.log.to === 'audit') {
    say(
      'not-kernel-log',
      'warning',
      hit,
      'level audit writes to the audit log, in a form that is no firewall line. Use another level.',
    )
    return
  }
  say(
    'not-kernel-log',
    'note',
    hit,
    'The lines go to a netlink group (NFLOG, ULOG, log group), not to the kernel log: a daemon such as ulogd must write them, and Picket must read what it writes. Without one, use LOG (nft: log without group).',
  )
}
