import type { ServerResponse } from 'node:http'
import type { DetectionRing } from './detection-ring.ts'

export interface EventStreamOptions {
  readonly ring: DetectionRing
  /** First detection to send, a number of the ring. */
  readonly from: number
  readonly heartbeatMs?: number
}

/** Also how long a reader may take nothing at all before it is dropped, in heartbeats. */
const MAX_MISSED = 4

/**
 * Server-sent events: the ring's detections as the reader takes them. Nothing is queued for a reader: while its socket
 * is full nothing is written, and a reader that fell out of the ring or took nothing for long is disconnected; it comes
 * back with Last-Event-ID.
 */
export function streamDetections(
  response: ServerResponse,
  options: EventStreamOptions,
): { end(): void } {
  const { ring, heartbeatMs = 15_000 } = options
  let next = options.from
  let full = false
  let missed = 0

  const pump = (): void => {
    if (next < ring.begin) {
      drop()
      return
    }
    while (!full && next < ring.end) {
      const detection = ring.at(next++)
      if (detection !== undefined)
        full = !response.write(`id: ${detection.id}\ndata: ${detection.json}\n\n`)
    }
  }
  const onDrain = (): void => {
    full = false
    missed = 0
    pump()
  }
  const heartbeat = setInterval(() => {
    if (full) {
      if (++missed >= MAX_MISSED) drop()
    } else {
      full = !response.write(': still here\n\n')
    }
  }, heartbeatMs)
  const unsubscribe = ring.subscribe(pump)
  const stop = (): void => {
    clearInterval(heartbeat)
    unsubscribe()
  }
  const drop = (): void => {
    stop()
    response.destroy()
  }

  response.on('drain', onDrain)
  response.once('close', stop)
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would hold events back until its buffer is full.
    'x-accel-buffering': 'no',
  })
  response.write('retry: 3000\n\n')
  pump()
  return {
    end() {
      stop()
      response.end()
    },
  }
}
