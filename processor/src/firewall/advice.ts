import { adviseFirewalld, adviseUfw } from './advice-static.ts'
import { adviseIptables } from './advice-iptables.ts'
import { adviseNftables } from './advice-nft.ts'
import type { Checked } from './check.ts'
import { gapsOf } from './gaps.ts'
import type { Gap } from './gaps.ts'
import type { FirewallKind } from './read.ts'
import { FIREWALLS } from './read.ts'

export interface AdviceStep {
  /** Why, in a sentence. */
  readonly why: string
  /** For a root shell, in this order. Empty: something to do by hand. */
  readonly commands: readonly string[]
  /** For a file, where `why` says which. */
  readonly lines?: readonly string[]
}

/** What to add to a firewall. Nothing of it is ever run by Picket. */
export interface Advice {
  readonly firewall: FirewallKind
  /** To be run first. */
  readonly backup: readonly string[]
  readonly steps: readonly AdviceStep[]
}

export const ADVISE = ['fitting', ...FIREWALLS, 'all'] as const
export type AdviseOption = (typeof ADVISE)[number]

/**
 * For the firewall that was found, the rules that are missing at the places where they are missing; for the
 * others, where asked for, default rules. `fitting`: nothing, if there is no error and no warning.
 */
export function advise(checked: Checked, kind: FirewallKind, option: AdviseOption): Advice[] {
  const isClean = checked.findings.every(({ severity }) => severity === 'note')
  const wanted =
    option === 'all' ? FIREWALLS : option === 'fitting' ? (isClean ? [] : [kind]) : [option]
  const gaps = neededGaps(checked)
  return wanted.map((firewall) => joined(adviceFor(firewall)))

  function adviceFor(firewall: FirewallKind): Advice {
    const own = firewall === kind ? { checked, gaps } : undefined
    switch (firewall) {
      case 'iptables':
        return adviseIptables(own)
      case 'nftables':
        return adviseNftables(own)
      case 'ufw':
        return adviseUfw()
      case 'firewalld':
        return adviseFirewalld()
    }
  }
}

/** Steps for the same reason are one. */
function joined(advice: Advice): Advice {
  const steps: AdviceStep[] = []
  for (const step of advice.steps) {
    const at = steps.findIndex(({ why }) => why === step.why)
    if (at < 0) steps.push(step)
    else steps[at] = { ...step, commands: [...new Set([...steps[at]!.commands, ...step.commands])] }
  }
  return { ...advice, steps }
}

/** Where no packet passes, and findings are notes, nothing is to be added. */
function neededGaps({ findings, surveys }: Checked): Gap[] {
  return gapsOf(
    surveys.filter(({ hook, family }) =>
      findings.some(
        (finding) =>
          finding.hook === hook &&
          (finding.family === family || finding.family === 'inet') &&
          finding.severity !== 'note',
      ),
    ),
  )
}

export interface OwnFindings {
  readonly checked: Checked
  readonly gaps: readonly Gap[]
}
