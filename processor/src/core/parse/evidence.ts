import { BLANK, EQUALS, skipBlanks, skipWord } from './bytes.ts'
import { A_ARP, A_MACPROTO, A_NONE, KEYS, KeyTable, WORDS } from './keys.ts'

/** Keys whose presence tells a damaged packet line from other text; the first two occur in frames without IP too. */
const EVIDENCE = new KeyTable(
  [
    'IN',
    'OUT',
    'SRC',
    'DST',
    'LEN',
    'TTL',
    'PROTO',
    'SPT',
    'DPT',
    'ID',
    'WINDOW',
    'HOPLIMIT',
    'URGP',
  ].map((word, i) => [word, i + 1]),
)
const OUT_BIT = 1 << 1

/** Two or more distinct netfilter keys at word boundaries, and no sign of a frame without IP. For odd lines only. */
export function looksLikePacket(b: Uint8Array, from: number, end: number): boolean {
  let found = 0
  let isLinkLayer = false
  for (let p = skipBlanks(b, from, end); p < end; p = skipBlanks(b, skipWord(b, p, end), end)) {
    const start = p
    let key = 0
    let letter = b[p]!
    while (p < end && letter >= 65 && letter <= 90) {
      key = (key << 5) | (letter & 31)
      letter = b[++p]!
    }
    const length = p - start
    if (length === 0) continue
    if (letter === EQUALS && p < end) {
      const action = EVIDENCE.action(key, length)
      if (action !== A_NONE) found |= 1 << (action - 1)
      if (KEYS.action(key, length) === A_MACPROTO) isLinkLayer = true
    } else if ((letter <= BLANK || p >= end) && WORDS.action(key, length) === A_ARP) {
      isLinkLayer = true
    }
  }
  if (isLinkLayer && found <= (OUT_BIT | 1)) return false
  return (found & (found - 1)) !== 0
}
