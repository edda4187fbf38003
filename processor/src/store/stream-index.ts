import type { LabelSet } from './label-set.ts'
import { Stream } from './stream.ts'

/** One condition on the labels of a stream. An absent label is the empty text. */
export interface StreamMatcher {
  readonly name: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
  readonly matches: (value: string) => boolean
}

/** All streams, and which of them have a label value. */
export class StreamIndex {
  readonly #streams = new Map<string, Stream>()
  readonly #byLabel = new Map<string, Map<string, Set<Stream>>>()

  get size(): number {
    return this.#streams.size
  }

  all(): Iterable<Stream> {
    return this.#streams.values()
  }

  get(labels: LabelSet): Stream | undefined {
    return this.#streams.get(labels.key)
  }

  getOrAdd(labels: LabelSet): Stream {
    const known = this.#streams.get(labels.key)
    if (known !== undefined) return known
    const stream = new Stream(labels)
    this.#streams.set(labels.key, stream)
    for (const [name, value] of labels.pairs) {
      const values = this.#byLabel.get(name) ?? new Map<string, Set<Stream>>()
      this.#byLabel.set(name, values)
      values.set(value, (values.get(value) ?? new Set()).add(stream))
    }
    return stream
  }

  remove(stream: Stream): void {
    this.#streams.delete(stream.labels.key)
    for (const [name, value] of stream.labels.pairs) {
      const values = this.#byLabel.get(name)
      const streams = values?.get(value)
      streams?.delete(stream)
      if (streams?.size === 0) values?.delete(value)
      if (values?.size === 0) this.#byLabel.delete(name)
    }
  }

  select(matchers: readonly StreamMatcher[]): Stream[] {
    let candidates: Iterable<Stream> = this.#streams.values()
    let fewest = Number.POSITIVE_INFINITY
    for (const { name, operator, value } of matchers) {
      if (operator !== '=' || value === '') continue
      const streams = this.#byLabel.get(name)?.get(value)
      if (streams === undefined) return []
      if (streams.size < fewest) [candidates, fewest] = [streams, streams.size]
    }
    return [...candidates].filter((stream) => matchesLabels(stream.labels, matchers))
  }
}

export function matchesLabels(labels: LabelSet, matchers: readonly StreamMatcher[]): boolean {
  return matchers.every(({ name, matches }) => matches(labels.map.get(name) ?? ''))
}
