import { PacketFilter } from '../packet-filter.ts'
import type { InternTable } from '../parse/api.ts'
import { R_FROM, R_TO } from '../row.ts'

const decoder = new TextDecoder()

/** What is asked of a line's text: whether it is wanted at all, and whether fwsnort logged it. */
export class LineRules {
  /** Any text is required. */
  readonly any: boolean
  /** Which packets the operator asked for. */
  readonly filter: PacketFilter | undefined
  readonly #required: readonly RegExp[]
  readonly #mark: string
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
    this.#mark = options.fwsnortMark
    this.#interned = interned
  }

  /** One of the texts, or fwsnort's mark, is in the line. */
  wants(rows: Int32Array, o: number, bytes: Uint8Array): boolean {
    const line = decoder.decode(bytes.subarray(rows[o + R_FROM], rows[o + R_TO]))
    if (this.#mark !== '' && line.includes(this.#mark)) return true
    return this.#required.some((pattern) => pattern.test(line))
  }

  /** The sid that fwsnort put into the prefix, -1 if none. */
  fwsnortSid(prefix: number): number {
    if (prefix === 0) return -1
    const known = this.#sids[prefix] ?? 1
    return known === 0 ? this.#lookUp(prefix) : known - 2
  }

  #lookUp(prefix: number): number {
    const text = this.#interned.text(prefix)
    const at = this.#mark === '' ? -1 : text.indexOf(this.#mark)
    const digits = at < 0 ? null : /^\d{1,9}/.exec(text.slice(at + this.#mark.length))
    const sid = digits === null ? -1 : Number(digits[0])
    this.#sids[prefix] = sid + 2
    return sid
  }
}
