import type { Tree } from './overlay.ts'

/**
 * Gives every input and sink of an unvalidated tree a name: its own, else its type, made unique (`loki`, `loki-2`).
 * `http.push` is short for an input of type push, so whoever builds the inputs looks at `sources` only.
 */
export function fillNames(tree: Tree): void {
  const { http, sources } = tree
  if (isTree(http) && http['push'] === true && (sources === undefined || Array.isArray(sources))) {
    const list: unknown[] = (tree['sources'] = [...((sources as unknown[] | undefined) ?? [])])
    if (!list.some((source) => isTree(source) && source['type'] === 'push'))
      list.push({ type: 'push' })
  }
  for (const list of ['sources', 'sinks'])
    if (Array.isArray(tree[list])) tree[list] = named(tree[list])
}

function named(components: readonly unknown[]): unknown[] {
  const taken = new Set(
    components.map((component) => (isTree(component) ? component['name'] : undefined)),
  )
  return components.map((component) => {
    if (!isTree(component) || component['name'] !== undefined) return component
    const { type } = component
    if (typeof type !== 'string') return component
    let name = type
    for (let n = 2; taken.has(name); n++) name = `${type}-${n}`
    taken.add(name)
    return { name, ...component }
  })
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
