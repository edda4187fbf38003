import {
  R_DPT,
  R_ICMP_CODE,
  R_ICMP_TYPE,
  R_SPT,
  R_TOS,
  R_TTL,
  R_URGP,
  R_WINDOW,
  ROW,
} from '../row.ts'

/** What a key or word of the netfilter part means to the loop. Below ROW: a number that goes into that slot of the row. */
export const A_NONE = 0
/** Numbers whose meaning depends on what stood before. */
export const A_LEN = ROW
export const A_ID = ROW + 1
export const A_SEQ = ROW + 2
export const A_ACK = ROW + 3
/** From here on no numbers. */
export const A_SRC = ROW + 4
export const A_DST = ROW + 5
export const A_SKIP = ROW + 6
export const A_MAC = ROW + 7
export const A_IN = ROW + 8
export const A_OUT = ROW + 9
export const A_PHYSIN = ROW + 10
export const A_PHYSOUT = ROW + 11
export const A_PROTO = ROW + 12
export const A_TOS = ROW + 13
export const A_MACPROTO = ROW + 14

// Words without a value.
export const A_DF = 1
export const A_MF = 2
export const A_OPT = 3
export const A_INCOMPLETE = 4
export const A_ARP = 5
export const A_KNOWN = 6
/** TCP flags: A_FLAG + number of the bit. */
export const A_FLAG = 32

/** Letters folded into one int, five bits each; of more than six the first fall out, so lengths are compared too. */
export function fold(word: string): number {
  let key = 0
  for (let i = 0; i < word.length; i++) key = (key << 5) | (word.charCodeAt(i) & 31)
  return key
}

/** Folded words to actions: a small open-addressing table, a probe or two a word. */
export class KeyTable {
  readonly #keys = new Int32Array(256)
  readonly #actions = new Uint8Array(256)
  readonly #lengths = new Uint8Array(256)

  constructor(entries: readonly (readonly [string, number])[]) {
    for (const [word, action] of entries) {
      let slot = slotOf(fold(word))
      while (this.#keys[slot] !== 0) slot = (slot + 1) & 255
      this.#keys[slot] = fold(word)
      this.#actions[slot] = action
      this.#lengths[slot] = word.length
    }
  }

  /** The action of a folded word of `length` letters, A_NONE if it is unknown. */
  action(key: number, length: number): number {
    for (let slot = slotOf(key); ; slot = (slot + 1) & 255) {
      const known = this.#keys[slot]!
      if (known === key) return this.#lengths[slot] === length ? this.#actions[slot]! : A_NONE
      if (known === 0) return A_NONE
    }
  }
}

function slotOf(key: number): number {
  return Math.imul(key, 0x9e37_79b1) >>> 24
}

/** `KEY=value` */
export const KEYS = new KeyTable([
  ['IN', A_IN],
  ['OUT', A_OUT],
  ['PHYSIN', A_PHYSIN],
  ['PHYSOUT', A_PHYSOUT],
  ['SRC', A_SRC],
  ['DST', A_DST],
  ['LEN', A_LEN],
  ['TOS', A_TOS],
  // Hexadecimal in IPv4's TOS, decimal in IPv6's TC.
  ['TC', R_TOS],
  ['TTL', R_TTL],
  ['HOPLIMIT', R_TTL],
  ['ID', A_ID],
  ['PROTO', A_PROTO],
  ['SPT', R_SPT],
  ['DPT', R_DPT],
  ['WINDOW', R_WINDOW],
  ['URGP', R_URGP],
  ['TYPE', R_ICMP_TYPE],
  ['CODE', R_ICMP_CODE],
  ['SEQ', A_SEQ],
  ['ACK', A_ACK],
  ['MAC', A_MAC],
  ['MACSRC', A_SKIP],
  ['MACDST', A_SKIP],
  ['MACPROTO', A_MACPROTO],
  ['VPROTO', A_SKIP],
  ['VID', A_SKIP],
  ['PREC', A_SKIP],
  ['RES', A_SKIP],
  ['FLOWLBL', A_SKIP],
  ['MARK', A_SKIP],
  ['SPI', A_SKIP],
])

/** Words that stand alone. */
export const WORDS = new KeyTable([
  ['DF', A_DF],
  ['MF', A_MF],
  ['CE', A_KNOWN],
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
])
