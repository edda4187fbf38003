import { BACKSLASH, COLON, OPEN, QUOTE, bytesOf, skipBlanks, startsWith } from './bytes.ts'

// Slots of the values that are looked for; in each group the first that is there counts.
const MESSAGE = 0
const MICROS = 3
const TIME = 4
const HOST = 7
const ULOGD = 10
const HOST_HOSTNAME = 11
const HOST_NAME = 12
const SLOTS = 13

/** journald, ECS (Filebeat), Vector, Docker's json-file driver; ulogd's dotted keys. */
const KEYS: readonly (readonly [string, number])[] = [
  ['MESSAGE', MESSAGE],
  ['message', MESSAGE + 1],
  ['log', MESSAGE + 2],
  ['__REALTIME_TIMESTAMP', MICROS],
  ['@timestamp', TIME],
  ['timestamp', TIME + 1],
  ['time', TIME + 2],
  ['_HOSTNAME', HOST],
  ['hostname', HOST + 1],
  ['host', HOST + 2],
  ['ip.protocol', ULOGD],
  ['ip6.nexthdr', ULOGD],
  ['oob.family', ULOGD],
  ['oob.prefix', ULOGD],
  ['oob.in', ULOGD],
  ['raw.pktlen', ULOGD],
]
const NAMES = KEYS.map(([name]) => bytesOf(name))
const NAME = bytesOf('name')
const HOSTNAME = bytesOf('hostname')

const ABSENT = -1

/** Where a JSON line keeps what Picket needs: one pass over its bytes, nothing is copied. Reused. Positions are in the bytes given. */
export class JsonLine {
  messageFrom = ABSENT
  messageTo = ABSENT
  timeFrom = ABSENT
  timeTo = ABSENT
  hostFrom = ABSENT
  hostTo = ABSENT
  /** Microseconds since 1970 as journald writes them. */
  microsFrom = ABSENT
  microsTo = ABSENT
  isUlogd = false
  readonly #at = new Int32Array(SLOTS)
  readonly #depth = new Int32Array(SLOTS)

  /** Finds the message and its neighbours in `b[from..end)`. A value nearer to the top counts before one deeper down. */
  read(b: Uint8Array, from: number, end: number): void {
    this.#at.fill(ABSENT)
    this.#scan(b, from, end)
    this.isUlogd = this.#at[ULOGD] !== ABSENT
    this.messageFrom = this.#first(MESSAGE, MICROS)
    this.messageTo =
      this.messageFrom >= 0 && b[this.messageFrom - 1] === OPEN
        ? arrayEnd(b, this.messageFrom, end)
        : stringEnd(b, this.messageFrom, end)
    this.microsFrom = this.#first(MICROS, TIME)
    this.microsTo = stringEnd(b, this.microsFrom, end)
    this.timeFrom = this.#first(TIME, HOST)
    this.timeTo = stringEnd(b, this.timeFrom, end)
    this.hostFrom = this.#first(HOST, HOST + 1)
    if (this.hostFrom < 0) this.hostFrom = this.#first(HOST_HOSTNAME, SLOTS)
    if (this.hostFrom < 0) this.hostFrom = this.#first(HOST + 1, ULOGD)
    this.hostTo = stringEnd(b, this.hostFrom, end)
  }

  #first(from: number, to: number): number {
    for (let slot = from; slot < to; slot++) if (this.#at[slot] !== ABSENT) return this.#at[slot]!
    return ABSENT
  }

  #scan(b: Uint8Array, from: number, end: number): void {
    let depth = 0
    /** Depth of the fields of ECS's `host` while inside it. */
    let hostDepth = ABSENT
    for (let p = from; p < end; p++) {
      const c = b[p]!
      if (c === 123 || c === OPEN) depth++
      else if (c === 125 || c === 93) {
        if (--depth < hostDepth) hostDepth = ABSENT
      }
      if (c !== QUOTE) continue
      const keyFrom = p + 1
      const keyTo = stringEnd(b, keyFrom, end)
      p = keyTo
      const colon = skipBlanks(b, keyTo + 1, end)
      if (colon >= end || b[colon] !== COLON) continue
      const value = skipBlanks(b, colon + 1, end)
      p = value - 1
      const slot = slotOf(b, keyFrom, keyTo, depth === hostDepth)
      if (slot === HOST + 2 && b[value] === 123) hostDepth = depth + 1
      if (slot !== ABSENT) this.#take(b, slot, value, depth)
    }
  }

  #take(b: Uint8Array, slot: number, value: number, depth: number): void {
    const isText = b[value] === QUOTE || slot === ULOGD || (slot === MESSAGE && b[value] === OPEN)
    // Of agents and the like there are host names and times deeper down.
    const isOther =
      depth > 1 && slot > MESSAGE + 2 && slot < ULOGD && slot !== HOST && slot !== MICROS
    if (!isText || isOther) return
    if (this.#at[slot] !== ABSENT && this.#depth[slot]! <= depth) return
    this.#at[slot] = value + 1
    this.#depth[slot] = depth
  }
}

function slotOf(b: Uint8Array, from: number, to: number, inHost: boolean): number {
  const length = to - from
  if (inHost) {
    if (length === NAME.length && startsWith(b, from, to, NAME)) return HOST_NAME
    if (length === HOSTNAME.length && startsWith(b, from, to, HOSTNAME)) return HOST_HOSTNAME
    return ABSENT
  }
  for (let i = 0; i < NAMES.length; i++)
    if (NAMES[i]!.length === length && startsWith(b, from, to, NAMES[i]!)) return KEYS[i]![1]
  return ABSENT
}

/** Where the string that begins at `from` ends: at its quote, or where the line was cut. -1 for no string. */
function stringEnd(b: Uint8Array, from: number, end: number): number {
  if (from < 0) return ABSENT
  let p = from
  while (p < end && b[p] !== QUOTE) p += b[p] === BACKSLASH ? 2 : 1
  return Math.min(p, end)
}

function arrayEnd(b: Uint8Array, from: number, end: number): number {
  let p = from
  while (p < end && b[p] !== 93) p++
  return p
}
