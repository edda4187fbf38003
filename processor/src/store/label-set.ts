/** Labels of a stream or a series, sorted by name, with one key for each distinct set. */
export interface LabelSet {
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly map: ReadonlyMap<string, string>
  readonly key: string
}

/** Sorts; leaves out empty values, which are no labels. */
export function labelSet(labels: Iterable<readonly [string, string]>): LabelSet {
  const map = new Map<string, string>()
  const pairs = [...labels]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  for (const [name, value] of pairs) map.set(name, value)
  return { pairs, map, key: labelKey(pairs) }
}

/** Lengths stand before the texts, so that no value can look like the end of another. */
export function labelKey(pairs: Iterable<readonly [string, string]>): string {
  let key = ''
  for (const [name, value] of pairs) key += `${name}=${value.length}:${value},`
  return key
}

export function labelObject(labels: Iterable<readonly [string, string]>): Record<string, string> {
  return Object.fromEntries(labels)
}

/** `{a="1", b="2"}`, as Loki prints a stream in its messages. */
export function labelText(labels: LabelSet): string {
  return `{${labels.pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

export const isLabelName = (name: string): boolean => NAME.test(name)

/** Other characters become `_`; a leading digit gets `prefix` in front. */
export function toLabelName(name: string, prefix: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_]/g, '_')
  return /^[0-9]/.test(clean) ? prefix + clean : clean
}
