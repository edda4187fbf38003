import { z } from 'zod'
import { duration } from './values.ts'

/** The configuration's keys as a plain tree, read off the schema: for environment variables, suggestions and printing. */
export type KeyNode =
  | { readonly kind: 'object'; readonly keys: ReadonlyMap<string, KeyNode> }
  /** One of several objects, told apart by `type`. */
  | { readonly kind: 'choice'; readonly options: ReadonlyMap<string, KeyNode> }
  | { readonly kind: 'list'; readonly item: KeyNode }
  /** Free keys, as in headers. */
  | { readonly kind: 'record'; readonly item: KeyNode }
  | { readonly kind: 'duration' }
  | { readonly kind: 'text' }
  /** Numbers, booleans and anything else that YAML has to read. */
  | { readonly kind: 'value' }

export function keyTree(schema: unknown): KeyNode {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return keyTree(schema.unwrap())
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return keyTree(schema.unwrap())
  if (schema instanceof z.ZodPipe) {
    // `describe` copies a schema but keeps its parts, so a duration is known by its transform.
    if (schema.def.out === duration.def.out) return { kind: 'duration' }
    return keyTree(schema.def.in)
  }
  if (schema instanceof z.ZodObject)
    return {
      kind: 'object',
      keys: new Map(
        Object.entries(schema.shape as Record<string, unknown>).map(([key, child]) => [
          key,
          keyTree(child),
        ]),
      ),
    }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const options = new Map<string, KeyNode>()
    for (const option of schema.options as readonly z.ZodObject[]) {
      const type: unknown = option.shape['type']
      if (type instanceof z.ZodLiteral) options.set(String(type.value), keyTree(option))
    }
    return { kind: 'choice', options }
  }
  if (schema instanceof z.ZodArray) return { kind: 'list', item: keyTree(schema.element) }
  if (schema instanceof z.ZodTuple) return { kind: 'list', item: { kind: 'value' } }
  if (schema instanceof z.ZodRecord) return { kind: 'record', item: keyTree(schema.valueType) }
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as readonly unknown[]).map(keyTree)
    return options.find(({ kind }) => kind === 'text') ?? options[0] ?? { kind: 'value' }
  }
  if (
    schema instanceof z.ZodString ||
    schema instanceof z.ZodEnum ||
    schema instanceof z.ZodLiteral
  )
    return { kind: 'text' }
  return { kind: 'value' }
}

/** The keys that may stand at a node; of a choice, those of the given type, else those of all. */
export function keysOf(node: KeyNode, type?: unknown): ReadonlyMap<string, KeyNode> {
  if (node.kind === 'object') return node.keys
  if (node.kind !== 'choice') return new Map()
  const chosen = typeof type === 'string' ? node.options.get(type) : undefined
  if (chosen !== undefined) return keysOf(chosen)
  const all = new Map<string, KeyNode>()
  for (const option of node.options.values())
    for (const [key, child] of keysOf(option)) if (!all.has(key)) all.set(key, child)
  return all
}

/** The node one step below: a key, an index, or undefined if there can be none. */
export function childOf(node: KeyNode, key: string | number, type?: unknown): KeyNode | undefined {
  if (node.kind === 'list') return /^\d+$/.test(String(key)) ? node.item : undefined
  if (node.kind === 'record') return node.item
  return keysOf(node, type).get(String(key))
}
