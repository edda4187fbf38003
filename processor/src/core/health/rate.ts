/** Packets a day of one packet in each unit that a limit is written in. */
const UNITS = [
  { word: 'second', perDay: 86_400 },
  { word: 'minute', perDay: 1440 },
  { word: 'hour', perDay: 24 },
  { word: 'day', perDay: 1 },
] as const

/** Numbers that people write behind `--limit`. */
const USUAL = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 25, 30, 40, 45, 50, 60, 75, 80, 90, 100, 120, 150,
  180, 200, 250, 300, 400, 500, 600, 750, 800, 1000, 1200, 1500, 2000, 2500, 3000, 5000, 10_000,
]

/** A log holds a little less than its limit allows (tokens are lost in quiet moments), rarely a little more (bursts). */
const LITTLE_MORE = 0.95
const LITTLE_LESS = 1.08
const TYPICAL = 1.02

/** The limit that somebody may have written where so many packets a day were seen: a usual number in some unit, else what was seen. */
export function limitBehind(perDay: number): number {
  for (const unit of UNITS) {
    const seen = perDay / unit.perDay
    if (seen < 1 / LITTLE_LESS) continue
    let best = 0
    for (const n of USUAL) {
      if (n < seen * LITTLE_MORE || n > seen * LITTLE_LESS) continue
      if (best === 0 || distance(n, seen) < distance(best, seen)) best = n
    }
    if (best > 0) return best * unit.perDay
    // 1.5 a second may be 90 a minute; 17 a second is no round number of minutes.
    if (seen > 12) break
  }
  return Math.max(1, Math.round(perDay))
}

function distance(n: number, seen: number): number {
  return Math.abs(Math.log(n / (seen * TYPICAL)))
}

/** `3 a minute`, `10 a second`, `1 an hour`; with one decimal if it is no usual number in any unit. */
export function rateText(perDay: number): string {
  const { word, perDay: one } =
    UNITS.find((unit) => USUAL.includes(perDay / unit.perDay)) ??
    UNITS.find((unit) => perDay >= unit.perDay) ??
    UNITS[3]
  const number = Math.round((perDay / one) * 10) / 10
  return `${number} ${word === 'hour' ? 'an' : 'a'} ${word}`
}
