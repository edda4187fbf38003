/** Puts addresses in the order of their numbers, IPv4 first; what is no address comes last, by its text. */
export function compareAddresses(a: string, b: string): number {
  const first = sortKey(a)
  const second = sortKey(b)
  return first < second ? -1 : first > second ? 1 : 0
}

function sortKey(text: string): string {
  const four = text.split('.')
  if (four.length === 4 && four.every((part) => /^\d{1,3}$/.test(part))) {
    return `4${four.map((part) => part.padStart(3, '0')).join('')}`
  }
  if (!/^[0-9a-f:]{2,39}$/i.test(text)) return `9${text}`
  const [head = '', tail] = text.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  return `6${groups.map((group) => group.padStart(4, '0')).join('')}`
}
