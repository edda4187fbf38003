import type { Annotation, AnnotationClient } from '../../clients/grafana/annotations.ts'
import type { Detection, EncodedDetection } from '../../core/detection.ts'
import { HttpError, SinkError } from '../../errors.ts'
import type { Sink } from '../../pipeline/types.ts'
import type { GrafanaConfig } from './config.ts'
import {
  dataOf,
  isScanEvent,
  join,
  scanIn,
  scanOf,
  startMs,
  tagsOf,
  textOf,
  type ScanState,
} from './scan.ts'

/** Scans remembered; a forgotten one is found again in Grafana. */
const DEFAULT_MEMORY = 10_000
/** Grafana has no bulk call. */
const PARALLEL = 4

interface Known {
  /** All that was heard of the scan. */
  state: ScanState
  /** What its annotation says, as JSON; undefined if that is not known for sure. */
  written: string | undefined
  id: number | undefined
}

export interface GrafanaSinkDeps {
  readonly client: AnnotationClient
  readonly memory?: number
}

/** Annotations: one region a scan, which grows with the scan. */
export function createGrafanaSink(config: GrafanaConfig, deps: GrafanaSinkDeps): Sink {
  return new GrafanaSink(config, deps)
}

class GrafanaSink implements Sink {
  readonly name: string
  readonly type = 'grafana'
  readonly required: boolean
  readonly #config: GrafanaConfig
  readonly #client: AnnotationClient
  readonly #memory: number
  /** By scan, the one touched last at the end. */
  readonly #known = new Map<string, Known>()

  constructor(config: GrafanaConfig, deps: GrafanaSinkDeps) {
    this.name = config.name
    this.required = config.required
    this.#config = config
    this.#client = deps.client
    this.#memory = deps.memory ?? DEFAULT_MEMORY
  }

  async check(signal: AbortSignal): Promise<void> {
    try {
      await this.#client.check(signal)
    } catch (error) {
      throw this.#failure(error)
    }
  }

  async write(events: readonly EncodedDetection[], signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw this.#failure(new Error('Stopped before annotations were written'))
    const touched = new Map<string, Known>()
    for (const event of events) {
      const detection = JSON.parse(event.json) as Detection
      if (!isScanEvent(detection)) continue
      const known = this.#hear(scanOf(detection))
      touched.set(known.state.scan, known)
    }
    const due = [...touched.values()].filter(
      ({ state }) => state.dangerLevel >= this.#config.minDangerLevel,
    )
    try {
      await eachOf(due, PARALLEL, (known) => this.#bring(known, signal))
    } catch (error) {
      throw this.#failure(error)
    } finally {
      this.#forget()
    }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  #hear(heard: ScanState): Known {
    const before = this.#known.get(heard.scan)
    const known = before ?? { state: heard, written: undefined, id: undefined }
    known.state = join(known.state, heard)
    this.#known.delete(heard.scan)
    this.#known.set(heard.scan, known)
    return known
  }

  #forget(): void {
    for (const scan of this.#known.keys()) {
      if (this.#known.size <= this.#memory) return
      this.#known.delete(scan)
    }
  }

  /** Makes Grafana show what is known of the scan, with no call if it does already. */
  async #bring(known: Known, signal: AbortSignal): Promise<void> {
    if (known.id === undefined) await this.#find(known, signal)
    if (known.id !== undefined) {
      const annotation = this.#annotation(known.state)
      const text = JSON.stringify(annotation)
      if (known.written === text) return
      if (await this.#patch(known, annotation, signal)) {
        known.written = text
        return
      }
      known.id = undefined
    }
    const annotation = this.#annotation(known.state)
    // If the answer is lost the annotation may exist all the same; `id` stays unknown and the next try looks first.
    known.id = await this.#client.create(annotation, signal)
    known.written = JSON.stringify(annotation)
  }

  /** Looks in Grafana for the annotation of a scan; false if there is none. */
  async #find(known: Known, signal: AbortSignal): Promise<boolean> {
    let found: ScanState | undefined
    const annotation = await this.#client.find(
      {
        tags: ['picket', `source:${known.state.source}`],
        time: startMs(known.state),
        matches: (candidate) => {
          found = scanIn(candidate, known.state)
          return found !== undefined
        },
      },
      signal,
    )
    if (annotation === undefined || found === undefined) return false
    known.id = annotation.id
    known.written = JSON.stringify(this.#annotation(found))
    known.state = join(known.state, found)
    return true
  }

  /** False if the annotation is gone. */
  async #patch(known: Known, annotation: Annotation, signal: AbortSignal): Promise<boolean> {
    const id = known.id
    if (id === undefined) return false
    try {
      return await this.#client.patch(id, annotation, signal)
    } catch (error) {
      // Grafana's access control may call an annotation that is gone forbidden; look whether it is there.
      if (!(error instanceof HttpError) || error.status !== 403) throw error
      if (await this.#find(known, signal)) throw error
      return false
    }
  }

  #annotation(state: ScanState): Annotation {
    const { dashboardUid, panelId, tags } = this.#config
    return {
      time: startMs(state),
      timeEnd: Math.max(state.endMs, startMs(state)),
      tags: tagsOf(state, tags),
      text: textOf(state),
      data: dataOf(state),
      ...(dashboardUid !== undefined && { dashboardUID: dashboardUid }),
      ...(panelId !== undefined && { panelId }),
    }
  }

  #failure(error: unknown): SinkError {
    const http = error instanceof HttpError ? error : undefined
    return new SinkError(error instanceof Error ? error.message : String(error), {
      sink: this.name,
      status: http?.status,
      retryable: http?.retryable ?? true,
      cause: error,
    })
  }
}

/** Runs `work` over `items`, a few at a time; after a failure nothing new is begun, and it is thrown once all ended. */
async function eachOf<T>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (failures.length === 0) {
      const item = items[next++]
      if (item === undefined) return
      await work(item).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: parallel }, lane))
  if (failures.length > 0) throw failures[0]
}
