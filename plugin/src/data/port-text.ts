import type { PortRange } from './model'

/** Ports as text, and how many ranges it leaves out. */
export interface PortText {
  readonly text: string
  readonly left: number
}

/** `tcp/22, 80, 1000-1500, udp/53`: the protocol once for each run of ranges of it; at most `max` ranges. */
export function portText(ranges: readonly PortRange[], max = Infinity): PortText {
  const parts: string[] = []
  let protocol: string | undefined
  for (const range of ranges) {
    if (parts.length >= max) break
    const numbers = numbersOf(range)
    const prefix = range.protocol === protocol ? '' : range.protocol
    parts.push(prefix !== '' && numbers !== '' ? `${prefix}/${numbers}` : prefix || numbers)
    protocol = range.protocol
  }
  return { text: parts.filter(Boolean).join(', '), left: ranges.length - parts.length }
}

/** Ports in the ranges, ends included. */
export function portCount(ranges: readonly PortRange[]): number {
  let count = 0
  for (const { low, high } of ranges) if (low >= 0 && high >= low) count += high - low + 1
  return count
}

function numbersOf({ low, high }: PortRange): string {
  if (!(low >= 0)) return '' // ICMP and others have none
  return high > low ? `${low}-${high}` : String(low)
}
