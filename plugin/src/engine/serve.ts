import { EngineMaker } from './engine-options'
import type { Findings, FromWorker, ToWorker } from './messages'
import { Run } from './run'
import { buffersOfSlice } from './slices'

/** What a worker has of its global object, as far as it is used here. */
export interface WorkerScope {
  onmessage: ((message: MessageEvent<unknown>) => void) | null
  postMessage(message: FromWorker, transfer: Transferable[]): void
}

/** Answers messages, those that waited first. One run at a time: a start ends the one before. */
export function serve(scope: WorkerScope, waiting: readonly MessageEvent<unknown>[]): void {
  const maker = new EngineMaker()
  let run: Run | undefined
  let current = -1
  const answer = (message: ToWorker): void => {
    if (message.type === 'start') {
      current = message.run
      run = new Run(message.start, maker)
      scope.postMessage({ run: current, type: 'started' }, [])
      return
    }
    if (message.run !== current || run === undefined) return
    if (message.type === 'slice') {
      run.feed(message.slice)
      scope.postMessage(
        { run: current, type: 'taken', slice: message.slice },
        buffersOfSlice(message.slice),
      )
      return
    }
    const findings = run.findings()
    if (message.isLast) run = undefined
    scope.postMessage({ run: current, type: 'findings', findings }, buffersOf(findings))
  }
  const receive = ({ data }: MessageEvent<unknown>): void => {
    const message = data as ToWorker
    try {
      answer(message)
    } catch (error) {
      run = undefined
      scope.postMessage({ run: message.run, type: 'failed', message: String(error) }, [])
    }
  }
  scope.onmessage = receive
  for (const message of waiting) receive(message)
}

function buffersOf({ part }: Findings): Transferable[] {
  const { time, source, destination, protocol, low, high, packets } = part.activity
  return [time, source, destination, protocol, low, high, packets].map(
    ({ buffer }) => buffer as ArrayBuffer,
  )
}
