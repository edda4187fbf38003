export type Json = Readonly<Record<string, unknown>>

export interface JsonLeft {
  readonly left: string
  readonly parts: readonly string[]
  readonly mask: readonly string[]
}

export function leftOf(expression: unknown): JsonLeft {
  const [kind = '', body] = Object.entries(objectOf(expression))[0] ?? []
  if (kind === '&') {
    const [inner, mask] = listOf(body)
    return { ...leftOf(inner), mask: valuesOf(mask) }
  }
  if (kind === 'concat') {
    const parts = listOf(body).map((part) => leftOf(part).left)
    return { left: parts.join(' . '), parts, mask: [] }
  }
  const value = objectOf(body)
  const words = [
    value['dir'],
    value['family'],
    value['protocol'],
    value['name'],
    value['key'],
    value['field'],
  ]
  const left =
    kind === 'fib'
      ? `fib ${listOf(value['flags']).map(String).join(' . ')} ${textOf(value['result']) ?? ''}`
      : [kind === 'payload' ? '' : kind, ...words.map(textOf)].filter(Boolean).join(' ')
  return { left, parts: [left], mask: [] }
}

/** A right side as words: a set's elements, a prefix, a range, flags. */
export function valuesOf(value: unknown, depth = 0): string[] {
  if (depth > 8) return []
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'boolean')
    return [value === true ? 'exists' : value === false ? 'missing' : String(value)]
  if (Array.isArray(value)) return value.flatMap((one) => valuesOf(one, depth + 1))
  const object = objectOf(value)
  const prefix = objectOf(object['prefix'])
  const [address] = valuesOf(prefix['addr'], depth + 1)
  if (address !== undefined) return [`${address}/${numberOf(prefix['len']) ?? ''}`]
  if (Array.isArray(object['range'])) return [object['range'].map(String).join('-')]
  for (const key of ['set', 'elem', 'val', '|', 'concat'])
    if (object[key] !== undefined) return valuesOf(object[key], depth + 1)
  return []
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
