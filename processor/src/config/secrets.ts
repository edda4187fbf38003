/** Keys whose values must not be shown. */
export function isSecretKey(key: string): boolean {
  return /^(?:token|password|secret|apiKey|authorization|cookie)$/i.test(key)
}

/** A copy with secrets replaced, also names and passwords inside addresses and the values of free headers. */
export function maskSecrets(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        key === 'headers' && typeof child === 'string' ? '***' : maskSecrets(child, name),
      ]),
    )
  if (typeof value !== 'string') return value
  if (isSecretKey(key)) return '***'
  return value.replace(/^(https?:\/\/)[^/?#]*@/i, '$1***@')
}
