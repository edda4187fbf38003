import type { EngineOptions } from '../options.ts'
import { step } from '../track/danger.ts'
import {
  M_ICMP,
  M_ICMP_EVER,
  M_LIST_EVER_SHIFT,
  M_LIST_SHIFT,
  M_SIGNATURE_EVER_SHIFT,
  M_SIGNATURE_SHIFT,
  S_HOSTS,
  S_LEVEL,
  S_MARKS,
  S_MAX,
  S_SWEEP,
  S_TOP_HOSTS,
  S_TOP_MAX,
  SOURCE,
} from '../track/layout.ts'
import type { State } from '../track/state.ts'

interface Facts {
  readonly packets: number
  readonly hosts: number
  readonly signature: number
  readonly icmp: boolean
  /** Level that a list gave. */
  readonly list: number
}

/** Why a source has its level, in words that can be checked against its lines: each cause with the level it gives. */
export function reasonsOf(
  state: State,
  source: number,
  options: EngineOptions,
  over: 'scan' | 'all',
  listOf: (source: number, level: number) => string,
): string[] {
  const ints = state.sources.rows.ints
  const s = source * SOURCE
  const marks = ints[s + S_MARKS]!
  if (over === 'scan') {
    if (ints[s + S_LEVEL] === 0) return []
    const sweeping = ints[s + S_SWEEP]! > 0
    return words(
      {
        packets: ints[s + S_TOP_MAX]! > 0 ? ints[s + S_MAX]! : 0,
        hosts: sweeping ? ints[s + S_HOSTS]! : 0,
        signature: (marks >> M_SIGNATURE_SHIFT) & 7,
        icmp: (marks & M_ICMP) !== 0,
        list: (marks >> M_LIST_SHIFT) & 7,
      },
      options,
      (level) => listOf(source, level),
    )
  }
  return words(
    {
      packets: ints[s + S_TOP_MAX]!,
      hosts: ints[s + S_TOP_HOSTS]!,
      signature: (marks >> M_SIGNATURE_EVER_SHIFT) & 7,
      icmp: (marks & M_ICMP_EVER) !== 0,
      list: (marks >> M_LIST_EVER_SHIFT) & 7,
    },
    options,
    (level) => listOf(source, level),
  )
}

function words(
  { packets, hosts, signature, icmp, list }: Facts,
  options: EngineOptions,
  listOf: (level: number) => string,
): string[] {
  const reasons: string[] = []
  // Of a sweep the packets to one destination are worth a word only where they give a level by themselves.
  if (packets > 0 && (hosts === 0 || packets >= options.dangerLevels[0])) {
    const level = Math.max(1, step(packets, options.dangerLevels))
    reasons.push(`${packets} packets to one destination: level ${level}`)
  }
  if (hosts > 0)
    reasons.push(`${hosts} destinations: level ${Math.max(1, step(hosts, options.uniqueHosts))}`)
  if (signature > 0) reasons.push(`signature match: level ${signature}`)
  if (icmp) reasons.push('ICMP packet of invalid type or code: level 2')
  if (list > 0) reasons.push(`on ${listOf(list)}: level ${list}`)
  return reasons
}
