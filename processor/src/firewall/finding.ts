import type { Family, Place } from './model.ts'
import type { WatchedHook } from './probe.ts'

/** `error`: Picket is blind to something it lives on; `warning`: it sees less or wrongly; `note`: good to know. */
export const SEVERITIES = ['error', 'warning', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Every finding's id. They are stable: scripts match on them. */
export const FINDING_IDS = [
  'not-logged',
  'protocols-not-logged',
  'interfaces-not-logged',
  'stealth-not-logged',
  'other-protocols-not-logged',
  'log-unreachable',
  'default-accept',
  'family-missing',
  'rate-limited',
  'tcp-options-missing',
  'ip-options-missing',
  'tcp-sequence-missing',
  'prefix-missing',
  'prefix-too-long',
  'prefix-without-blank',
  'accept-logged',
  'not-kernel-log',
  'log-options-hidden',
  'silent-drops',
  'commit-missing',
  'too-deep',
  'ufw-off',
  'ufw-logging-off',
  'ufw-files-missing',
] as const
export type FindingId = (typeof FINDING_IDS)[number]

export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  /** `inet` is both. Undefined where it is not about a family. */
  readonly family?: Family | 'inet'
  readonly hook?: WatchedHook
  /** The chain of the rule, or the one that the kernel calls. */
  readonly chain?: string
  readonly place?: Place
  /** What is wrong, what it does to Picket, and what to do. */
  readonly message: string
}

const byId = new Map<string, number>(FINDING_IDS.map((id, i) => [id, i]))

/** Worst first, then INPUT before FORWARD, IPv4 before IPv6, then as in FINDING_IDS. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding): number[] => [
    SEVERITIES.indexOf(finding.severity),
    finding.hook === 'forward' ? 1 : 0,
    byId.get(finding.id) ?? 0,
    finding.family === 'ip6' ? 1 : 0,
    finding.place?.handle ?? finding.place?.line ?? 0,
  ]
  return findings
    .map((finding) => ({ finding, rank: rank(finding) }))
    .sort((a, b) => {
      const at = a.rank.findIndex((value, i) => value !== b.rank[i])
      return at < 0 ? 0 : a.rank[at]! - b.rank[at]!
    })
    .map(({ finding }) => finding)
}

/** What IPv4 and IPv6 have in common is said once, as of `inet`. */
export function mergeFamilies(findings: readonly Finding[]): Finding[] {
  const merged: Finding[] = []
  const seen = new Map<string, number>()
  for (const finding of findings) {
    const { family, ...rest } = finding
    const key = JSON.stringify(rest)
    const at = seen.get(key)
    if (at === undefined || family === undefined) {
      seen.set(key, merged.length)
      merged.push(finding)
    } else if (merged[at]!.family !== family) merged[at] = { ...merged[at]!, family: 'inet' }
  }
  return merged
}
