import type { Metadata } from '../entry.ts'
import { labelKey, type LabelSet } from '../label-set.ts'

export type Category = 'stream' | 'metadata' | 'parsed'
export const ERROR = '__error__'
export const ERROR_DETAILS = '__error_details__'

/**
 * The labels of the entry that runs through a pipeline: those of its stream, its structured metadata and
 * what parsers found. One object serves all entries of a query, one after the other.
 */
export class EntryLabels {
  #stream: LabelSet = { pairs: [], map: new Map(), key: '' }
  readonly #removed = new Set<string>()
  readonly #renamed = new Map<string, string>()
  readonly #metadata = new Map<string, string>()
  readonly #parsed = new Map<string, string>()
  #error = ''
  #details = ''

  reset(stream: LabelSet, metadata: Metadata | undefined): void {
    this.#stream = stream
    if (this.#removed.size > 0) this.#removed.clear()
    if (this.#renamed.size > 0) this.#renamed.clear()
    if (this.#metadata.size > 0) this.#metadata.clear()
    if (this.#parsed.size > 0) this.#parsed.clear()
    this.#error = ''
    this.#details = ''
    if (metadata === undefined) return
    for (let i = 0; i < metadata.length; i += 2) this.#metadata.set(metadata[i]!, metadata[i + 1]!)
  }

  get error(): string {
    return this.#error
  }

  setError(error: string, details = ''): void {
    this.#error = error
    this.#details = details
  }

  /** Nothing but the labels of the stream. */
  get isPlain(): boolean {
    return (
      this.#metadata.size === 0 &&
      this.#parsed.size === 0 &&
      this.#error === '' &&
      this.#removed.size === 0 &&
      this.#renamed.size === 0
    )
  }

  get(name: string): string | undefined {
    if (name === ERROR) return this.#error === '' ? undefined : this.#error
    if (name === ERROR_DETAILS) return this.#details === '' ? undefined : this.#details
    return (
      this.#parsed.get(name) ??
      this.#metadata.get(name) ??
      this.#renamed.get(name) ??
      (this.#removed.has(name) ? undefined : this.#stream.map.get(name))
    )
  }

  categoryOf(name: string): Category | undefined {
    if (this.#parsed.has(name)) return 'parsed'
    if (this.#metadata.has(name)) return 'metadata'
    return this.get(name) === undefined ? undefined : 'stream'
  }

  /** The stream as pushed has this label: what a parser finds is then called `NAME_extracted`. */
  inStream(name: string): boolean {
    return this.#stream.map.has(name)
  }

  /** What a parser found. It hides metadata of the same name. */
  setParsed(name: string, value: string): void {
    const key = this.#stream.map.has(name) ? `${name}_extracted` : name
    if (this.#metadata.size > 0) this.#metadata.delete(key)
    this.#parsed.set(key, value)
  }

  /** Sets exactly this name, as `label_format` does. */
  set(category: Category, name: string, value: string): void {
    this.remove(name)
    if (category === 'parsed') this.#parsed.set(name, value)
    else if (category === 'metadata') this.#metadata.set(name, value)
    else this.#renamed.set(name, value)
  }

  remove(name: string): void {
    if (name === ERROR) this.#error = ''
    if (name === ERROR_DETAILS) this.#details = ''
    this.#parsed.delete(name)
    this.#metadata.delete(name)
    this.#renamed.delete(name)
    if (this.#stream.map.has(name)) this.#removed.add(name)
  }

  names(): string[] {
    return [...this.streamPairs(), ...this.#metadata, ...this.parsedPairs()].map(([name]) => name)
  }

  streamPairs(): (readonly [string, string])[] {
    if (this.#removed.size === 0 && this.#renamed.size === 0) return [...this.#stream.pairs]
    return [
      ...this.#stream.pairs.filter(([name]) => !this.#removed.has(name)),
      ...this.#renamed,
    ].sort(byName)
  }

  metadataPairs(): (readonly [string, string])[] {
    return [...this.#metadata].sort(byName)
  }

  parsedPairs(): (readonly [string, string])[] {
    const pairs: (readonly [string, string])[] = [...this.#parsed]
    if (this.#error !== '') pairs.push([ERROR, this.#error])
    if (this.#details !== '') pairs.push([ERROR_DETAILS, this.#details])
    return pairs.sort(byName)
  }

  /** All of them as one set; what is more special hides what is less. */
  all(): Map<string, string> {
    return new Map([...this.streamPairs(), ...this.metadataPairs(), ...this.parsedPairs()])
  }

  streamKey(): string {
    return this.#removed.size === 0 && this.#renamed.size === 0
      ? this.#stream.key
      : labelKey(this.streamPairs())
  }
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
