import { PacketFilter } from '../packet-filter.ts'
import type { InternTable } from '../parse/api.ts'
import { R_FROM, R_PREFIX, R_TO } from '../row.ts'

const decoder = new TextDecoder()

/** What is asked of a line's text: whether it is wanted at all, and whether fwsnort logged it. */
export class LineRules {
  /** Any text is required. */
  readonly any: boolean
  /** Which packets the operator asked for. */
  readonly filter: PacketFilter | undefined
  readonly #required: readonly RegExp[]
  /** The mark with the digits of a sid behind it. */
  readonly #sid: RegExp | undefined
  readonly #interned: InternTable
  /** By intern id of a prefix: 0 not looked at, 1 no sid, sid + 2. */
  #sids = new Int32Array(2048)

  /** `mark`: what stands before a sid in prefixes of fwsnort; '' = nothing does. */
  constructor(
    options: { requireText: readonly string[]; fwsnortMark: string; where: string },
    interned: InternTable,
  ) {
    this.filter = options.where === '' ? undefined : new PacketFilter(options.where, interned)
    this.#required = options.requireText.map((text) => new RegExp(text))
    this.any = this.#required.length > 0
    const mark = options.fwsnortMark.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    this.#sid = mark === '' ? undefined : new RegExp(`${mark}(\\d{1,9})`)
    this.#interned = interned
  }

  /** One of the texts is in the line, or a sid of fwsnort in its prefix (psad.md 1.2, step 11). */
  wants(rows: Int32Array, o: number, bytes: Uint8Array): boolean {
    if (this.fwsnortSid(rows[o + R_PREFIX]!) >= 0) return true
    const line = decoder.decode(bytes.subarray(rows[o + R_FROM], rows[o + R_TO]))
    return this.#required.some((pattern) => pattern.test(line))
  }

  /** The sid that fwsnort put into the prefix, -1 if none. */
  fwsnortSid(prefix: number): number {
    if (prefix === 0) return -1
    const known = this.#sids[prefix] ?? 1
    return known === 0 ? this.#lookUp(prefix) : known - 2
  }

  #lookUp(prefix: number): number {
    const digits = this.#sid?.exec(this.#interned.text(prefix))?.[1]
    const sid = digits === undefined ? -1 : Number(digits)
    this.#sids[prefix] = sid + 2
    return sid
  }
}
