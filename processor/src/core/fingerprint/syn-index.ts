import type { NumberForm, SynFingerprint } from './fingerprint.ts'
import { OPTION_CODES, OPTION_LETTERS } from './syn-options.ts'
import type { SynOptions } from './syn-options.ts'

/** What a SYN shows beside its options. One object for all packets. */
export interface SynFacts {
  window: number
  ttl: number
  /** 0 or 1; -1 where there is no such bit (IPv6): then it fits all. */
  df: number
  /** As IPv4 would have it. */
  length: number
  /** TRAIT_* bits. */
  traits: number
}

const FORMS: readonly NumberForm['form'][] = [
  'any',
  'equal',
  'multiple',
  'between',
  'mss',
  'mtu',
  'full',
]
const F_EQUAL = 1
const F_MULTIPLE = 2
const F_BETWEEN = 3
/** This and all after it ask for the MSS. */
const F_MSS = 4
const F_MTU = 5

// An entry, 10 ints
const ENTRY = 10
const E_WINDOW_FORM = 0
const E_WINDOW = 1
const E_TTL = 2
const E_DF = 3
const E_LENGTH_FORM = 4
const E_LENGTH = 5
const E_TRAITS = 6
/** Tests of options: from, to (offsets into `tests`). */
const E_TESTS = 7
const E_TESTS_END = 8
/** Index of the fingerprint. */
const E_INDEX = 9

// A test of the option at a position: position, NumberForm or TEST_CODE, value
const TEST = 3
const TEST_CODE = 16

/** Lengths by which SYNs without known options are found. */
const MOST_LENGTH = 255

/**
 * Which fingerprints a SYN fits, without trying all of them: a tree by the kinds of options in their order leads to the few that have
 * the packet's, and those are compared field by field.
 *
 * psad compares only as many options as the fingerprint has (psad.md 6.1), so with `psad` all fingerprints on the way fit;
 * else only those at its end. Allocates nothing after construction.
 */
export class SynIndex {
  readonly #psad: boolean
  readonly #maxHops: number
  readonly #entries: Int32Array
  readonly #tests: Int32Array
  /** Child of each node by option code, 0 = none; node 0 is the root. */
  readonly #children: Int32Array
  /** Where each node's entries begin; one more for the end. */
  readonly #starts: Int32Array
  /** Entries by length, for SYNs whose options are not known: starts by length, then the entries. */
  readonly #byLengthStarts = new Int32Array(MOST_LENGTH + 2)
  readonly #byLength: Int32Array
  readonly isEmpty: boolean

  constructor(
    fingerprints: readonly SynFingerprint[],
    options: { readonly psad: boolean; readonly maxHops: number },
  ) {
    this.#psad = options.psad
    this.#maxHops = options.maxHops
    this.isEmpty = fingerprints.length === 0
    const tests: number[] = []
    const children: number[] = new Array<number>(OPTION_CODES).fill(0)
    const nodes: number[][] = [[]]
    const rows = fingerprints.map((fingerprint, index) => {
      const from = tests.length
      const node = place(fingerprint, children, nodes, tests)
      nodes[node]!.push(index)
      return rowOf(fingerprint, index, from, tests.length)
    })
    const order = nodes.flat()
    this.#entries = Int32Array.from(order.flatMap((index) => rows[index]!))
    this.#tests = Int32Array.from(tests)
    this.#children = Int32Array.from(children)
    this.#starts = new Int32Array(nodes.length + 1)
    nodes.forEach((list, node) => (this.#starts[node + 1] = this.#starts[node]! + list.length))
    this.#byLength = this.#groupByLength()
  }

  #groupByLength(): Int32Array {
    const entries = this.#entries
    const found: number[] = []
    for (let length = 0; length <= MOST_LENGTH; length++) {
      this.#byLengthStarts[length] = found.length
      for (let e = 0; e < entries.length; e += ENTRY)
        if (entries[e + E_LENGTH_FORM] === F_EQUAL && entries[e + E_LENGTH] === length)
          found.push(e)
    }
    this.#byLengthStarts[MOST_LENGTH + 1] = found.length
    return Int32Array.from(found)
  }

  /** Writes the indexes of the fingerprints that fit into `out`, as many as there is room for; returns how many. */
  match(options: SynOptions, facts: SynFacts, out: Int32Array): number {
    let found = 0
    let node = 0
    let depth = 0
    const { codes, count } = options
    for (;;) {
      if (this.#psad || depth === count) {
        const end = this.#starts[node + 1]! * ENTRY
        for (let e = this.#starts[node]! * ENTRY; e < end && found < out.length; e += ENTRY)
          if (this.#fits(e, options, facts)) out[found++] = this.#entries[e + E_INDEX]!
      }
      if (depth === count) return found
      node = this.#children[node * OPTION_CODES + codes[depth]!]!
      if (node === 0) return found
      depth++
    }
  }

  /**
   * The same where the options were not logged: all of that length, by TTL, DF and window size; windows in segments fit if the
   * segment is of a usual size.
   */
  matchBlind(facts: SynFacts, out: Int32Array): number {
    const { length } = facts
    if (length < 0 || length > MOST_LENGTH) return 0
    let found = 0
    const end = this.#byLengthStarts[length + 1]!
    for (let i = this.#byLengthStarts[length]!; i < end && found < out.length; i++) {
      const e = this.#byLength[i]!
      if (this.#fitsHeader(e, facts) && this.#fitsWindowBlind(e, facts.window))
        out[found++] = this.#entries[e + E_INDEX]!
    }
    return found
  }

  #fits(e: number, options: SynOptions, facts: SynFacts): boolean {
    const entries = this.#entries
    if (!fitsForm(entries[e + E_LENGTH_FORM]!, entries[e + E_LENGTH]!, facts.length)) return false
    if (!this.#fitsHeader(e, facts)) return false
    const form = entries[e + E_WINDOW_FORM]!
    const value = entries[e + E_WINDOW]!
    if (form < F_MSS) {
      if (!fitsForm(form, value, facts.window)) return false
    } else if (options.mss < 0 || facts.window !== windowOf(form, value, options.mss)) return false
    const tests = this.#tests
    const end = entries[e + E_TESTS_END]!
    for (let t = entries[e + E_TESTS]!; t < end; t += TEST) {
      const position = tests[t]!
      if (position >= options.count) return false
      if (tests[t + 1] === TEST_CODE) {
        if (options.codes[position] !== tests[t + 2]) return false
      } else if (!fitsForm(tests[t + 1]!, tests[t + 2]!, options.values[position]!)) return false
    }
    return true
  }

  #fitsHeader(e: number, facts: SynFacts): boolean {
    const entries = this.#entries
    const ttl = entries[e + E_TTL]!
    if (facts.ttl > ttl || facts.ttl <= ttl - this.#maxHops) return false
    const df = entries[e + E_DF]!
    if (df >= 0 && facts.df >= 0 && df !== facts.df) return false
    const traits = entries[e + E_TRAITS]!
    return (facts.traits & traits) === traits
  }

  #fitsWindowBlind(e: number, window: number): boolean {
    const form = this.#entries[e + E_WINDOW_FORM]!
    const value = this.#entries[e + E_WINDOW]!
    if (form === F_EQUAL) return window === value
    // 65535 is what stacks take that do not count in segments.
    if (form < F_MSS || window === 65_535) return false
    if (form <= F_MTU) {
      const mss = window / value - (form === F_MSS ? 0 : 40)
      return Number.isInteger(mss) && isUsual(mss)
    }
    for (let n = LEAST_FULL; n <= MOST_FULL; n++)
      if (window % n === 0 && isUsual(window / n) && isFull(window, window / n)) return true
    return window === 62_720 || window === 62_727
  }
}

/** From tunnels in tunnels to Ethernet; with jumbo frames it is 8960 or 8961, which makes seven segments. */
const LEAST_USUAL_MSS = 1200
const MOST_USUAL_MSS = 1460
/** How many such segments fit in 65535. */
const LEAST_FULL = 44
const MOST_FULL = 54

function isUsual(mss: number): boolean {
  return mss >= LEAST_USUAL_MSS && mss <= MOST_USUAL_MSS
}

function isFull(window: number, mss: number): boolean {
  return window > 65_535 - mss
}

/** The window that a form which asks for the MSS means; no packet's where there is none. */
function windowOf(form: number, value: number, mss: number): number {
  if (form === F_MSS) return value * mss
  if (form === F_MTU) return value * (mss + 40)
  return mss === 0 ? -2 : 65_535 - (65_535 % mss)
}

function fitsForm(form: number, value: number, actual: number): boolean {
  if (form === F_EQUAL) return actual === value
  if (form === F_BETWEEN) return actual >= (value & 0xffff) && actual <= value >>> 16
  return form !== F_MULTIPLE || (actual >= 0 && actual % value === 0)
}

/** The node of a fingerprint, made if new, and the tests of its options beyond their kinds. */
function place(
  { options }: SynFingerprint,
  children: number[],
  nodes: number[][],
  tests: number[],
): number {
  let node = 0
  let isInTree = true
  options.forEach(({ kind, value }, position) => {
    if (kind === 'any') {
      isInTree = false
      return
    }
    const code = OPTION_LETTERS.indexOf(kind)
    if (isInTree) {
      const at = node * OPTION_CODES + code
      let child = children[at]!
      if (child === 0) {
        child = nodes.length
        children[at] = child
        nodes.push([])
        for (let i = 0; i < OPTION_CODES; i++) children.push(0)
      }
      node = child
    } else tests.push(position, TEST_CODE, code)
    if (value.form !== 'any') tests.push(position, FORMS.indexOf(value.form), codeOf(value))
  })
  return node
}

function rowOf(
  { windowSize, ttl, df, length, traits }: SynFingerprint,
  index: number,
  testsFrom: number,
  testsTo: number,
): number[] {
  return [
    FORMS.indexOf(windowSize.form),
    codeOf(windowSize),
    ttl,
    df ?? -1,
    FORMS.indexOf(length.form),
    codeOf(length),
    traits,
    testsFrom,
    testsTo,
    index,
  ]
}

/** Both ends of `between` in one int, both below 2 ** 15. */
function codeOf({ value, to = 0 }: NumberForm): number {
  return value | (to << 16)
}
