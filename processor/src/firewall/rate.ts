/** Units of iptables (`3/min`, `3/m`) and nft (`3/minute`), in minutes. Any beginning of a word will do, as for iptables. */
const UNITS: readonly (readonly [string, number])[] = [
  ['second', 1 / 60],
  ['minute', 1],
  ['hour', 60],
  ['day', 1440],
  ['week', 10_080],
]

/** `3/minute` as packets a minute. Undefined for rates in bytes and for what is no rate. */
export function packetsPerMinute(rate: string): number | undefined {
  const match = /^(\d{1,10})(?:\/(\w+))?$/.exec(rate)
  if (match === null) return undefined
  return perMinute(Number(match[1]), match[2] ?? 'second')
}

export function perMinute(count: number, unit: string): number | undefined {
  const found = UNITS.find(([name]) => name.startsWith(unit.toLowerCase()))
  return found === undefined ? undefined : count / found[1]
}
