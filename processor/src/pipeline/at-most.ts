import type { Clock } from './types.ts'

/** Waits for the work, but no longer than `ms`, and not for its outcome. */
export async function atMost(ms: number, work: Promise<unknown>, clock: Clock): Promise<void> {
  const enough = new AbortController()
  await Promise.race([work.catch(() => undefined), clock.sleep(ms, enough.signal)])
  enough.abort()
}
