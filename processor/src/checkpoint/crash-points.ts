/**
 * Moments at which the kill test ends the process, so that every gap between two effects is known to be survived.
 * Only for tests: without `PICKET_TEST_CRASH` nothing here does anything.
 */
export const CRASH_WINDOWS = [
  /** Lines are in the engine, the position is not on disk. */
  'batch-fed',
  /** Half of the detections' bytes are in the outbox. */
  'outbox-append',
  /** Half of a log record is written. */
  'checkpoint-write',
  /** A log record is written but not synced. */
  'checkpoint-before-fsync',
  /** Half of a snapshot is written. */
  'snapshot-write',
  'snapshot-before-rename',
  /** The new snapshot counts, the old files are still there. */
  'snapshot-after-rename',
  /** A sink has the detections, no checkpoint knows it. */
  'sink-accepted',
] as const
export type CrashWindow = (typeof CRASH_WINDOWS)[number]

export interface CrashPoints {
  /** True if writes should be split so that a crash can fall between the halves. */
  readonly armed: boolean
  hit(window: CrashWindow): void
}

export const noCrash: CrashPoints = { armed: false, hit() {} }

/**
 * `PICKET_TEST_CRASH=<window>:<n>`: `die` is called at the n-th time that the window is reached.
 * Throws RangeError if the text is anything else, so that a typing error does not pass as a survived kill.
 */
export function crashPointsOf(text: string | undefined, die: () => void): CrashPoints {
  if (text === undefined || text === '') return noCrash
  const [name, count] = text.split(':')
  const window = CRASH_WINDOWS.find((known) => known === name)
  let left = Number(count ?? 1)
  if (window === undefined || !Number.isInteger(left) || left < 1)
    throw new RangeError(
      `PICKET_TEST_CRASH=${text}: expected one of ${CRASH_WINDOWS.join(', ')}, then :count`,
    )
  return {
    armed: true,
    hit(reached) {
      if (reached === window && --left === 0) die()
    },
  }
}
