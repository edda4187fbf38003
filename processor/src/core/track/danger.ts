import type { DangerLevel } from '../detection.ts'

export type Thresholds = readonly [number, number, number, number, number]

/** How many of the thresholds are at or below `value`: psad's step function (psad.md 3.2). A threshold of 0 is off. */
export function step(value: number, thresholds: Thresholds): DangerLevel {
  let level: DangerLevel = 0
  if (thresholds[0] > 0 && value >= thresholds[0]) level = 1
  if (thresholds[1] > 0 && value >= thresholds[1]) level = 2
  if (thresholds[2] > 0 && value >= thresholds[2]) level = 3
  if (thresholds[3] > 0 && value >= thresholds[3]) level = 4
  if (thresholds[4] > 0 && value >= thresholds[4]) level = 5
  return level
}
