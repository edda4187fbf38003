import { AddressSet } from './address-set.ts'
import type { InternTable } from './parse/api.ts'
import { protocolName } from './protocols.ts'
import {
  CHAIN_NAMES,
  F_CHAIN_SHIFT,
  PROTO_TCP,
  R_CHAIN_NAME,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_HOST,
  R_ICMP_CODE,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_ICMP_TYPE,
  R_IN,
  R_IPID,
  R_LENGTH,
  R_OUT,
  R_PAYLOAD,
  R_PREFIX,
  R_PROTO,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TOS,
  R_TTL,
  R_WINDOW,
} from './row.ts'
import { tcpFlagNames } from './tcp-flags.ts'

const NUMBERS: Readonly<Record<string, number>> = {
  spt: R_SPT,
  dpt: R_DPT,
  length: R_LENGTH,
  ttl: R_TTL,
  ipid: R_IPID,
  tos: R_TOS,
  window: R_WINDOW,
  icmptype: R_ICMP_TYPE,
  icmpcode: R_ICMP_CODE,
  icmpid: R_ICMP_ID,
  icmpseq: R_ICMP_SEQ,
  payloadlength: R_PAYLOAD,
}
const ADDRESSES: Readonly<Record<string, typeof R_SRC | typeof R_DST>> = { src: R_SRC, dst: R_DST }
const TEXTS = ['proto', 'flags', 'in', 'out', 'intf', 'chain', 'prefix', 'host'] as const

/** psad's names for fields (psad.md 7.3), in lower case. */
const ALIASES: Readonly<Record<string, string>> = {
  sp: 'spt',
  dp: 'dpt',
  ip_len: 'length',
  len: 'length',
  ip_id: 'ipid',
  id: 'ipid',
  hop_limit: 'ttl',
  tc: 'tos',
  win: 'window',
  itype: 'icmptype',
  type: 'icmptype',
  icode: 'icmpcode',
  code: 'icmpcode',
  icmp_id: 'icmpid',
  icmp_seq: 'icmpseq',
  seq: 'icmpseq',
  udp_len: 'payloadlength',
  log_prefix: 'prefix',
  syslog_host: 'host',
}

type Test = (rows: Int32Array, o: number) => boolean

/**
 * Packets by their fields, in psad's form: `SRC:1.2.3.4, LEN:44`, `dp:>1024`, `flags:/SYN/`, `prefix:'DROP'`, `dp:not22`. All
 * criteria must hold. Names are psad's or those of `picket parse`, in any case.
 */
export class PacketFilter {
  readonly #tests: readonly Test[]
  readonly #interned: InternTable

  /** Throws RangeError that names the criterion and what was expected. */
  constructor(text: string, interned: InternTable) {
    this.#interned = interned
    this.#tests = criteriaOf(text).map(({ name, value }) => this.#testOf(name, value))
  }

  holds(rows: Int32Array, o: number): boolean {
    for (const test of this.#tests) if (!test(rows, o)) return false
    return true
  }

  #testOf(given: string, value: string): Test {
    const lower = given.toLowerCase()
    const name = ALIASES[lower] ?? lower
    const not = /^not/i.test(value)
    const wanted = not ? value.slice(3).trim() : value
    const test = this.#plainTest(given, name, wanted)
    return not ? (rows, o) => !test(rows, o) : test
  }

  #plainTest(given: string, name: string, value: string): Test {
    const slot = NUMBERS[name]
    if (slot !== undefined) return numberTest(given, slot, value)
    const side = ADDRESSES[name]
    if (side !== undefined) return addressTest(given, side, value)
    if ((TEXTS as readonly string[]).includes(name)) {
      const fits = textTest(given, value)
      return (rows, o) => fits(this.#textOf(name, rows, o))
    }
    throw new RangeError(
      `no field is called ${JSON.stringify(given)}: expected one of src, dst, ${[...Object.keys(NUMBERS), ...TEXTS, ...Object.keys(ALIASES)].join(', ')}`,
    )
  }

  #textOf(name: string, rows: Int32Array, o: number): string {
    const text = (slot: number): string => this.#interned.text(rows[o + slot]!)
    switch (name) {
      case 'proto':
        return protocolName(rows[o + R_PROTO]!)
      case 'flags':
        return rows[o + R_PROTO] === PROTO_TCP ? flagsOf(rows[o + R_TCP]!) : ''
      case 'in':
        return text(R_IN)
      case 'out':
        return text(R_OUT)
      case 'intf':
        return rows[o + R_IN] === 0 ? text(R_OUT) : text(R_IN)
      case 'chain':
        return rows[o + R_CHAIN_NAME] === 0
          ? CHAIN_NAMES[(rows[o + R_FLAGS]! >> F_CHAIN_SHIFT) & 3]!
          : text(R_CHAIN_NAME)
      case 'prefix':
        return text(R_PREFIX)
      default:
        return text(R_HOST)
    }
  }
}

/** `NAME:VALUE` with blanks or commas between; a value in quotes or slashes may hold either. */
function criteriaOf(text: string): { name: string; value: string }[] {
  const criteria: { name: string; value: string }[] = []
  const pattern =
    /\s*([A-Za-z_]\w*)\s*:\s*((?:not\s*)?(?:'[^']*'|\/(?:[^/\\]|\\.)*\/|[^\s,]+))\s*,?/gy
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null) {
      const rest = text.slice(from).trim()
      if (rest === '') break
      throw new RangeError(
        `${JSON.stringify(rest)} is no criterion: expected FIELD:VALUE, as in "src:192.0.2.1, dpt:>1024"`,
      )
    }
    criteria.push({ name: match[1]!, value: match[2]! })
  }
  if (criteria.length === 0) throw new RangeError('expected FIELD:VALUE, as in "src:192.0.2.1"')
  return criteria
}

function numberTest(name: string, slot: number, value: string): Test {
  const match = /^([<>]?)(\d{1,10})$/.exec(value)
  if (match === null)
    throw new RangeError(`${name}:${value}: expected a number, >number or <number`)
  const number = Number(match[2])
  if (match[1] === '>') return (rows, o) => rows[o + slot]! > number
  if (match[1] === '<') return (rows, o) => rows[o + slot]! >= 0 && rows[o + slot]! < number
  return (rows, o) => rows[o + slot] === number
}

function addressTest(name: string, side: number, value: string): Test {
  let set: AddressSet
  try {
    set = AddressSet.parse([value])
  } catch {
    throw new RangeError(`${name}:${value}: expected an address or a CIDR`)
  }
  return (rows, o) => {
    const at = o + side
    return set.contains(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!)
  }
}

function textTest(name: string, value: string): (text: string) => boolean {
  const pattern = /^\/(.*)\/$/.exec(value)
  if (pattern !== null) {
    try {
      const expression = new RegExp(pattern[1]!)
      return (text) => expression.test(text)
    } catch {
      throw new RangeError(`${name}:${value}: expected a regular expression between slashes`)
    }
  }
  const wanted = (/^'(.*)'$/.exec(value)?.[1] ?? value).toLowerCase()
  return (text) => text.toLowerCase() === wanted
}

/** In the kernel's order; NULL for none, as psad says. */
function flagsOf(bits: number): string {
  const words = tcpFlagNames(bits)
  return words.length === 0 ? 'NULL' : words.join(' ')
}
