import type { Steps } from '../data/steps'

/** Half a frame: the page stays at its work. */
export const BUDGET_MS = 8

/** After everything that waits: a message, because timers are held back to 4 ms and more. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Does the work a little at a time, the page's turn between. Rejects with the signal's reason when aborted. */
export async function inTurns<T>(steps: Steps<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    await nextTurn()
    signal.throwIfAborted()
    const until = performance.now() + BUDGET_MS
    do {
      const step = steps.next()
      if (step.done === true) return step.value
    } while (performance.now() < until)
  }
}
