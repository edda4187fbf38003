import type { Finding } from './finding.ts'
import type { Chain, Rule } from './model.ts'
import { TRAFFIC_NAMES } from './probe.ts'
import type { Survey } from './survey.ts'
import { chainTitle, placeText } from './words.ts'

/** Log rules that stand behind a rule that decides over everything: no packet ever comes to them. */
export function unreachableFindings(
  chains: readonly Chain[],
  surveys: readonly Survey[],
): Finding[] {
  return chains.flatMap((chain) => {
    if (chain.base?.isFilter === false || chain.table === 'nat') return []
    const at = chain.rules.findIndex(decidesAll)
    const behind = at < 0 ? undefined : chain.rules.slice(at + 1).find(hasLog)
    if (behind === undefined) return []
    const { place } = chain.rules[at]!
    const hook = surveys.find((one) => isEndOf(one, chain))?.hook
    return [
      {
        id: 'log-unreachable',
        severity: 'warning',
        ...(chain.family === 'inet' ? { family: 'inet' } : { family: chain.family }),
        ...(hook === undefined ? {} : { hook }),
        chain: chainTitle(chain),
        place: behind.place,
        message: `This log rule never sees a packet: ${placeText(place)} (${chain.rules[at]!.text}) decides over all of them first. Move it in front of that rule, or remove it.`,
      } satisfies Finding,
    ]
  })
}

function decidesAll({ steps }: Rule): boolean {
  const [last] = steps.filter(({ kind }) => kind !== 'log')
  return last?.kind === 'verdict' || last?.kind === 'return' || last?.kind === 'goto'
}

function hasLog({ steps }: Rule): boolean {
  return steps.some(({ kind }) => kind === 'log')
}

function isEndOf({ any }: Survey, chain: Chain): boolean {
  return TRAFFIC_NAMES.some((name) => any.outcomes[name].end?.chain === chain)
}
