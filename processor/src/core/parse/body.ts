import { BLANK, EQUALS, skipBlanks, skipWord } from './bytes.ts'
import { A_ARP, A_NONE, KEYS, WORDS } from './keys.ts'

/**
 * Where the netfilter part begins in `b[from..end)`: its `IN=`, which may be glued to the prefix, or `OUT=` where Proxmox
 * leaves an empty IN= out; -1 if nowhere. A key of netfilter must follow the value.
 */
export function findBody(b: Uint8Array, from: number, end: number): number {
  for (let p = from; p < end; p++) {
    const c = b[p]!
    if (c === 73) {
      if (!isInput(b, from, p)) continue
      const to = skipWord(b, p + 3, end)
      if (followedByKey(b, p + 3, to, end)) return p
      // Whatever else stands in this word has the same word behind it.
      p = to
    } else if (c === 79) {
      if (b[p + 1] !== 85 || b[p + 2] !== 84 || b[p + 3] !== EQUALS || b[p + 4]! <= BLANK) continue
      if (p > from && b[p - 1]! > BLANK) continue
      const to = skipWord(b, p + 4, end)
      if (followedByKey(b, p + 4, to, end)) return p
      p = to
    }
  }
  return -1
}

/** Where the body begins inside the word `b[from..to)` (not at its first byte, and not behind a capital), -1 if nowhere. */
export function bodyInWord(b: Uint8Array, from: number, to: number, end: number): number {
  for (let p = from + 1; p < to; p++) {
    const before = b[p - 1]!
    if (b[p] === 73 && !(before >= 65 && before <= 90) && isInput(b, from, p))
      return followedByKey(b, p + 3, to, end) ? p : -1
  }
  return -1
}

/** `IN=` stands at p, and not as the end of `PHYSIN=`. */
function isInput(b: Uint8Array, from: number, p: number): boolean {
  if (b[p + 1] !== 78 || b[p + 2] !== EQUALS) return false
  return p - 4 < from || b[p - 1] !== 83 || b[p - 2] !== 89 || b[p - 3] !== 72 || b[p - 4] !== 80
}

/** Behind the value `b[value..to)` stands a netfilter key, or the line ends. */
function followedByKey(b: Uint8Array, value: number, to: number, end: number): boolean {
  const start = skipBlanks(b, to, end)
  if (start >= end) return to > value
  let q = start
  let key = 0
  let letter = b[q]!
  while (letter >= 65 && letter <= 90) {
    key = (key << 5) | (letter & 31)
    letter = b[++q]!
  }
  if (letter === EQUALS) return KEYS.action(key, q - start) !== A_NONE
  return letter <= BLANK && WORDS.action(key, q - start) === A_ARP
}
