import { PORTS, type PortBand } from './port-bands'

/** What comes together in the rows of a heatmap. */
export interface BandSums {
  /** Number of buckets. */
  readonly count: number
  /** Packets by band and bucket: `cells[band * count + bucket]`. */
  readonly cells: Float64Array
  /** Highest level by band. */
  readonly levels: Uint8Array
}

const LEVELS = 6

/**
 * Spreads packets over the bands of a protocol. Ports are cut into runs that lie in one band each; a range is noted where
 * it begins and where it ends, and summed up by `finish`: how many ports or bands it goes through makes no difference.
 */
export class PortSpread {
  readonly #sums: BandSums
  /** First port of each run, and behind the last one the number of ports. */
  readonly #starts: readonly number[]
  /** Band of each run, -1: none. */
  readonly #bands: readonly number[]
  /** Run of each port. */
  readonly #runOf = new Int32Array(PORTS)
  /** By bucket and run: packets for each port from here on, and how many ranges these are of. */
  readonly #each: Float64Array
  readonly #open: Int32Array
  /** By level and run: ranges of that level from here on. */
  readonly #ofLevel: Int32Array

  constructor(bands: readonly PortBand[], protocol: string, sums: BandSums) {
    const bandOf = bandsOfPorts(bands, protocol)
    const starts: number[] = []
    const bandsOfRuns: number[] = []
    for (let port = 0; port < PORTS; port++) {
      const band = bandOf[port] ?? -1
      if (port === 0 || band !== bandsOfRuns.at(-1)) {
        starts.push(port)
        bandsOfRuns.push(band)
      }
      this.#runOf[port] = starts.length - 1
    }
    this.#sums = sums
    this.#starts = [...starts, PORTS]
    this.#bands = bandsOfRuns
    this.#each = new Float64Array(sums.count * starts.length)
    this.#open = new Int32Array(sums.count * starts.length)
    this.#ofLevel = new Int32Array(LEVELS * (starts.length + 1))
  }

  /** Ports from 0 to 65,535, ends included. */
  add(low: number, high: number, bucket: number, packets: number, level: number): void {
    const first = this.#runOf[low] ?? 0
    const last = this.#runOf[high] ?? first
    const runs = this.#bands.length
    add(this.#ofLevel, level * (runs + 1) + first, 1)
    add(this.#ofLevel, level * (runs + 1) + last + 1, -1)
    if (first === last) {
      this.#put(first, bucket, packets)
      return
    }
    const each = packets / (high - low + 1)
    this.#put(first, bucket, each * ((this.#starts[first + 1] ?? PORTS) - low))
    this.#put(last, bucket, each * (high + 1 - (this.#starts[last] ?? 0)))
    if (last === first + 1) return
    const row = bucket * runs
    add(this.#each, row + first + 1, each)
    add(this.#each, row + last, -each)
    add(this.#open, row + first + 1, 1)
    add(this.#open, row + last, -1)
  }

  /** Puts the ranges into the sums. Once, after the last `add`. */
  finish(): void {
    const runs = this.#bands.length
    for (let bucket = 0; bucket < this.#sums.count; bucket++) {
      let each = 0
      let open = 0
      for (let run = 0; run < runs; run++) {
        open += this.#open[bucket * runs + run] ?? 0
        // What is added and taken away leaves a rest.
        each = open === 0 ? 0 : each + (this.#each[bucket * runs + run] ?? 0)
        const ports = (this.#starts[run + 1] ?? PORTS) - (this.#starts[run] ?? 0)
        if (open > 0) this.#put(run, bucket, each * ports)
      }
    }
    const { levels } = this.#sums
    for (let level = 1; level < LEVELS; level++) {
      let open = 0
      this.#bands.forEach((band, run) => {
        open += this.#ofLevel[level * (runs + 1) + run] ?? 0
        if (open > 0 && band >= 0 && level > (levels[band] ?? 0)) levels[band] = level
      })
    }
  }

  #put(run: number, bucket: number, packets: number): void {
    const band = this.#bands[run] ?? -1
    if (band >= 0) add(this.#sums.cells, band * this.#sums.count + bucket, packets)
  }
}

function add(array: Float64Array | Int32Array, at: number, by: number): void {
  array[at] = (array[at] ?? 0) + by
}

/** Band of each port, -1: none. Bands of one port win over ranges that lie around them. */
function bandsOfPorts(bands: readonly PortBand[], protocol: string): Int16Array {
  const bandOf = new Int16Array(PORTS).fill(-1)
  const span = (at: number) => (bands[at]?.high ?? 0) - (bands[at]?.low ?? 0)
  for (const at of bands.map((_, i) => i).sort((a, b) => span(b) - span(a))) {
    const band = bands[at]
    if (band === undefined || (band.protocol !== undefined && band.protocol !== protocol)) continue
    bandOf.fill(at, band.low, band.high + 1)
  }
  return bandOf
}
