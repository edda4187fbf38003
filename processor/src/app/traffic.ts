import type { SimulatedLine, Simulator } from '../simulator/index.ts'
import type { Clock } from '../pipeline/types.ts'
import type { Logger } from '../telemetry/logger.ts'

/** How often lines are pushed, as a shipper does it. */
const EVERY_MS = 200
/** Lines of one push. */
const MAX_LINES = 5000

export interface Traffic {
  /** Lines that the store has accepted. */
  readonly pushed: number
  /** Resolves when the last line before the stop has been accepted. */
  stop(): Promise<void>
}

export interface TrafficOptions {
  readonly simulator: Simulator
  /** Address of the store. */
  readonly url: string
  readonly clock: Clock
  readonly logger: Logger
}

/** Pushes simulated lines to a Loki as time passes. What a push could not place is pushed again. */
export function startTraffic({ simulator, url, clock, logger }: TrafficOptions): Traffic {
  const stopping = new AbortController()
  let pushed = 0
  let waiting: SimulatedLine[] = []

  async function pushWaiting(): Promise<void> {
    waiting.push(...simulator.next(clock.now()))
    while (waiting.length > 0) {
      const lines = waiting.slice(0, MAX_LINES)
      const response = await fetch(`${url}/loki/api/v1/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: pushBody(lines),
      })
      if (!response.ok)
        throw new Error(
          `the store answered ${response.status}: ${(await response.text()).slice(0, 200)}`,
        )
      pushed += lines.length
      waiting = waiting.slice(lines.length)
    }
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await pushWaiting()
      } catch (error) {
        logger.warn({ err: error }, 'Simulated lines could not be pushed, trying again.')
      }
      await clock.sleep(EVERY_MS, stopping.signal)
    }
  })()

  return {
    get pushed() {
      return pushed
    },
    async stop() {
      stopping.abort()
      await loop
    },
  }
}

/** The body of a push: streams with their entries in order of time. */
function pushBody(lines: readonly SimulatedLine[]): string {
  const streams = new Map<string, { stream: SimulatedLine['labels']; values: [string, string][] }>()
  for (const { ns, labels, line } of lines) {
    const key = JSON.stringify(labels)
    const stream = streams.get(key) ?? { stream: labels, values: [] }
    stream.values.push([String(ns), line])
    streams.set(key, stream)
  }
  return JSON.stringify({ streams: [...streams.values()] })
}
