import type { StreamLabels } from './labels.ts'

const FIRST_CAPACITY = 256

/** Columns of a page while it is being read; they grow, and are allocated once a page. */
export class PageRows {
  at = new Int32Array(FIRST_CAPACITY * 2)
  seconds = new Int32Array(FIRST_CAPACITY)
  nanos = new Int32Array(FIRST_CAPACITY)
  stream = new Uint16Array(FIRST_CAPACITY)
  count = 0
  readonly labels: StreamLabels[] = []

  add(from: number, to: number, seconds: number, nanos: number, stream: number): void {
    const i = this.count
    if (i === this.seconds.length) this.#grow()
    this.at[2 * i] = from
    this.at[2 * i + 1] = to
    this.seconds[i] = seconds
    this.nanos[i] = nanos
    this.stream[i] = stream
    this.count = i + 1
  }

  #grow(): void {
    const capacity = this.seconds.length * 4
    this.at = enlarged(this.at, new Int32Array(capacity * 2))
    this.seconds = enlarged(this.seconds, new Int32Array(capacity))
    this.nanos = enlarged(this.nanos, new Int32Array(capacity))
    this.stream = enlarged(this.stream, new Uint16Array(capacity))
  }
}

function enlarged<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  into.set(from)
  return into
}
