import { SOME } from '../condition.ts'
import type { Decision, MapEntry, Step, Verdict } from '../model.ts'
import { conditionOf } from './match.ts'
import type { NamedSets } from './match.ts'

const VERDICTS: Readonly<Record<string, Verdict>> = {
  accept: 'accept',
  drop: 'drop',
  reject: 'reject',
}

/** `accept`, `jump wan`: how a map's element or a rule decides. */
export function decisionOf(word: string, chain: string | undefined): Decision | undefined {
  const verdict = Object.hasOwn(VERDICTS, word) ? VERDICTS[word] : undefined
  if (verdict !== undefined) return { kind: 'verdict', verdict }
  if (word === 'queue') return { kind: 'verdict', verdict: 'accept' }
  if (word === 'return') return { kind: 'return' }
  if ((word === 'jump' || word === 'goto') && chain !== undefined) return { kind: word, chain }
  return undefined
}

export function xtSteps(isTarget: boolean, name: string): Step[] {
  if (!isTarget) return [{ kind: 'condition', condition: SOME }]
  if (name !== 'LOG' && name !== 'NFLOG') {
    const decision = decisionOf(name.toLowerCase(), undefined)
    return decision === undefined ? [] : [decision]
  }
  const to = name === 'LOG' ? 'kernel' : 'netlink'
  const log = {
    to,
    prefix: '',
    tcpOptions: false,
    ipOptions: false,
    tcpSequence: false,
    isOpaque: true,
  } as const
  return [{ kind: 'log', log }]
}

/** `22 : accept , 80 : jump web` as pairs; a key of several parts is one text. */
export function pairsOf(texts: readonly string[]): (readonly [string, Decision])[] {
  const pairs: (readonly [string, Decision])[] = []
  let from = 0
  for (let i = 0; i <= texts.length; i++) {
    if (i < texts.length && texts[i] !== ',') continue
    const element = texts.slice(from, i)
    from = i + 1
    const colon = element.lastIndexOf(':')
    const decision =
      colon < 0 ? undefined : decisionOf(element[colon + 1] ?? '', element[colon + 2])
    // A key may carry a counter or a comment of its own.
    const end = element.findIndex(
      (text) => text === 'counter' || text === 'comment' || text === ':',
    )
    if (decision !== undefined) pairs.push([element.slice(0, end).join(' '), decision])
  }
  return pairs
}

export function mapEntries(
  left: string,
  parts: number,
  pairs: readonly (readonly [string, Decision])[],
  sets: NamedSets,
): MapEntry[] {
  return pairs.map(([key, decision]) => ({
    decision,
    condition:
      key === '*'
        ? { kind: 'any' }
        : parts > 1
          ? SOME
          : conditionOf(
              { left, negated: false, isRange: false, isExact: false, values: [key] },
              sets,
            ),
  }))
}
