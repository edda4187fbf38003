import type { Delivery } from './deliver.ts'
import type { Intake } from './intake.ts'

/** An input or a sink, for `/readyz` and the status page. */
export interface ComponentState {
  readonly role: 'input' | 'sink'
  readonly name: string
  readonly type: string
  /** Whether Picket is not ready without it. */
  readonly required: boolean
  /** Why it does not work; undefined if it does. */
  readonly problem: string | undefined
  /** An input that came to its end. */
  readonly isEnded: boolean
  /** Detections that wait for a sink. */
  readonly queue: number
}

export function inputState({ source, problem, isEnded }: Intake): ComponentState {
  const { name, type } = source
  return { role: 'input', name, type, required: true, problem, isEnded, queue: 0 }
}

/** `detections`: how many there have been since the first run. */
export function sinkState({ sink, problem, done }: Delivery, detections: number): ComponentState {
  const { name, type, required } = sink
  return { role: 'sink', name, type, required, problem, isEnded: false, queue: detections - done }
}
