import { formatAddress, isIpv4 } from '../address.ts'
import { F_IPV6, F_SRC_FULL, F_SRC_ODD, R_SRC } from '../row.ts'
import { COLON, isDigit } from './bytes.ts'

/**
 * How the source stands in the line, as far as it is not a plain IPv4 address. Evidence queries look for `SRC=` and the
 * address in the kernel's or in the canonical spelling; any other is odd.
 */
export function sourceBits(
  b: Uint8Array,
  value: number,
  to: number,
  rows: Int32Array,
  o: number,
): number {
  const at = o + R_SRC
  if (isIpv4(rows, at)) return F_SRC_ODD
  let isFull = to - value === 39
  for (let p = value; p < to && isFull; p++) {
    const c = b[p]!
    isFull = (p - value) % 5 === 4 ? c === COLON : isDigit(c) || (c >= 97 && c <= 102)
  }
  if (isFull) return F_IPV6 | F_SRC_FULL
  const text = formatAddress(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!)
  let isSame = text.length === to - value
  for (let i = 0; i < text.length && isSame; i++) isSame = text.charCodeAt(i) === b[value + i]
  return isSame ? F_IPV6 : F_IPV6 | F_SRC_ODD
}
