const SECRET_KEY = /pass(word|wd)?$|token$|secret|authorization|cookie|api[-_]?key/i
const MASKED = '[masked]'
const MAX_DEPTH = 6

/** A copy in which what looks like a secret is masked, by its key or inside a text. Errors stay as they are. */
export function mask(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  if (depth >= MAX_DEPTH) return '[…]'
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.map((item) => mask(item, depth + 1))
  if (value instanceof Date) return value.toJSON()
  if (value instanceof URL) return maskText(value.href)
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    copy[key] =
      SECRET_KEY.test(key) && inner !== undefined && inner !== '' ? MASKED : mask(inner, depth + 1)
  }
  return copy
}

/** `http://user:password@host` and `Authorization: Bearer …`, wherever they stand in a text. */
export function maskText(text: string): string {
  return text
    .replace(/(\/\/)[^\s/@]+@/g, `$1${MASKED}@`)
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${MASKED}`)
}
