import type { Chain, Family, Rule } from './model.ts'
import { COMMON, STEALTH, TRAFFIC_NAMES } from './probe.ts'
import type { TrafficName, WatchedHook } from './probe.ts'
import { unseen } from './check-coverage.ts'
import { BLINDING_PER_MINUTE } from './check-logs.ts'
import type { Survey, Way } from './survey.ts'
import type { LogHit } from './walk.ts'

/** What a log rule must take, where it must not take everything. */
export interface GapCondition {
  readonly protocol?: 'tcp' | 'udp' | 'icmp'
  readonly state?: 'invalid' | 'new-or-invalid'
  readonly interface?: {
    readonly direction: 'in' | 'out'
    readonly name: string
    readonly negated: boolean
  }
  readonly family?: Family
}

/** A place where packets end unseen, and the log rules that belong in front of it. */
export interface Gap {
  readonly family: Family
  readonly hook: WatchedHook
  /** Undefined: no chain of that hook. */
  readonly chain: Chain | undefined
  /** The rule that ends them, from 0; undefined: the policy, so the log rule goes to the chain's end. */
  readonly index: number | undefined
  readonly isAccepted: boolean
  /** One log rule each. */
  readonly conditions: readonly GapCondition[]
  /** The log rule takes what this one takes: it ends some packets only, and all of them unseen. */
  readonly like: Rule | undefined
}

interface Arrival {
  readonly way: Way
  readonly name: TrafficName
  readonly isGap: boolean
  readonly isAccepted: boolean
}

interface Spot {
  readonly survey: Survey
  readonly chain: Chain | undefined
  readonly index: number | undefined
  readonly arrivals: Arrival[]
}

/** Where log rules are missing. Behind each other in a chain: the last first, so that numbers of rules stay right. */
export function gapsOf(surveys: readonly Survey[]): Gap[] {
  const gaps = surveys.flatMap((survey) =>
    spotsOf(survey)
      .filter(({ arrivals }) => arrivals.some(({ isGap }) => isGap))
      .map(gapOf),
  )
  return mergeInet(gaps).sort((a, b) => (b.index ?? Infinity) - (a.index ?? Infinity) || 0)
}

function spotsOf(survey: Survey): Spot[] {
  const spots: Spot[] = []
  for (const way of [survey.any, ...survey.named]) {
    const gaps = new Set([
      ...unseen(way, COMMON),
      ...unseen(way, STEALTH),
      ...unseen(way, ['other']),
    ])
    for (const name of TRAFFIC_NAMES) {
      const { end, verdict, logs } = way.outcomes[name]
      const chain = end?.chain ?? survey.bases.find(({ base }) => base?.hook === survey.hook)
      const index = end?.index
      let spot = spots.find((one) => one.chain === chain && one.index === index)
      if (spot === undefined) spots.push((spot = { survey, chain, index, arrivals: [] }))
      const isAccepted = verdict === 'accept'
      spot.arrivals.push({
        way: way.way,
        name,
        isAccepted,
        // An interface whose packets are accepted is trusted.
        isGap: (gaps.has(name) || isDim(logs)) && (!isAccepted || way === survey.any),
      })
    }
  }
  return spots
}

/** Logged in a chain that few packets may jump to: the limit of a jump cannot be taken away without moving packets. */
function isDim(logs: readonly LogHit[]): boolean {
  return (
    logs.length > 0 &&
    logs.every(({ outer }) => outer !== undefined && outer.perMinute < BLINDING_PER_MINUTE)
  )
}

function gapOf({ survey: { family, hook }, chain, index, arrivals }: Spot): Gap {
  const isAccepted = arrivals.every((arrival) => arrival.isAccepted)
  const rule = index === undefined ? undefined : chain?.rules[index]
  const isSelective =
    rule?.steps.some(({ kind }) => kind === 'condition' || kind === 'map') === true
  const isDark = !arrivals.some(({ isGap, isAccepted: ok }) => !isGap && !ok)
  const like =
    isDark && isSelective && (rule.words ?? rule.comparisons) !== undefined ? rule : undefined
  const conditions =
    like !== undefined || (isDark && !isSelective)
      ? [isAccepted ? ({ state: 'new-or-invalid' } as const) : {}]
      : conditionsOf(arrivals, isAccepted)
  return { family, hook, chain, index, isAccepted, conditions, like }
}

/** Told by protocol, state and interface. */
function conditionsOf(arrivals: readonly Arrival[], isAccepted: boolean): GapCondition[] {
  const state = isAccepted ? ({ state: 'new-or-invalid' } as const) : {}
  const gaps = arrivals.filter(({ isGap }) => isGap)
  const of = (name: TrafficName): Arrival[] => gaps.filter((arrival) => arrival.name === name)
  const open = COMMON.filter((name) => of(name).length > 0)
  const conditions: GapCondition[] = []
  const ways = open.map((name) => keyOf(waysOf(of(name), arrivals, name)))
  const isAll = open.length === COMMON.length && ways.every((way) => way === ways[0])
  for (const name of isAll ? (['tcp'] as const) : open)
    for (const way of waysOf(of(name), arrivals, name))
      conditions.push({ ...state, ...way, ...(isAll ? {} : { protocol: name }) })
  const taken = new Set((of('tcp').length > 0 ? waysOf(of('tcp'), arrivals, 'tcp') : []).map(keyOf))
  const stealth = STEALTH.filter((name) => of(name).length > 0).flatMap((name) =>
    waysOf(of(name), arrivals, name),
  )
  const everywhere = stealth.find((way) => way.interface === undefined)
  for (const way of everywhere === undefined ? stealth : [everywhere]) {
    if (taken.has(keyOf(way))) continue
    taken.add(keyOf(way))
    conditions.push({ ...way, protocol: 'tcp', state: 'invalid' })
  }
  return conditions.length > 0 ? conditions : [state]
}

function keyOf(value: unknown): string {
  return JSON.stringify(value)
}

function waysOf(
  gaps: readonly Arrival[],
  arrivals: readonly Arrival[],
  name: TrafficName,
): Pick<GapCondition, 'interface'>[] {
  const logged = arrivals.filter((arrival) => arrival.name === name && !arrival.isGap)
  if (logged.length === 0) return [{}]
  const isAny = (way: Way): boolean => way.in === undefined && way.out === undefined
  if (gaps.some(({ way }) => isAny(way))) {
    const [only] = logged
    return logged.length === 1 && only !== undefined ? [interfaceOf(only.way, true)] : [{}]
  }
  return gaps.map(({ way }) => interfaceOf(way, false))
}

function interfaceOf(way: Way, negated: boolean): Pick<GapCondition, 'interface'> {
  if (way.in !== undefined) return { interface: { direction: 'in', name: way.in, negated } }
  return way.out === undefined ? {} : { interface: { direction: 'out', name: way.out, negated } }
}

/** A chain of an inet table is found for both families: one rule does for both, if both lack the same. */
function mergeInet(gaps: readonly Gap[]): Gap[] {
  const merged: Gap[] = []
  for (const gap of gaps) {
    const { chain, index, conditions } = gap
    if (chain?.family !== 'inet') {
      merged.push(gap)
      continue
    }
    const twin = gaps.find((one) => one !== gap && one.chain === chain && one.index === index)
    const isSame =
      twin !== undefined && JSON.stringify(twin.conditions) === JSON.stringify(conditions)
    if (!isSame)
      merged.push({ ...gap, conditions: conditions.map((one) => ({ ...one, family: gap.family })) })
    else if (!merged.some((one) => one.chain === chain && one.index === index)) merged.push(gap)
  }
  return merged
}
