import { ipv4At, parseAddress } from '../address.ts'
import {
  F_DF,
  F_EMBEDDED,
  F_FRAGMENT,
  F_INCOMPLETE,
  F_IPV6,
  F_MANY_OPTIONS,
  F_MF,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_UNKNOWN,
  R_ACK,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_IN,
  R_IPID,
  R_IP_OPT,
  R_IP_OPT_END,
  R_LENGTH,
  R_OUT,
  R_PAYLOAD,
  R_PHYSIN,
  R_PHYSOUT,
  R_PROTO,
  R_SEEN,
  R_SEQ,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  R_TOS,
  SEEN_ACK,
  SEEN_ICMP_ID,
  SEEN_IP_OPT,
  SEEN_SEQ,
  SEEN_TCP_OPT,
} from '../row.ts'
import { bodyInWord, findBody } from './body.ts'
import {
  BLANK,
  CLOSE,
  COLON,
  EQUALS,
  OPEN,
  bytesOf,
  decimal,
  hexadecimal,
  indexOfBytes,
  isDigit,
  skipBlanks,
  skipDigits,
  skipWord,
  startsWith,
} from './bytes.ts'
import {
  SAW_DST,
  SAW_IN,
  SAW_LAST,
  SAW_ODD,
  SAW_OUT,
  SAW_SRC,
  SAW_TAIL,
  checkPacket,
} from './check.ts'
import { clearRow } from './clear-row.ts'
import { isCutName, protocolOf } from './protocol-word.ts'
import { BAD_DESTINATION, BAD_SOURCE, TRUNCATED, TWO_PACKETS } from './reasons.ts'
import { sourceBits } from './source-bits.ts'
import type { Interned } from './intern.ts'
import * as K from './keys.ts'

const FRAG = K.fold('FRAG')
const ID = K.fold('ID')
const FRAG_COLON = bytesOf('FRAG:')
const SRC_EQUALS = bytesOf('[SRC=')
const MOST = 0x7fff_ffff
/** So many options make Topera's mark. */
const MANY_OPTIONS = 7

/**
 * The part of a line from `IN=` on. One loop over its words; two tables say what a word means. What is unknown is
 * passed over, the first of two equal keys counts (but a second address means that two lines were glued together).
 *
 * The byte behind the part must be a blank, a line break or any other below 0x20: words end there.
 */
export class Netfilter {
  /** Where the body began in the end: a later `IN=` before SRC moves it. */
  body = 0
  readonly #interned: Interned
  #saw = 0
  /** `OPT (…)` before PROTO= so far. */
  #options = 0
  // Interfaces of the line before: they rarely change.
  #in = 0
  #out = 0
  #physIn = 0
  #physOut = 0

  constructor(interned: Interned) {
    this.#interned = interned
  }

  /** Where the netfilter part begins in `b[from..end)`, -1 if nowhere. */
  find(b: Uint8Array, from: number, end: number): number {
    return findBody(b, from, end)
  }

  /** Reads the body into the row at `o`, which must be clear; returns OK or a reason. */
  read(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): number {
    this.body = from
    this.#saw = 0
    this.#options = 0
    let p = from
    while (p < end) {
      const c = b[p]!
      if (c <= BLANK) {
        p++
        continue
      }
      let q = p
      let key = 0
      let letter = c
      while (letter >= 65 && letter <= 90) {
        key = (key << 5) | (letter & 31)
        letter = b[++q]!
      }
      if (letter === EQUALS) p = this.#keyed(b, p, q + 1, K.KEYS.action(key, q - p), end, rows, o)
      else if (letter <= BLANK) p = this.#bare(b, q, K.WORDS.action(key, q - p), end, rows, o)
      else p = this.#odd(b, p, q, key, end, rows, o)
      // A reason comes back as a negative position.
      if (p < 0) return -p
    }
    return checkPacket(rows, o, this.#saw)
  }

  /** `KEY=value`: returns where to go on, or minus the reason. */
  #keyed(
    b: Uint8Array,
    start: number,
    value: number,
    action: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    if (action < K.A_SRC)
      return action === K.A_NONE
        ? this.#unknown(b, start, end)
        : this.#number(b, value, action, end, rows, o)
    if (action <= K.A_DST) return this.#address(b, value, action, end, rows, o)
    if (action === K.A_MAC) return skipMac(b, value, end)
    if (action === K.A_SKIP) return skipWord(b, value, end)
    return this.#text(b, start, value, action, end, rows, o)
  }

  #number(
    b: Uint8Array,
    value: number,
    action: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    let n = 0
    let p = value
    for (let digit = b[p]! - 48; digit >= 0 && digit <= 9; digit = b[++p]! - 48) {
      if (p - value === 9) return this.#longNumber(b, value, action, end, rows, o)
      n = n * 10 + digit
    }
    // Nothing, or digits with something behind them: as if the key were not there.
    if (b[p]! > BLANK) return skipWord(b, p, end)
    if (p > value) this.#put(action, n, rows, o)
    if (p >= end && (action === R_DPT || action === R_SPT)) this.#saw |= SAW_LAST
    return p
  }

  /** Ten digits and more: sequence numbers have all of 32 bits, everything else stops at 31. */
  #longNumber(
    b: Uint8Array,
    value: number,
    action: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const n = decimal(b, value, end)
    const p = skipDigits(b, value, end)
    if (b[p]! > BLANK) return skipWord(b, p, end)
    const isSequence = action === K.A_SEQ || action === K.A_ACK
    this.#put(action, isSequence ? n | 0 : Math.min(n, MOST), rows, o)
    return p
  }

  #put(action: number, n: number, rows: Int32Array, o: number): void {
    if (action < K.A_LEN) {
      if (rows[o + action] === -1) rows[o + action] = n
      return
    }
    const proto = rows[o + R_PROTO]!
    if (action === K.A_LEN) {
      if (proto !== -1) this.#saw |= SAW_TAIL
      if (rows[o + R_LENGTH] === -1) rows[o + R_LENGTH] = n
      else if (proto !== -1 && rows[o + R_PAYLOAD] === -1) rows[o + R_PAYLOAD] = n
    } else if (action === K.A_ID) {
      if (proto === -1) {
        if (rows[o + R_IPID] === -1) rows[o + R_IPID] = n
      } else if (rows[o + R_ICMP_ID] === -1) {
        rows[o + R_ICMP_ID] = n
        rows[o + R_SEEN]! |= SEEN_ICMP_ID
      }
    } else if (action === K.A_ACK) {
      if ((rows[o + R_SEEN]! & SEEN_ACK) !== 0) return
      rows[o + R_ACK] = n
      rows[o + R_SEEN]! |= SEEN_ACK
    } else if (proto === PROTO_ICMP || proto === PROTO_ICMPV6) {
      if (rows[o + R_ICMP_SEQ] === -1) rows[o + R_ICMP_SEQ] = n
    } else if ((rows[o + R_SEEN]! & SEEN_SEQ) === 0) {
      rows[o + R_SEQ] = n
      rows[o + R_SEEN]! |= SEEN_SEQ
    }
  }

  #address(
    b: Uint8Array,
    value: number,
    action: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const isSource = action === K.A_SRC
    const seen = isSource ? SAW_SRC : SAW_DST
    if ((this.#saw & seen) !== 0) return -TWO_PACKETS
    this.#saw |= seen
    const at = o + (isSource ? R_SRC : R_DST)
    const after = ipv4At(b, value, rows, at)
    if (after > 0) return after
    const to = skipWord(b, value, end)
    if (!parseAddress(b, value, to, rows, at)) return isSource ? -BAD_SOURCE : -BAD_DESTINATION
    if (isSource) rows[o + R_FLAGS]! |= sourceBits(b, value, to, rows, o)
    return to
  }

  #text(
    b: Uint8Array,
    start: number,
    value: number,
    action: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const to = skipWord(b, value, end)
    switch (action) {
      case K.A_IN:
        return this.#input(b, start, value, to, rows, o)
      case K.A_OUT:
        if ((this.#saw & SAW_OUT) === 0 && to > value)
          this.#out = rows[o + R_OUT] = this.#interned.idNear(this.#out, b, value, to)
        this.#saw |= SAW_OUT
        return to
      case K.A_PHYSIN:
        if (rows[o + R_PHYSIN] === 0)
          this.#physIn = rows[o + R_PHYSIN] = this.#interned.idNear(this.#physIn, b, value, to)
        return to
      case K.A_PHYSOUT:
        if (rows[o + R_PHYSOUT] === 0)
          this.#physOut = rows[o + R_PHYSOUT] = this.#interned.idNear(this.#physOut, b, value, to)
        return to
      case K.A_PROTO:
        if (rows[o + R_PROTO] !== -1) return to
        rows[o + R_PROTO] = protocolOf(b, value, to)
        return to === end && this.#isCut(b, value, to, rows, o) ? -TRUNCATED : to
      case K.A_TOS:
        if (rows[o + R_TOS] === -1) rows[o + R_TOS] = hexadecimal(b, value, to)
        return to
      default:
        return to
    }
  }

  /** The protocol's name, last in the line, is the beginning of one: `UD`, or ICMPv6's `ICMP` (by name the kernel says v6). */
  #isCut(b: Uint8Array, value: number, to: number, rows: Int32Array, o: number): boolean {
    const proto = rows[o + R_PROTO]!
    if (isDigit(b[value]!)) return false
    const isIpv6 = (rows[o + R_FLAGS]! & F_IPV6) !== 0
    return proto === PROTO_ICMP ? isIpv6 : proto === PROTO_UNKNOWN && isCutName(b, value, to)
  }

  #input(
    b: Uint8Array,
    start: number,
    value: number,
    to: number,
    rows: Int32Array,
    o: number,
  ): number {
    if ((this.#saw & SAW_IN) !== 0) {
      // Behind SRC= it is the next line, if words of a header stand between.
      if ((this.#saw & SAW_SRC) !== 0) return (this.#saw & SAW_ODD) !== 0 ? -TWO_PACKETS : to
      // What stood before was part of the prefix: `IN=x OUT=y IN=eth0 OUT=`.
      this.body = start
      this.#saw = 0
      clearRow(rows, o)
    }
    this.#saw |= SAW_IN
    if (to > value) this.#in = rows[o + R_IN] = this.#interned.idNear(this.#in, b, value, to)
    return to
  }

  /** A word without a value; returns where to go on. */
  #bare(
    b: Uint8Array,
    p: number,
    action: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    if (action >= K.A_FLAG) rows[o + R_TCP]! |= 1 << (action - K.A_FLAG)
    else if (action === K.A_DF) rows[o + R_FLAGS]! |= F_DF
    else if (action === K.A_MF) rows[o + R_FLAGS]! |= F_MF
    else if (action === K.A_INCOMPLETE) rows[o + R_FLAGS]! |= F_INCOMPLETE
    else if (action === K.A_OPT) return this.#option(b, p, end, rows, o)
    else if (action === K.A_NONE) this.#saw |= SAW_ODD
    return p
  }

  /** `OPT (020405B4)`: IP options before PROTO=, TCP options behind. */
  #option(b: Uint8Array, p: number, end: number, rows: Int32Array, o: number): number {
    const open = skipBlanks(b, p, end)
    if (b[open] !== 40 || open >= end) return p
    let close = open + 1
    while (close < end && b[close] !== 41) close++
    if (close === end) return close
    const isTcp = rows[o + R_PROTO] !== -1
    if (!isTcp && ++this.#options === MANY_OPTIONS) rows[o + R_FLAGS]! |= F_MANY_OPTIONS
    // IPv6: `OPT ( FRAG:64 ID:0000beef )`
    const fragment = isTcp ? -1 : indexOfBytes(b, FRAG_COLON, open, close)
    if (fragment >= 0 && decimal(b, fragment + 5, close) > 0) rows[o + R_FLAGS]! |= F_FRAGMENT
    rows[o + (isTcp ? R_TCP_OPT : R_IP_OPT)] = open + 1
    rows[o + (isTcp ? R_TCP_OPT_END : R_IP_OPT_END)] = close
    rows[o + R_SEEN]! |= isTcp ? SEEN_TCP_OPT : SEEN_IP_OPT
    return close + 1
  }

  /** Neither `KEY=` nor `WORD`; letters up to q were folded into `key`. Returns where to go on. */
  #odd(
    b: Uint8Array,
    p: number,
    q: number,
    key: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    if (b[p] === OPEN) return this.#brackets(b, p, end, rows, o)
    if (b[q] === COLON && q > p) {
      if (key === FRAG) {
        if (decimal(b, q + 1, end) > 0) rows[o + R_FLAGS]! |= F_FRAGMENT
        return skipWord(b, q, end)
      }
      // IPv6: `FRAG:0 INCOMPLETE ID:0000beef`, where INCOMPLETE says that more fragments follow.
      if (key === ID && rows[o + R_PROTO] === -1) {
        if ((rows[o + R_FLAGS]! & F_INCOMPLETE) !== 0) rows[o + R_FLAGS]! ^= F_INCOMPLETE | F_MF
        return skipWord(b, q, end)
      }
    }
    if (!isDigit(b[p]!)) this.#saw |= SAW_ODD
    return this.#unknown(b, p, end)
  }

  /** Passes over a word, unless the body begins in it after all: `IN=x OUT=y DROP:IN=eth0 OUT=`. */
  #unknown(b: Uint8Array, p: number, end: number): number {
    const to = skipWord(b, p, end)
    if ((this.#saw & SAW_SRC) !== 0) return to
    const body = bodyInWord(b, p, to, end)
    return body < 0 ? to : body
  }

  /** `[SRC=… ]` quotes the packet that an ICMP error answers: not ours. `[20 bytes]` belongs to INCOMPLETE. */
  #brackets(b: Uint8Array, p: number, end: number, rows: Int32Array, o: number): number {
    if (startsWith(b, p, end, SRC_EQUALS)) rows[o + R_FLAGS]! |= F_EMBEDDED
    let depth = 0
    for (let q = p; q < end; q++) {
      if (b[q] === OPEN) depth++
      else if (b[q] === CLOSE && --depth === 0) return q + 1
    }
    return end
  }
}

/** Fourteen octets with their colons, in one step; any other MAC= by its bytes. */
function skipMac(b: Uint8Array, value: number, end: number): number {
  const to = value + 41
  if (
    to < end &&
    b[to] === BLANK &&
    b[value + 2] === COLON &&
    b[value + 8] === COLON &&
    b[value + 14] === COLON &&
    b[value + 20] === COLON &&
    b[value + 26] === COLON &&
    b[value + 32] === COLON &&
    b[value + 38] === COLON
  )
    return to
  return skipWord(b, value, end)
}
