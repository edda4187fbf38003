import { mergeFamilies, sortFindings } from './finding.ts'
import type { Finding } from './finding.ts'
import { logFindings } from './check-logs.ts'
import { coverageFindings } from './check-coverage.ts'
import type { Chain, Family, Unclosed } from './model.ts'
import { WATCHED_HOOKS } from './probe.ts'
import { survey } from './survey.ts'
import type { Survey } from './survey.ts'
import { unreachableFindings } from './check-reach.ts'
import { indexChains } from './walk.ts'

/** What is known of a firewall. */
export interface Firewall {
  readonly chains: readonly Chain[]
  readonly unclosed: readonly Unclosed[]
  /** Whether the kernel forwards packets, where that is known. */
  readonly isForwarding?: Readonly<Partial<Record<Family, boolean>>>
  /** Findings of the reading itself. */
  readonly findings?: readonly Finding[]
}

export interface Checked {
  readonly findings: readonly Finding[]
  readonly surveys: readonly Survey[]
}

/** Whether a firewall logs what Picket needs to see: what is missing, worst first. */
export function checkFirewall(firewall: Firewall): Checked {
  const index = indexChains(firewall.chains)
  const families = familiesOf(firewall.chains)
  const surveys = families.flatMap((family) =>
    WATCHED_HOOKS.map((hook) => survey(firewall.chains, index, family, hook)),
  )
  const findings = surveys.flatMap((one) => {
    const isNeeded = isForwardingInUse(one, firewall)
    const counterpart = surveys.find(
      ({ hook, family }) => hook === one.hook && family !== one.family,
    )
    return [...coverageFindings(one, { isNeeded, counterpart }), ...logFindings(one)]
  })
  return {
    surveys,
    findings: sortFindings(
      mergeFamilies([
        ...findings,
        ...unreachableFindings(firewall.chains, surveys),
        ...missingFamilies(families),
        ...firewall.unclosed.map(commitMissing),
        ...(firewall.findings ?? []),
      ]),
    ),
  }
}

/** Families that a filter chain of theirs speaks for; none at all: both, with nothing in them. */
function familiesOf(chains: readonly Chain[]): Family[] {
  const seen = new Set<Family>()
  for (const { family, base } of chains) {
    if (base?.isFilter !== true) continue
    if (family === 'inet') return ['ip', 'ip6']
    seen.add(family)
  }
  return seen.size === 0 ? ['ip', 'ip6'] : [...seen].sort()
}

function missingFamilies(families: readonly Family[]): Finding[] {
  if (families.length === 2) return []
  const missing: Family = families[0] === 'ip' ? 'ip6' : 'ip'
  const [name, other, tool] =
    missing === 'ip6' ? ['IPv6', 'IPv4', 'ip6tables-save'] : ['IPv4', 'IPv6', 'iptables-save']
  return [
    {
      id: 'family-missing',
      severity: 'warning',
      family: missing,
      message: `There are rules for ${other} and none for ${name}: whoever scans over ${name} is not filtered and not logged. If ${name} rules exist, give them too (--rules, as printed by ${tool} or nft list ruleset); else filter and log ${name} as ${other}.`,
    },
  ]
}

/** Forwarding is not in use where the kernel says so, or where the chain is closed and empty. */
function isForwardingInUse({ hook, family, bases }: Survey, firewall: Firewall): boolean {
  if (hook !== 'forward') return true
  const known = firewall.isForwarding?.[family]
  if (known !== undefined) return known
  const own = bases.filter(({ base }) => base?.hook === 'forward')
  return own.length > 0 && !own.some(({ policy, rules }) => policy === 'drop' && rules.length === 0)
}

function commitMissing({ file, line, table, family }: Unclosed): Finding {
  return {
    id: 'commit-missing',
    severity: 'error',
    family,
    place: { file, line },
    message: `The table ${table} has no COMMIT: ${family === 'ip6' ? 'ip6tables' : 'iptables'}-restore loads nothing of it. Write a line COMMIT behind its last rule; if the file was cut off, save it again.`,
  }
}
