import { interfaceMatches } from './condition.ts'
import type { Chain, Family } from './model.ts'
import { TRAFFIC, TRAFFIC_NAMES } from './probe.ts'
import type { Probe, TrafficName, WatchedHook } from './probe.ts'
import { baseChains, walk } from './walk.ts'
import type { ChainIndex, Outcome } from './walk.ts'

/** Packets of one way: from an interface, to an interface; both undefined: from and to any that no rule names. */
export interface Way {
  readonly in: string | undefined
  readonly out: string | undefined
}

export interface WaySurvey {
  readonly way: Way
  readonly outcomes: Readonly<Record<TrafficName, Outcome>>
}

/** What becomes of scanners' packets at one hook of one family. */
export interface Survey {
  readonly family: Family
  readonly hook: WatchedHook
  readonly bases: readonly Chain[]
  /** From and to any interface. */
  readonly any: WaySurvey
  readonly named: readonly WaySurvey[]
}

/** Interfaces looked at; a host with a thousand containers has as many. */
const MAX_INTERFACES = 24

export function survey(
  chains: readonly Chain[],
  index: ChainIndex,
  family: Family,
  hook: WatchedHook,
): Survey {
  const bases = baseChains(chains, { family, hook })
  const ask = (way: Way): WaySurvey => {
    const isNamed = way.in !== undefined || way.out !== undefined
    const outcomes = {} as Record<TrafficName, Outcome>
    for (const name of TRAFFIC_NAMES) {
      const probe: Probe = { family, hook, ...way, ...TRAFFIC[name] }
      outcomes[name] = walk(bases, index, probe, isNamed)
    }
    return { way, outcomes }
  }
  const named: Way[] = [
    ...interfacesOf(chains, family, 'in').map((name) => ({ in: name, out: undefined })),
    ...(hook === 'forward'
      ? interfacesOf(chains, family, 'out').map((name) => ({ in: undefined, out: name }))
      : []),
  ]
  return { family, hook, bases, any: ask({ in: undefined, out: undefined }), named: named.map(ask) }
}

/** Interfaces that rules name, but for the loopback. `eth*` stands for its interfaces as it is. */
function interfacesOf(chains: readonly Chain[], family: Family, direction: 'in' | 'out'): string[] {
  const names = new Set<string>()
  for (const chain of chains) {
    if (chain.family !== 'inet' && chain.family !== family) continue
    for (const { steps } of chain.rules)
      for (const step of steps) {
        const conditions =
          step.kind === 'condition'
            ? [step.condition]
            : step.kind === 'map'
              ? step.entries.map(({ condition }) => condition)
              : []
        for (const condition of conditions)
          if (condition.kind === 'interface' && condition.direction === direction)
            for (const name of condition.names)
              if (names.size < MAX_INTERFACES && name !== '*' && !interfaceMatches(name, 'lo'))
                names.add(name)
      }
  }
  return [...names].sort()
}
