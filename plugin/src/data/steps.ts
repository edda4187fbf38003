/** Work that can be interrupted: each `yield` is a place where the page may have its turn. Returns its result. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Rows between two steps: some 5 ms of events, the slowest to read. */
const ROWS = 64

/** True where a loop over rows should make a step. */
export function isStep(row: number): boolean {
  return row % ROWS === ROWS - 1
}

/** The work in one go. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}
