import {
  F_LEFT_OUT,
  protocolName,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_NANOS,
  R_PROTO,
  R_SECONDS,
  R_SRC,
  ROW,
  type PacketRows,
} from '@picket/processor/core'
import { sortedByTime } from '../data/activity'
import type { Activity } from '../data/model'
import { AddressBook } from './address-book'

/** Numbers of the address book are below: with protocol and port, 52 bits, which a double holds exactly. */
const MOST_SOURCES = 2 ** 28

/** Every packet that counts, in columns: what is drawn over time. */
export class Packets {
  readonly book = new AddressBook()
  count = 0
  #time = new Float64Array(8192)
  #source = new Int32Array(8192)
  #destination = new Int32Array(8192)
  /** Protocol number. */
  #protocol = new Int16Array(8192)
  #port = new Int32Array(8192)

  readonly add = ({ ints, count }: PacketRows): void => {
    if (this.count + count > this.#time.length) this.#grow(this.count + count)
    let at = this.count
    for (let row = 0; row < count; row++) {
      const o = row * ROW
      if (((ints[o + R_FLAGS] ?? 0) & F_LEFT_OUT) !== 0) continue
      this.#time[at] = (ints[o + R_SECONDS] ?? 0) * 1000 + (ints[o + R_NANOS] ?? 0) / 1e6
      this.#source[at] = this.book.of(ints, o + R_SRC)
      this.#destination[at] = this.book.of(ints, o + R_DST)
      this.#protocol[at] = ints[o + R_PROTO] ?? 0
      this.#port[at] = ints[o + R_DPT] ?? -1
      at++
    }
    this.count = at
  }

  /** Columns as the model has them; `places` says which attacker an address of the book is, -1 = none. */
  activity(places: Int32Array): {
    readonly activity: Activity
    readonly addresses: readonly string[]
    readonly protocols: readonly string[]
  } {
    const { count } = this
    const source = new Int32Array(count)
    const destination = new Int32Array(count)
    const protocol = new Int16Array(count)
    const numbers = new Int32Array(this.book.count).fill(-1)
    const addresses: string[] = []
    const protocolOf = new Int16Array(257).fill(-1)
    const protocols: string[] = []
    for (let i = 0; i < count; i++) {
      source[i] = places[this.#source[i] ?? 0] ?? -1
      const address = this.#destination[i] ?? 0
      let number = numbers[address] ?? -1
      if (number < 0) {
        number = numbers[address] = addresses.length
        addresses.push(this.book.text(address))
      }
      destination[i] = number
      const code = this.#protocol[i] ?? 0
      let name = protocolOf[code] ?? -1
      if (name < 0) {
        name = protocolOf[code] = protocols.length
        protocols.push(protocolName(code))
      }
      protocol[i] = name
    }
    const port = this.#port.slice(0, count)
    const activity = sortedByTime({
      length: count,
      time: this.#time.slice(0, count),
      source,
      destination,
      protocol,
      low: port,
      high: port.slice(),
      packets: new Float64Array(count).fill(1),
    })
    return { activity, addresses, protocols }
  }

  /** Calls for each port with its packets, and one number for each of its sources. */
  ports(
    visit: (protocol: string, port: number, packets: number, sources: readonly number[]) => void,
  ): void {
    // Port and source in one number: sorted, the sources of a port stand together, each one's packets too.
    const keys = new Float64Array(this.count)
    let count = 0
    for (let i = 0; i < this.count; i++) {
      const port = this.#port[i] ?? -1
      if (port < 0) continue
      const key = (this.#protocol[i] ?? 0) * 65_536 + port
      keys[count++] = key * MOST_SOURCES + (this.#source[i] ?? 0)
    }
    const sorted = keys.subarray(0, count).sort()
    for (let i = 0; i < count;) {
      const from = i
      const key = Math.floor((sorted[i] ?? 0) / MOST_SOURCES)
      const sources: number[] = []
      let last = -1
      for (; i < count; i++) {
        const source = (sorted[i] ?? 0) - key * MOST_SOURCES
        if (source >= MOST_SOURCES) break
        if (source !== last) sources.push(source)
        last = source
      }
      visit(protocolName(Math.floor(key / 65_536)), key % 65_536, i - from, sources)
    }
  }

  #grow(least: number): void {
    const length = Math.max(least, this.#time.length * 2)
    const copy = <T extends Float64Array | Int32Array | Int16Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.#time = copy(this.#time, new Float64Array(length))
    this.#source = copy(this.#source, new Int32Array(length))
    this.#destination = copy(this.#destination, new Int32Array(length))
    this.#protocol = copy(this.#protocol, new Int16Array(length))
    this.#port = copy(this.#port, new Int32Array(length))
  }
}
