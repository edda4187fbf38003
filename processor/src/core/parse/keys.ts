/** What a key of the netfilter part means to the loop. */
export const A_NONE = 0
export const A_IN = 1
export const A_OUT = 2
export const A_PHYSIN = 3
export const A_PHYSOUT = 4
export const A_SRC = 5
export const A_DST = 6
export const A_LEN = 7
export const A_TOS = 8
export const A_TTL = 9
export const A_ID = 10
export const A_PROTO = 11
export const A_SPT = 12
export const A_DPT = 13
export const A_WINDOW = 14
export const A_URGP = 15
export const A_TYPE = 16
export const A_CODE = 17
export const A_SEQ = 18
export const A_ACK = 19
export const A_OPT = 21
export const A_INCOMPLETE = 22
/** A flag or a bare word: 32 + bit number for TCP flags, A_DF, A_MF, A_CE. */
export const A_DF = 23
export const A_MF = 24
export const A_SKIP = 25
export const A_MACPROTO = 26
export const A_ARP = 27
export const A_FLAG = 32

/** Letters folded into one int, five bits each; the first of a long key fall out, which keeps the ones here apart. */
export function fold(word: string): number {
  let key = 0
  for (let i = 0; i < word.length; i++) key = (key << 5) | (word.charCodeAt(i) & 31)
  return key
}

const KEYED: readonly (readonly [string, number])[] = [
  ['IN', A_IN],
  ['OUT', A_OUT],
  ['PHYSIN', A_PHYSIN],
  ['PHYSOUT', A_PHYSOUT],
  ['SRC', A_SRC],
  ['DST', A_DST],
  ['LEN', A_LEN],
  ['TOS', A_TOS],
  ['TC', A_TOS],
  ['TTL', A_TTL],
  ['HOPLIMIT', A_TTL],
  ['ID', A_ID],
  ['PROTO', A_PROTO],
  ['SPT', A_SPT],
  ['DPT', A_DPT],
  ['WINDOW', A_WINDOW],
  ['URGP', A_URGP],
  ['TYPE', A_TYPE],
  ['CODE', A_CODE],
  ['SEQ', A_SEQ],
  ['ACK', A_ACK],
  ['MAC', A_SKIP],
  ['MACSRC', A_SKIP],
  ['MACDST', A_SKIP],
  ['MACPROTO', A_MACPROTO],
  ['VPROTO', A_SKIP],
  ['PREC', A_SKIP],
  ['RES', A_SKIP],
  ['FLOWLBL', A_SKIP],
  ['MARK', A_SKIP],
  ['SPI', A_SKIP],
]

const BARE: readonly (readonly [string, number])[] = [
  ['DF', A_DF],
  ['MF', A_MF],
  ['CE', A_SKIP],
  ['OPT', A_OPT],
  ['INCOMPLETE', A_INCOMPLETE],
  ['ARP', A_ARP],
  ['FIN', A_FLAG],
  ['SYN', A_FLAG + 1],
  ['RST', A_FLAG + 2],
  ['PSH', A_FLAG + 3],
  ['ACK', A_FLAG + 4],
  ['URG', A_FLAG + 5],
  ['ECE', A_FLAG + 6],
  ['CWR', A_FLAG + 7],
]

/** Folded words to actions: a small open-addressing table, a probe or two a word. */
export class KeyTable {
  readonly #keys = new Int32Array(256)
  readonly #actions = new Uint8Array(256)

  constructor(entries: readonly (readonly [string, number])[]) {
    for (const [word, action] of entries) {
      let slot = this.#slot(fold(word))
      while (this.#keys[slot] !== 0) slot = (slot + 1) & 255
      this.#keys[slot] = fold(word)
      this.#actions[slot] = action
    }
  }

  #slot(key: number): number {
    return (Math.imul(key, 0x9e37_79b1) >>> 24) & 255
  }

  action(key: number): number {
    for (let slot = this.#slot(key); ; slot = (slot + 1) & 255) {
      const known = this.#keys[slot]!
      if (known === key) return this.#actions[slot]!
      if (known === 0) return A_NONE
    }
  }
}

export const KEYS = new KeyTable(KEYED)
export const WORDS = new KeyTable(BARE)
