/** One spelling of an address for both. */
export function canonical(address: string): string {
  if (!address.includes(':')) return address
  const groups = address
    .toLowerCase()
    .split(':')
    .map((group) => group.replace(/^0+(?=.)/, ''))
  const text = groups.join(':')
  if (text.includes('::')) return text
  let best = { at: -1, length: 1 }
  for (let i = 0; i < groups.length; i++) {
    let length = 0
    while (groups[i + length] === '0') length++
    if (length > best.length) best = { at: i, length }
  }
  if (best.at < 0) return text
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`
}
