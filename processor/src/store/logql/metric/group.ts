import { labelKey, labelSet, type LabelSet } from '../../label-set.ts'
import type { Grouping } from '../ast.ts'
import type { EntryLabels } from '../entry-labels.ts'

/** The labels of the series that an entry or another series belongs to; undefined grouping keeps all. */
export class Grouper {
  readonly #grouping: Grouping | undefined
  readonly #names: ReadonlySet<string>
  readonly #sorted: readonly string[]

  constructor(grouping: Grouping | undefined, removed: readonly string[] = []) {
    this.#grouping =
      grouping === undefined && removed.length > 0 ? { without: true, labels: [] } : grouping
    const isBy = grouping !== undefined && !grouping.without
    this.#names = new Set([...(grouping?.labels ?? []), ...(isBy ? [] : removed)])
    this.#sorted = [...this.#names].sort()
  }

  get isBy(): boolean {
    return this.#grouping !== undefined && !this.#grouping.without
  }

  ofSeries(labels: LabelSet): LabelSet {
    if (this.#grouping === undefined) return labels
    return labelSet(labels.pairs.filter(([name]) => this.#names.has(name) === this.isBy))
  }

  /** Text that is the same for entries of one series. */
  keyOf(labels: EntryLabels): string {
    if (this.isBy) {
      let key = ''
      for (const name of this.#sorted) {
        const value = labels.get(name)
        if (value !== undefined && value !== '') key += `${name}=${value.length}:${value},`
      }
      return key
    }
    if (this.#grouping === undefined && labels.isPlain) return labels.streamKey()
    return labelKey(this.#pairsOf(labels))
  }

  setOf(labels: EntryLabels): LabelSet {
    return labelSet(this.#pairsOf(labels))
  }

  #pairsOf(labels: EntryLabels): (readonly [string, string])[] {
    if (this.isBy) return this.#sorted.map((name) => [name, labels.get(name) ?? ''] as const)
    const all = [...labels.all()].filter(([name, value]) => value !== '' && !this.#names.has(name))
    return all.sort(([a], [b]) => (a < b ? -1 : 1))
  }
}
