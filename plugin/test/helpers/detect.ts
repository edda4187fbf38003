import { MessageChannel as NodeChannel } from 'node:worker_threads'
import type { LinesToJudge } from '../../src/data/prepare'
import { readFrames } from '../../src/data/prepare'
import { Detector, type DetectionWatcher, type Findings } from '../../src/engine/detector'
import { serve, type WorkerScope } from '../../src/engine/serve'
import type { WorkerLike } from '../../src/engine/worker-runner'
import { DEFAULT_OPTIONS } from '../../src/options'
import type { Options } from '../../src/types'

/** The worker's code in this thread, behind a real channel: messages are cloned and memory moves, as in a browser. */
export function workerInProcess(): WorkerLike {
  const { port1, port2 } = new NodeChannel()
  const scope: WorkerScope = {
    onmessage: null,
    postMessage: (message, transfer) => {
      port2.postMessage(message, transfer as ArrayBuffer[])
    },
  }
  serve(scope, [])
  port2.on('message', (data: unknown) => scope.onmessage?.({ data } as MessageEvent<unknown>))
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    postMessage: (message, transfer) => {
      port1.postMessage(message, transfer as ArrayBuffer[])
    },
    terminate: () => {
      port1.close()
    },
  }
  port1.on('message', (data: unknown) => worker.onmessage?.({ data } as MessageEvent<unknown>))
  return worker
}

export function noWorker(): never {
  throw new Error('no workers here')
}

export function linesOf(
  frames: readonly unknown[],
  options: Partial<Options> = {},
  more: { readonly targets?: readonly unknown[]; readonly to?: number } = {},
): LinesToJudge {
  const { lines } = readFrames({
    frames,
    targets: more.targets,
    options: { ...DEFAULT_OPTIONS, ...options },
    timeRange: { from: 0, to: more.to ?? Date.UTC(2026, 0, 10) },
  })
  if (lines === undefined) throw new Error('no lines in these frames')
  return lines
}

export async function detect(
  lines: LinesToJudge,
  makeWorker: () => WorkerLike = workerInProcess,
  watcher: DetectionWatcher = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Findings> {
  const detector = new Detector(makeWorker)
  const { rows, ...start } = lines
  try {
    return await detector.detect({ rows, start: { ...start, detections: true } }, signal, watcher)
  } finally {
    detector.close()
  }
}
