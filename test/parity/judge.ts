import { DIFFERENCES } from './differences.ts'
import { deltasOf, textOf } from './deltas.ts'
import { bothAnswers, linesBySource } from './run.ts'
import type { Setup } from './cases/case.ts'

export interface Judgement {
  /** What no difference explains, in words. */
  readonly unexplained: readonly string[]
  /** For each delta, the ids of the differences that explain it. */
  readonly explained: readonly { readonly text: string; readonly by: readonly string[] }[]
}

/** Lays both answers to a log side by side; `caseOf`: names of cases by source, for messages. */
export async function judge(
  log: string,
  setup: Setup,
  caseOf: ReadonlyMap<string, string> = new Map(),
): Promise<Judgement> {
  const { psad, picket } = await bothAnswers(log, setup)
  const bySource = linesBySource(log)
  const all = log.split('\n')
  const rules = (setup.files?.['signatures'] ?? '').split('\n')
  const autoDl = setup.files?.['auto_dl']
  const conf = Object.fromEntries(
    Object.entries({ ...setup.conf, AUTO_DL: autoDl ?? '' }).map(([key, value]) => [
      key,
      [value].flat().join(' '),
    ]),
  )
  const unexplained: string[] = []
  const explained: { text: string; by: string[] }[] = []
  for (const delta of deltasOf(psad, picket)) {
    // psad names each chain and interface of a pair, Picket the last: only cases by hand keep to one.
    if (delta.path.endsWith('/where') && caseOf.size === 0) continue
    const source = /^sources\/([^/]+)/.exec(delta.path)?.[1]
    const lines = source === undefined ? all : (bySource.get(source) ?? [])
    const by = DIFFERENCES.filter(({ explains }) => explains({ delta, lines, rules, conf })).map(
      ({ id }) => id,
    )
    const name = source === undefined ? undefined : caseOf.get(source)
    const text = `${textOf(delta)}${name === undefined ? '' : ` (${name})`}`
    if (by.length === 0) unexplained.push(text)
    else explained.push({ text, by })
  }
  return { unexplained, explained }
}
