import type { TableOptions } from '../options.ts'

/**
 * Which ICMP types and codes exist (psad.md 4.4, after the IANA registries; psad's own ICMPv6 table has mistakes that
 * make ordinary neighbours dangerous, Q25). A type that is absent is invalid whatever its code.
 */
const ICMP: readonly (readonly [type: number, low: number, high: number])[] = [
  [0, 0, 0],
  [3, 0, 15],
  [4, 0, 0],
  [5, 0, 3],
  [6, 0, 0],
  [8, 0, 0],
  [9, 0, 0],
  [9, 16, 16],
  [10, 0, 0],
  [11, 0, 1],
  [12, 0, 2],
  [13, 0, 0],
  [14, 0, 0],
  [15, 0, 0],
  [16, 0, 0],
  [17, 0, 0],
  [18, 0, 0],
  [40, 0, 5],
]

const ICMPV6_COMMON: readonly (readonly [type: number, low: number, high: number])[] = [
  [1, 0, 7],
  [2, 0, 0],
  [3, 0, 1],
  [4, 0, 2],
  ...[128, 129, 130, 131, 132, 133, 134, 135, 141, 142, 144, 145, 146, 147].map(
    (type) => [type, 0, 0] as const,
  ),
  [136, 0, 0],
  [138, 0, 1],
  [138, 255, 255],
  [139, 0, 2],
  [140, 0, 2],
]

/** As psad has it: 137 is read as a code of 136, 143 is missing. */
const ICMPV6_PSAD = [...ICMPV6_COMMON, [136, 137, 137] as const]

/** Redirect, MLDv2 report, multicast router discovery, FMIPv6, RPL, ILNPv6 and duplicate address messages (IANA). */
const ICMPV6 = [
  ...ICMPV6_COMMON,
  [137, 0, 0] as const,
  [143, 0, 0] as const,
  [4, 3, 10] as const,
  ...[148, 149, 150, 151, 152, 153, 154].map((type) => [type, 0, 5] as const),
  [155, 0, 255] as const,
  [156, 0, 0] as const,
  ...[157, 158, 159, 160, 161].map((type) => [type, 0, 4] as const),
]

/** One byte for each type << 8 | code: 1 = valid. */
export class IcmpTable {
  readonly #valid = new Uint8Array(65_536)

  /** `own`: `[type, lowest code, highest code]` in place of the built-in table. */
  constructor(family: 4 | 6, psad: boolean, own?: TableOptions['icmpTypes']) {
    const ranges = own ?? (family === 4 ? ICMP : psad ? ICMPV6_PSAD : ICMPV6)
    for (const [type, low, high] of ranges)
      this.#valid.fill(1, (type << 8) | low, ((type << 8) | high) + 1)
  }

  isValid(type: number, code: number): boolean {
    return (
      type >= 0 && type < 256 && code >= 0 && code < 256 && this.#valid[(type << 8) | code] === 1
    )
  }
}
