import { R_DST, R_SRC } from '../row.ts'
import type { AddressExpression } from './address-expression.ts'
import { IP_OPTIONS } from './ip-options.ts'
import { ruleVariables } from './variables.ts'
import type { RuleVariables } from './variables.ts'

/** Address lists that have a bit of their own; the rest are tested packet by packet. */
export const NET_BITS = 30

/**
 * The distinct address lists of all rules, numbered. The tracker asks `bitsOf` once for each source and
 * destination and keeps the answer beside it; the matcher then tests one bit instead of an address.
 *
 * Lists are added while a `Matcher` is built: bits computed before that are not valid for it.
 */
export class NetTable {
  readonly variables: RuleVariables
  /** Numbers of IP options by name. */
  readonly ipOptions: Readonly<Record<string, number>>
  readonly #lists: AddressExpression[] = []
  readonly #numbers = new Map<string, number>()

  constructor(
    options: {
      readonly homeNet?: readonly string[]
      readonly variables?: RuleVariables
      readonly ipOptions?: Readonly<Record<string, number>> | undefined
    } = {},
  ) {
    this.ipOptions = options.ipOptions ?? IP_OPTIONS
    this.variables = ruleVariables(options.homeNet ?? [], options.variables)
  }

  get size(): number {
    return this.#lists.length
  }

  /** Number of a list, the same for the same list. */
  add(list: AddressExpression): number {
    const known = this.#numbers.get(list.text)
    if (known !== undefined) return known
    const number = this.#lists.push(list) - 1
    this.#numbers.set(list.text, number)
    return number
  }

  /** Bit n is set if list n (of the first 30) holds the address. */
  bitsOf(a0: number, a1: number, a2: number, a3: number): number {
    let bits = 0
    const count = Math.min(this.#lists.length, NET_BITS)
    for (let i = 0; i < count; i++) {
      if (this.#lists[i]!.contains(a0, a1, a2, a3)) bits |= 1 << i
    }
    return bits
  }

  /** Whether list `number` holds the source or the destination of the packet at `o`. */
  holds(number: number, rows: Int32Array, o: number, side: typeof R_SRC | typeof R_DST): boolean {
    const at = o + side
    return this.#lists[number]!.contains(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!)
  }
}
