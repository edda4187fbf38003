import { portEvidence, selectorOf } from './evidence'
import type { Joined } from './join'
import type { Evidence } from './model'
import type { EvidenceOptions } from '../types'

/** Rows that bring no evidence of their own get it from the panel's options, if those name the firewall's streams. */
export function withEvidence(
  joined: Joined,
  options: Partial<EvidenceOptions> | undefined,
  timeRange: { readonly from: number; readonly to: number },
): Joined {
  const selector = selectorOf(options?.selector ?? '')
  if (selector === undefined) return joined
  const datasource = options?.datasource
  const base = {
    from: timeRange.from,
    to: timeRange.to,
    ...(datasource === undefined || datasource === '' ? {} : { datasource }),
  }
  return {
    ...joined,
    attackers: joined.attackers.map((attacker) => {
      if (attacker.evidence !== undefined) return attacker
      const { source, firstSeen, lastSeen } = attacker
      return { ...attacker, evidence: sourceEvidence(selector, base, source, firstSeen, lastSeen) }
    }),
    ports: joined.ports.map((row) =>
      row.evidence === undefined
        ? { ...row, evidence: portEvidence(selector, base, row.protocol, row.port) }
        : row,
    ),
  }
}

function sourceEvidence(
  selector: string,
  base: Omit<Evidence, 'query'>,
  source: string,
  firstSeen: number,
  lastSeen: number,
): Evidence | undefined {
  const text = kernelAddress(source)
  if (text === undefined) return undefined
  const times =
    Number.isNaN(firstSeen) || Number.isNaN(lastSeen)
      ? {}
      : { from: Math.floor(firstSeen / 1000) * 1000, to: (Math.floor(lastSeen / 1000) + 1) * 1000 }
  return { ...base, ...times, query: `${selector} |= "SRC=${text} "` }
}

/** As the kernel prints it: IPv4 as it is, IPv6 in eight groups of four digits; undefined for what is no address. */
function kernelAddress(address: string): string | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return address
  if (!/^[0-9a-f:]+$/.test(address) || !address.includes(':')) return undefined
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: gap }, () => '0'), ...right]
  return groups.length === 8 && groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? groups.map((group) => group.padStart(4, '0')).join(':')
    : undefined
}
