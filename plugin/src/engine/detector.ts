import type { LineRows } from '../data/lines'
import type { Findings, RunStart, Slice } from './messages'
export type { Findings } from './messages'
import { PageRunner } from './page-runner'
import type { Runner } from './runner'
import { Slicer } from './slices'
import { WorkerRunner, type WorkerLike } from './worker-runner'

/** Lines to judge, and how. */
export interface DetectionJob {
  readonly rows: LineRows
  readonly start: Omit<RunStart, 'hosts'>
}

export interface DetectionWatcher {
  /** The picture after the first slice, where there are more. */
  readonly onPartial?: (findings: Findings) => void
  /** 0 to 1. */
  readonly onProgress?: (progress: number) => void
}

/**
 * Runs the detection core over raw lines, in a worker where there can be one. One job at a time: the owner aborts the
 * old one before it asks for the next. The worker stays, because its code is fast only from the second time on.
 */
export class Detector {
  readonly #makeWorker: () => WorkerLike
  #runner: Runner | undefined
  #hasWorker = true

  constructor(makeWorker: () => WorkerLike = newWorker) {
    this.#makeWorker = makeWorker
  }

  /** Rejects with the signal's reason when aborted, and with what went wrong on the page's own thread. */
  async detect(
    job: DetectionJob,
    signal: AbortSignal,
    watcher: DetectionWatcher = {},
  ): Promise<Findings> {
    if (this.#hasWorker) {
      try {
        this.#runner ??= new WorkerRunner(this.#makeWorker())
        return await detectWith(this.#runner, job, signal, watcher)
      } catch (error) {
        if (signal.aborted) throw error
        // No worker, or it died: the same code runs here, from the first line on.
        this.#runner?.close()
        this.#runner = undefined
        this.#hasWorker = false
      }
    }
    this.#runner ??= new PageRunner()
    return detectWith(this.#runner, job, signal, watcher)
  }

  /** False once a worker could not be made or died. */
  get usesWorker(): boolean {
    return this.#hasWorker
  }

  close(): void {
    this.#runner?.close()
    this.#runner = undefined
  }
}

async function detectWith(
  runner: Runner,
  { rows, start }: DetectionJob,
  signal: AbortSignal,
  { onPartial, onProgress }: DetectionWatcher,
): Promise<Findings> {
  signal.throwIfAborted()
  await runner.start({ ...start, hosts: rows.hosts })
  const slicer = new Slicer(rows)
  const spare: Slice[] = []
  const underWay = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  let taken = 0
  const feed = (slice: Slice): void => {
    const { count } = slice
    const feeding = runner
      .feed(slice)
      .then(
        (memory) => {
          spare.push(memory)
          taken += count
          if (!signal.aborted) onProgress?.(taken / rows.count)
        },
        (error: unknown) => {
          failure ??= { error }
        },
      )
      .finally(() => underWay.delete(feeding))
    underWay.add(feeding)
  }
  let partial: Promise<void> | undefined
  while (!slicer.isAtEnd) {
    while (underWay.size >= runner.window) await Promise.race(underWay)
    signal.throwIfAborted()
    if (failure !== undefined) throw failure.error
    feed(slicer.next(spare.pop(), runner.lines))
    if (partial !== undefined || slicer.isAtEnd || onPartial === undefined) continue
    partial = runner.findings(false).then(
      (findings) => {
        if (!signal.aborted) onPartial(findings)
      },
      // Whatever it is, the next answer that is awaited fails likewise.
      () => undefined,
    )
  }
  while (underWay.size > 0) await Promise.race(underWay)
  signal.throwIfAborted()
  if (failure !== undefined) throw failure.error
  const findings = await runner.findings(true)
  signal.throwIfAborted()
  return findings
}

function newWorker(): WorkerLike {
  return new Worker(new URL('./worker.ts', import.meta.url)) as WorkerLike
}
