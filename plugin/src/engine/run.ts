import type { Detection, Engine, FeedContext, Labels } from '@picket/processor/core'
import { Emitted } from './emitted'
import { EngineMaker } from './engine-options'
import { linesPart } from './lines-part'
import type { Findings, RunStart, Slice } from './messages'
import { Packets } from './packets'

/** The detection core over one set of lines: slices in, in order of time, the picture out whenever it is asked for. */
export class Run {
  readonly #start: RunStart
  readonly #engine: Engine
  readonly #packets = new Packets()
  readonly #emitted: Emitted
  readonly #context: FeedContext
  readonly #labels: readonly Labels[]
  readonly #json: string[] = []

  constructor(start: RunStart, maker = new EngineMaker()) {
    this.#start = start
    this.#engine = maker.make(start.settings)
    this.#emitted = new Emitted(this.#packets.book, start.selector)
    this.#context = {
      selector: start.selector,
      onRows: this.#packets.add,
      onOutline: this.#emitted.add,
    }
    this.#labels = start.hosts.map((host): Labels => (host === '' ? {} : { host }))
  }

  feed({ count, bytes, at, seconds, nanos, host }: Slice): void {
    const { detections, reference } = this.#start
    this.#engine.feed(
      {
        bytes,
        at,
        count,
        seconds,
        nanos,
        stream: host,
        labels: this.#labels,
        time: 'entry',
        reference,
      },
      detections ? this.#take : undefined,
      this.#context,
    )
  }

  readonly #take = (detection: Detection): void => {
    this.#json.push(JSON.stringify(detection))
  }

  findings(): Findings {
    const { selector, datasource } = this.#start
    const part = linesPart({
      report: this.#engine.report(),
      packets: this.#packets,
      emitted: this.#emitted,
      selector,
      datasource,
    })
    return { part, detections: this.#json }
  }
}
