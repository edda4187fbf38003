import type { Metadata } from '../entry.ts'
import type { LabelSet } from '../label-set.ts'
import type { Stage, StageFunction } from './ast.ts'
import type { EntryLabels } from './entry-labels.ts'

/** The stages of a query, one after the other. */
export class Pipeline {
  /** False: the labels of an entry without metadata are those of its stream. */
  readonly touchesLabels: boolean
  /** Stages at the beginning that look at the line only: they run before labels are laid out. */
  readonly #before: readonly StageFunction[]
  readonly #after: readonly StageFunction[]
  readonly #labels: EntryLabels

  /** `needed`: the labels that anybody reads, undefined for all; none at all leaves parsers out. */
  constructor(
    stages: readonly Stage[],
    labels: EntryLabels,
    needed: ReadonlySet<string> | undefined,
  ) {
    const used = stages.filter(
      ({ isParser, changesLine }) => !(isParser && !changesLine && needed?.size === 0),
    )
    const firstWithLabels = used.findIndex(({ touchesLabels }) => touchesLabels)
    const split = firstWithLabels === -1 ? used.length : firstWithLabels
    const functions = used.map((stage) => stage.compile(needed))
    this.touchesLabels = firstWithLabels !== -1
    this.#before = functions.slice(0, split)
    this.#after = functions.slice(split)
    this.#labels = labels
  }

  /** The line that comes out, or undefined if the entry is dropped. Labels are in `EntryLabels` then. */
  run(
    line: string,
    ns: bigint,
    stream: LabelSet,
    metadata: Metadata | undefined,
  ): string | undefined {
    let result = line
    for (const stage of this.#before) {
      const next = stage(result, this.#labels, ns)
      if (next === undefined) return undefined
      result = next
    }
    this.#labels.reset(stream, metadata)
    for (const stage of this.#after) {
      const next = stage(result, this.#labels, ns)
      if (next === undefined) return undefined
      result = next
    }
    return result
  }
}

/** What is read by the stages and asked for by a grouping. */
export function neededLabels(
  stages: readonly Stage[],
  asked: readonly string[],
): ReadonlySet<string> {
  return new Set([...asked, ...stages.flatMap(({ reads }) => reads)])
}
