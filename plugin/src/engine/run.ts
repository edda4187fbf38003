import type { Detection, Engine, FeedContext, Labels } from '@picket/processor/core'
import { Emitted } from './emitted'
import { engineFor } from './engine-options'
import type { Findings, RunStart, Slice } from './messages'
import { Packets } from './packets'
import { linesPart } from './lines-part'

/** The detection core over one set of lines: slices in, in order of time, the picture out whenever it is asked for. */
export class Run {
  readonly #start: RunStart
  readonly #engine: Engine
  readonly #packets = new Packets()
  readonly #context: FeedContext
  readonly #labels: readonly Labels[]
  readonly #emitted = new Emitted()
  readonly #json: string[] = []

  constructor(start: RunStart) {
    this.#start = start
    this.#engine = engineFor(start.settings)
    this.#context = { selector: start.selector, onRows: this.#packets.add }
    this.#labels = start.hosts.map((host): Labels => (host === '' ? {} : { host }))
  }

  feed({ count, bytes, at, seconds, nanos, host }: Slice): void {
    const { reference } = this.#start
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
      this.#take,
      this.#context,
    )
  }

  readonly #take = (detection: Detection): void => {
    this.#emitted.add(detection)
    if (this.#start.detections) this.#json.push(JSON.stringify(detection))
  }

  findings(): Findings {
    return {
      part: linesPart({
        report: this.#engine.report(),
        packets: this.#packets,
        emitted: this.#emitted,
        selector: this.#start.selector,
        datasource: this.#start.datasource,
      }),
      detections: this.#json,
    }
  }
}
