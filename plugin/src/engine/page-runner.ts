import type { Findings, RunStart, Slice } from './messages'
import type { Runner } from './runner'
import type { EngineMaker } from './engine-options'
import type { Run } from './run'
import { SLICE_LINES } from './slices'
import { BUDGET_MS, nextTurn } from './turns'

const FEWEST_LINES = 100

/** The core on the page's own thread, where there is no worker: little at a time, then the page's turn. */
export class PageRunner implements Runner {
  readonly window = 1
  /** Changes with the speed that is seen. */
  lines = 500
  #run: Run | undefined
  #maker: EngineMaker | undefined

  async start(start: RunStart): Promise<void> {
    const [{ Run }, { EngineMaker }] = await Promise.all([
      import('./run'),
      import('./engine-options'),
    ])
    this.#maker ??= new EngineMaker()
    this.#run = new Run(start, this.#maker)
    await nextTurn()
  }

  async feed(slice: Slice): Promise<Slice> {
    const from = performance.now()
    this.#run?.feed(slice)
    const perLine = (performance.now() - from) / Math.max(1, slice.count)
    const fitting = Math.round(BUDGET_MS / Math.max(perLine, 1e-4))
    this.lines = Math.min(SLICE_LINES, Math.max(FEWEST_LINES, fitting))
    await nextTurn()
    return slice
  }

  async findings(isLast: boolean): Promise<Findings> {
    const findings = this.#run?.findings()
    if (findings === undefined) throw new Error('no run')
    if (isLast) this.#run = undefined
    await nextTurn()
    return findings
  }

  close(): void {
    this.#run = undefined
  }
}
