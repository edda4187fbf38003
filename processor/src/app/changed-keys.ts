/** Dotted paths of the values in which two configurations differ; named components by their name. */
export function changedKeys(before: unknown, after: unknown, path = ''): string[] {
  if (Object.is(before, after)) return []
  const [from, to] = [asMap(before), asMap(after)]
  if (from === undefined || to === undefined)
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path]
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) =>
    changedKeys(from.get(key), to.get(key), path === '' ? key : `${path}.${key}`),
  )
}

/** Objects by key, lists of components by name; undefined for values that are compared as a whole. */
function asMap(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const items = value as unknown[]
    if (items.length === 0 || !items.every(isNamed)) return undefined
    return new Map(items.map((item) => [item.name, item]))
  }
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined
}

function isNamed(value: unknown): value is { name: string } {
  return (
    typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
  )
}
