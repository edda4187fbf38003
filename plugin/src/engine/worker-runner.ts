import type { Findings, FromWorker, RunStart, Slice, ToWorker } from './messages'
import type { Runner } from './runner'
import { buffersOfSlice, SLICE_LINES } from './slices'

/** Where a worker is not answered for this long, it has not been let in: sandbox, policy, network. */
const STARTS_WITHIN_MS = 5000

/** As much of a `Worker` as is used. */
export interface WorkerLike {
  postMessage(message: ToWorker, transfer: Transferable[]): void
  terminate(): void
  onmessage: ((message: MessageEvent<unknown>) => void) | null
  onerror: ((error: ErrorEvent) => void) | null
  onmessageerror: ((message: MessageEvent<unknown>) => void) | null
}

interface Waiter {
  readonly type: FromWorker['type']
  readonly resolve: (message: FromWorker) => void
  readonly reject: (error: Error) => void
}

/** A worker's side of the page: answers come in the order of the questions. */
export class WorkerRunner implements Runner {
  readonly window = 3
  readonly lines = SLICE_LINES
  readonly #worker: WorkerLike
  #run = 0
  #waiting: Waiter[] = []
  #broken: Error | undefined

  constructor(worker: WorkerLike) {
    this.#worker = worker
    worker.onmessage = ({ data }) => {
      this.#receive(data as FromWorker)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      this.#break(new Error(`the worker failed: ${event.message}`))
    }
    worker.onmessageerror = () => {
      this.#break(new Error('the worker sent what cannot be read'))
    }
  }

  async start(start: RunStart): Promise<void> {
    this.#run++
    this.#rejectAll(new Error('a newer run began'))
    const timer = setTimeout(() => {
      this.#break(new Error('the worker does not answer'))
    }, STARTS_WITHIN_MS)
    try {
      await this.#ask({ run: this.#run, type: 'start', start }, [], 'started')
    } finally {
      clearTimeout(timer)
    }
  }

  async feed(slice: Slice): Promise<Slice> {
    const message = { run: this.#run, type: 'slice', slice } as const
    const answer = await this.#ask(message, buffersOfSlice(slice), 'taken')
    return answer.type === 'taken' ? answer.slice : slice
  }

  async findings(isLast: boolean): Promise<Findings> {
    const answer = await this.#ask({ run: this.#run, type: 'findings', isLast }, [], 'findings')
    if (answer.type !== 'findings') throw new Error('the worker answered something else')
    return answer.findings
  }

  close(): void {
    this.#break(new Error('closed'))
  }

  #ask(message: ToWorker, transfer: Transferable[], type: FromWorker['type']): Promise<FromWorker> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ type, resolve, reject })
      this.#worker.postMessage(message, transfer)
    })
  }

  #receive(message: FromWorker): void {
    if (message.type === 'failed' && (message.run === this.#run || message.run < 0)) {
      this.#break(new Error(message.message))
      return
    }
    if (message.run !== this.#run) return
    const at = this.#waiting.findIndex(({ type }) => type === message.type)
    const [waiter] = at < 0 ? [] : this.#waiting.splice(at, 1)
    waiter?.resolve(message)
  }

  #break(error: Error): void {
    this.#broken ??= error
    this.#worker.terminate()
    this.#rejectAll(error)
  }

  #rejectAll(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(error)
  }
}
