import { shareOf } from './condition.ts'
import { chainKey } from './model.ts'
import type { Chain, Decision, Limit, Log, Rule, Verdict } from './model.ts'
import type { Probe } from './probe.ts'

/** Where a packet's way ends, or leaves the last chain for the policy; without a rule: at the chain's end. */
export interface End {
  readonly chain: Chain
  /** From 0. */
  readonly index: number | undefined
}

export interface LogHit {
  readonly chain: Chain
  readonly index: number
  readonly rule: Rule
  readonly log: Log
  /** The slowest limit on the way. */
  readonly limit: Limit | undefined
  /** The slowest limit of the jumps on the way: a better log rule cannot help. */
  readonly outer: Limit | undefined
}

/** A rule that the packet came by, and which takes some packets of its class. */
export interface Passed {
  readonly chain: Chain
  readonly rule: Rule
}

export interface Outcome {
  readonly verdict: Verdict
  /** Undefined: no chain of that hook. */
  readonly end: End | undefined
  /** What logs every such packet before it is decided. */
  readonly logs: readonly LogHit[]
  /** Log rules for some of these packets: an address, a port, a set. */
  readonly partialLogs: readonly Passed[]
  /** Rules that drop some of these packets before any of them is logged. */
  readonly silentDrops: readonly Passed[]
  /** Too many rules and jumps: what is known up to here. */
  readonly isIncomplete: boolean
}

/** More jumps into each other than this is a loop (the kernel has 16). */
const MAX_DEPTH = 64
/** Rules looked at for one probe: a bound on what a text can cost. */
const MAX_RULES = 200_000
const MAX_PASSED = 100

export interface ChainIndex {
  readonly byKey: ReadonlyMap<string, Chain>
  /** Numbers of the rules that take all packets of some class: a long blocklist has none. */
  readonly decisive: ReadonlyMap<Chain, readonly number[]>
}

export function indexChains(chains: readonly Chain[]): ChainIndex {
  return {
    byKey: new Map(chains.map((chain) => [chainKey(chain.family, chain.table, chain.name), chain])),
    decisive: new Map(
      chains.map((chain) => [
        chain,
        [...chain.rules.keys()].filter((i) => isDecisive(chain.rules[i]!)),
      ]),
    ),
  }
}

function isDecisive({ steps }: Rule): boolean {
  return !steps.some(
    (step) =>
      step.kind === 'condition' && step.condition.kind === 'some' && !step.condition.negated,
  )
}

/** The base chains that a packet passes, in the kernel's order: prerouting first, then by priority. */
export function baseChains(
  chains: readonly Chain[],
  probe: Pick<Probe, 'family' | 'hook'>,
): Chain[] {
  const order = ['prerouting', probe.hook]
  return chains
    .filter(
      ({ base, family }) =>
        base?.isFilter === true &&
        order.includes(base.hook) &&
        (family === 'inet' || family === probe.family),
    )
    .sort(
      (a, b) =>
        order.indexOf(a.base!.hook) - order.indexOf(b.base!.hook) ||
        a.base!.priority - b.base!.priority,
    )
}

/**
 * What becomes of a packet: an accepted one goes on to the next base chain, a dropped one is gone. Rules that take some
 * packets are looked at for `partialLogs` and `silentDrops` only: not, if `isBrief`.
 */
export function walk(
  bases: readonly Chain[],
  index: ChainIndex,
  probe: Probe,
  isBrief: boolean,
): Outcome {
  const walker = new Walker(index, probe, isBrief)
  let accepted: { readonly base: Chain; readonly end: End } | undefined
  for (const base of bases) {
    const { verdict = base.policy, end } = walker.chain(base, undefined, 0)
    if (verdict !== 'accept') return walker.outcome(verdict, end)
    // Of the chains that accept it, the one where filtering is done is where a rule belongs.
    if (base.base?.hook === probe.hook && distance(base) < distance(accepted?.base))
      accepted = { base, end }
  }
  return walker.outcome('accept', accepted?.end)
}

/** From the priority of filter tables. */
function distance(chain: Chain | undefined): number {
  return chain?.base === undefined ? Infinity : Math.abs(chain.base.priority)
}

/** Without a verdict: it came back from the chain, and `end` says where it left it. */
interface Result {
  readonly verdict: Verdict | undefined
  readonly end: End
}

class Walker {
  readonly #index: ChainIndex
  readonly #probe: Probe
  readonly #isBrief: boolean
  readonly #logs: LogHit[] = []
  readonly #partialLogs: Passed[] = []
  readonly #silentDrops: Passed[] = []
  readonly #stack = new Set<Chain>()
  /** A chain that is come to again has nothing new to say: what it logs is known. */
  readonly #known = new Map<Chain, Map<Limit | undefined, Result>>()
  #budget = MAX_RULES
  #isIncomplete = false

  constructor(index: ChainIndex, probe: Probe, isBrief: boolean) {
    this.#index = index
    this.#probe = probe
    this.#isBrief = isBrief
  }

  outcome(verdict: Verdict, end: End | undefined): Outcome {
    return {
      verdict,
      end,
      logs: this.#logs,
      partialLogs: this.#partialLogs,
      silentDrops: this.#silentDrops,
      isIncomplete: this.#isIncomplete,
    }
  }

  chain(chain: Chain, limit: Limit | undefined, depth: number): Result {
    const through: Result = { verdict: undefined, end: { chain, index: undefined } }
    // A chain that jumps back to itself cannot be loaded; a text may hold it all the same.
    if (this.#stack.has(chain) || depth > MAX_DEPTH) {
      this.#isIncomplete = true
      return through
    }
    let known = this.#known.get(chain)
    if (known === undefined) this.#known.set(chain, (known = new Map<Limit | undefined, Result>()))
    const before = known.get(limit)
    if (before !== undefined) return before
    this.#stack.add(chain)
    let result: Result | undefined
    for (const i of this.#isBrief ? this.#index.decisive.get(chain)! : chain.rules.keys()) {
      if (this.#budget-- <= 0) {
        this.#isIncomplete = true
        break
      }
      result = this.#rule(chain, i, limit, depth)
      if (result !== undefined) break
    }
    this.#stack.delete(chain)
    result ??= through
    known.set(limit, result)
    return result
  }

  /** Undefined: on to the next rule. */
  #rule(chain: Chain, index: number, outer: Limit | undefined, depth: number): Result | undefined {
    const rule = chain.rules[index]!
    let isPartial = false
    let limit = outer
    let isLimited = false
    for (const step of rule.steps) {
      switch (step.kind) {
        case 'condition': {
          const share = shareOf(step.condition, this.#probe)
          if (share === 'none') return undefined
          if (share === 'some') isPartial = true
          break
        }
        case 'limit':
          limit = slower(limit, step.limit)
          isLimited = true
          break
        case 'log':
          if (isPartial) keep(this.#partialLogs, { chain, rule })
          else this.#logs.push({ chain, index, rule, log: step.log, limit, outer })
          break
        case 'map':
          for (const { condition, decision } of step.entries) {
            const share = shareOf(condition, this.#probe)
            if (share === 'none') continue
            const result = this.#decide(
              decision,
              { chain, index },
              isPartial || share === 'some',
              limit,
              isLimited,
              depth,
            )
            if (share === 'all' && result !== undefined) return result
          }
          break
        default: {
          const result = this.#decide(step, { chain, index }, isPartial, limit, isLimited, depth)
          if (result !== undefined) return result
        }
      }
    }
    return undefined
  }

  #decide(
    decision: Decision,
    end: End & { readonly index: number },
    isPartial: boolean,
    limit: Limit | undefined,
    isLimited: boolean,
    depth: number,
  ): Result | undefined {
    if (isPartial) {
      if (decision.kind === 'verdict' && decision.verdict !== 'accept' && this.#logs.length === 0)
        keep(this.#silentDrops, { chain: end.chain, rule: end.chain.rules[end.index]! })
      return undefined
    }
    switch (decision.kind) {
      // What is over the limit goes on.
      case 'verdict':
        return isLimited ? undefined : { verdict: decision.verdict, end }
      case 'return':
        return isLimited ? undefined : { verdict: undefined, end }
      case 'jump':
      case 'goto': {
        const { family, table } = end.chain
        const target = this.#index.byKey.get(chainKey(family, table, decision.chain))
        // A target of iptables that only changes the packet.
        if (target === undefined) return undefined
        const result = this.chain(target, limit, depth + 1)
        if (isLimited) return undefined
        return decision.kind === 'goto' || result.verdict !== undefined ? result : undefined
      }
    }
  }
}

function slower(a: Limit | undefined, b: Limit): Limit {
  return a !== undefined && a.perMinute <= b.perMinute ? a : b
}

function keep(list: Passed[], passed: Passed): void {
  if (list.length < MAX_PASSED) list.push(passed)
}
