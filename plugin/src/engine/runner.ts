import type { Findings, RunStart, Slice } from './messages'

/**
 * Where lines are judged: in a worker, or in slices on the page's own thread.
 *
 * - `start` begins a run and forgets the one before; a run that was left behind rejects what is still awaited of it.
 * - `feed` resolves when the slice was taken; its memory may then be used again.
 * - `findings` is the picture of all slices fed so far.
 */
export interface Runner {
  start(start: RunStart): Promise<void>
  feed(slice: Slice): Promise<Slice>
  findings(isLast: boolean): Promise<Findings>
  close(): void
  /** Slices under way at once. */
  readonly window: number
  /** Lines in the next slice. */
  readonly lines: number
}
