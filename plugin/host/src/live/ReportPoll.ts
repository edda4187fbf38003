/** As much of `/api/v1/report` as the page reads. */
export interface LiveReport {
  readonly generatedAt: string
  readonly lines: { readonly read: number; readonly packets: number }
  readonly dangerLevels: Readonly<Record<string, number>>
  readonly attackers: ReadonlyArray<{
    readonly source: string
    readonly dangerLevel: number
    readonly packets: number
  }>
  readonly ports: ReadonlyArray<{
    readonly protocol: string
    readonly port: number
    readonly packets: number
  }>
  readonly totals: { readonly sources: number; readonly detections: number }
}

export interface ReportState {
  readonly report: LiveReport | undefined
  /** False if the last question went unanswered. */
  readonly isReached: boolean
}

const POLL_MS = 3000
const TIMEOUT_MS = 10_000
/** Attackers and ports; the counts over everything are complete. */
const TOP = 200

/** Asks for the report every few seconds while the page is visible. */
export class ReportPoll {
  #state: ReportState = { report: undefined, isReached: true }
  readonly #listeners = new Set<() => void>()
  #timer: number | undefined

  readonly state = (): ReportState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.#poll()
    })
    void this.#poll()
  }

  async #poll(): Promise<void> {
    window.clearTimeout(this.#timer)
    if (!document.hidden) this.#set(await ask().catch(() => undefined))
    window.clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => void this.#poll(), POLL_MS)
  }

  #set(report: LiveReport | undefined): void {
    this.#state = { report: report ?? this.#state.report, isReached: report !== undefined }
    for (const listener of this.#listeners) listener()
  }
}

async function ask(): Promise<LiveReport> {
  const answer = await fetch(`/api/v1/report?top=${TOP}&destinations=0`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!answer.ok) throw new Error(`Picket answered ${answer.status}`)
  return (await answer.json()) as LiveReport
}
