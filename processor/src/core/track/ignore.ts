import { AddressSet } from '../address.ts'
import type { IgnoreOptions } from '../options.ts'
import type { InternTable } from '../parse/api.ts'
import { PROTOCOL_NUMBERS } from '../protocols.ts'
import { PROTO_TCP, PROTO_UDP, R_DPT, R_IN, R_OUT, R_PREFIX, R_PROTO } from '../row.ts'

/** A range of ports in the ignore list; `protocol` 0 = tcp and udp. */
export interface PortRange {
  readonly protocol: number
  readonly low: number
  readonly high: number
}

/** `tcp/22`, `udp/1024-2000` or `22`. Throws RangeError saying what was expected. */
export function parsePortRange(text: string): PortRange {
  const match = /^(?:(tcp|udp)\/)?(\d{1,5})(?:-(\d{1,5}))?$/i.exec(text.trim())
  const low = Number(match?.[2])
  const high = match?.[3] === undefined ? low : Number(match[3])
  if (match === null || low > 65_535 || high > 65_535 || high < low)
    throw new RangeError(
      `${JSON.stringify(text)} is no port: expected tcp/22, udp/61000-61356 or 22`,
    )
  const name = match[1]?.toLowerCase()
  return { protocol: name === 'tcp' ? PROTO_TCP : name === 'udp' ? PROTO_UDP : 0, low, high }
}

/** A protocol's number by name or number, any case (psad.md Q19). Throws RangeError. */
export function parseProtocol(text: string): number {
  const word = text.trim().toLowerCase()
  const number = /^\d{1,3}$/.test(word) ? Number(word) : PROTOCOL_NUMBERS.get(word)
  if (number === undefined || number > 255)
    throw new RangeError(
      `${JSON.stringify(text)} is no protocol: expected a name such as udp or icmp6, or a number from 0 to 255`,
    )
  return number
}

/** What the operator wants left out, ready for rows. Texts are looked at once for each interned id. */
export class IgnoreRules {
  /** Any rule but networks: those are looked at once for each source. */
  readonly any: boolean
  readonly hasNetworks: boolean
  /** psad's IGNORE_CONNTRACK_BUG_PKTS: TCP packets with ACK or RST are answers, not probes. */
  readonly ackAndRst: boolean
  readonly #protocols = new Uint8Array(257)
  readonly #tcp: Uint8Array | undefined
  readonly #udp: Uint8Array | undefined
  readonly #interfaces: ReadonlySet<string>
  readonly #prefixes: readonly RegExp[]
  readonly #networks: AddressSet
  readonly #interned: InternTable
  /** By intern id: 0 not looked at, 1 keep, 2 ignore. */
  #prefixVerdicts = new Uint8Array(2048)
  #interfaceVerdicts = new Uint8Array(2048)

  constructor(options: IgnoreOptions, interned: InternTable) {
    this.#interned = interned
    this.ackAndRst = options.ackAndRst ?? true
    for (const protocol of options.protocols) this.#protocols[parseProtocol(protocol)] = 1
    const ranges = options.ports.map(parsePortRange)
    if (ranges.length > 0) {
      this.#tcp = new Uint8Array(65_536)
      this.#udp = new Uint8Array(65_536)
      for (const { protocol, low, high } of ranges) {
        if (protocol !== PROTO_UDP) this.#tcp.fill(1, low, high + 1)
        if (protocol !== PROTO_TCP) this.#udp.fill(1, low, high + 1)
      }
    }
    this.#interfaces = new Set(options.interfaces)
    this.#prefixes = options.prefixes.map((prefix) => new RegExp(prefix))
    this.#networks = AddressSet.parse(options.networks)
    this.hasNetworks = options.networks.length > 0
    this.any =
      options.protocols.length > 0 ||
      ranges.length > 0 ||
      this.#interfaces.size > 0 ||
      this.#prefixes.length > 0
  }

  network(a0: number, a1: number, a2: number, a3: number): boolean {
    return this.#networks.contains(a0, a1, a2, a3)
  }

  matches(rows: Int32Array, o: number): boolean {
    const protocol = rows[o + R_PROTO]!
    if (this.#protocols[protocol] === 1) return true
    const port = rows[o + R_DPT]!
    if (port >= 0) {
      if (protocol === PROTO_TCP && this.#tcp?.[port] === 1) return true
      if (protocol === PROTO_UDP && this.#udp?.[port] === 1) return true
    }
    if (this.prefix(rows[o + R_PREFIX]!)) return true
    if (this.#interfaces.size === 0) return false
    const inId = rows[o + R_IN]!
    return this.#interfaceIgnored(inId === 0 ? rows[o + R_OUT]! : inId)
  }

  /** The prefix, by its id, is to be ignored. */
  prefix(id: number): boolean {
    if (this.#prefixes.length === 0) return false
    let known = this.#prefixVerdicts[id]
    if (known === undefined || known === 0) {
      const text = this.#interned.text(id)
      known = id !== 0 && this.#prefixes.some((prefix) => prefix.test(text)) ? 2 : 1
      this.#prefixVerdicts[id] = known
    }
    return known === 2
  }

  #interfaceIgnored(id: number): boolean {
    let known = this.#interfaceVerdicts[id]
    if (known === undefined || known === 0) {
      known = this.#interfaces.has(this.#interned.text(id)) ? 2 : 1
      this.#interfaceVerdicts[id] = known
    }
    return known === 2
  }
}
