import { compileRe2 } from '../regex.ts'
import { sizeBytes, valueDurationNs } from '../units.ts'
import { printf } from './printf.ts'
import {
  isTrue,
  needText,
  TemplateError,
  Time,
  toFloat,
  toInt,
  toText,
  type Value,
} from './value.ts'

export interface TemplateFunction {
  readonly least: number
  readonly most: number
  readonly call: (args: readonly Value[]) => Value
}

const MAX_TEXT = 1024 * 1024

const exactly = (count: number, call: (args: readonly Value[]) => Value): TemplateFunction => ({
  least: count,
  most: count,
  call,
})
const atLeast = (count: number, call: (args: readonly Value[]) => Value): TemplateFunction => ({
  least: count,
  most: 20,
  call,
})
const onText = (use: (text: string) => Value): TemplateFunction =>
  exactly(1, ([text]) => use(needText(text)))
/** Of two texts. */
const onTexts = (use: (a: string, b: string) => Value): TemplateFunction =>
  exactly(2, ([a, b]) => use(needText(a), needText(b)))
const onInts = (use: (a: bigint, b: bigint) => bigint): TemplateFunction =>
  atLeast(1, (args) => args.map(toInt).reduce((a, b) => BigInt.asIntN(64, use(a, b))))
const onFloats = (use: (a: number, b: number) => number): TemplateFunction =>
  atLeast(1, (args) => args.map(toFloat).reduce(use))
const rounding = (use: (value: number) => number): TemplateFunction =>
  exactly(1, ([value]) => use(toFloat(value!)))

/** The functions of LogQL's templates that this store knows; another name is a parse error. */
export function templateFunctions(): Readonly<Record<string, TemplateFunction>> {
  return { ...logic(), ...strings(), ...numbers(), ...conversions() }
}

function logic(): Record<string, TemplateFunction> {
  return {
    eq: atLeast(2, ([first, ...rest]) => rest.some((value) => compare(first!, value) === 0)),
    ne: exactly(2, ([a, b]) => compare(a!, b!) !== 0),
    lt: exactly(2, ([a, b]) => compare(a!, b!) < 0),
    le: exactly(2, ([a, b]) => compare(a!, b!) <= 0),
    gt: exactly(2, ([a, b]) => compare(a!, b!) > 0),
    ge: exactly(2, ([a, b]) => compare(a!, b!) >= 0),
    not: exactly(1, ([value]) => !isTrue(value!)),
    and: atLeast(1, (args) => args.find((value) => !isTrue(value)) ?? args.at(-1)!),
    or: atLeast(1, (args) => args.find((value) => isTrue(value)) ?? args.at(-1)!),
    default: exactly(2, ([fallback, value]) => (isTrue(value!) ? value! : fallback!)),
    len: onText((text) => BigInt(Buffer.byteLength(text))),
  }
}

/** Negative, 0, positive. Go compares values of one kind only. */
function compare(a: Value, b: Value): number {
  if (a instanceof Time || b instanceof Time || typeof a !== typeof b) {
    throw new TemplateError('incompatible types for comparison')
  }
  return a < b ? -1 : a > b ? 1 : 0
}

function strings(): Record<string, TemplateFunction> {
  const lower = onText((text) => text.toLowerCase())
  const upper = onText((text) => text.toUpperCase())
  const trim = onText((text) => text.trim())
  return {
    lower,
    ToLower: lower,
    upper,
    ToUpper: upper,
    trim,
    TrimSpace: trim,
    title: onText((text) =>
      text.replace(
        /(^|\s)(\S)/gu,
        (_all, blank: string, first: string) => blank + first.toUpperCase(),
      ),
    ),
    Trim: onTexts((text, set) => trimSet(text, set, true, true)),
    TrimLeft: onTexts((text, set) => trimSet(text, set, true, false)),
    TrimRight: onTexts((text, set) => trimSet(text, set, false, true)),
    trimAll: onTexts((set, text) => trimSet(text, set, true, true)),
    TrimPrefix: onTexts(withoutPrefix),
    trimPrefix: onTexts((prefix, text) => withoutPrefix(text, prefix)),
    TrimSuffix: onTexts(withoutSuffix),
    trimSuffix: onTexts((suffix, text) => withoutSuffix(text, suffix)),
    contains: onTexts((part, text) => text.includes(part)),
    hasPrefix: onTexts((part, text) => text.startsWith(part)),
    hasSuffix: onTexts((part, text) => text.endsWith(part)),
    replace: exactly(3, ([from, to, text]) =>
      bounded(needText(text).replaceAll(needText(from), () => needText(to))),
    ),
    Replace: exactly(4, ([text, from, to, count]) =>
      replaceSome(needText(text), needText(from), needText(to), Number(toInt(count!))),
    ),
    repeat: exactly(2, ([count, text]) => {
      const times = Math.max(0, Number(toInt(count!)))
      if (needText(text).length * times > MAX_TEXT) throw new TemplateError('repeat: too long')
      return needText(text).repeat(times)
    }),
    trunc: exactly(2, ([count, text]) => truncate(Number(toInt(count!)), needText(text))),
    substr: exactly(3, ([from, to, text]) =>
      substring(Number(toInt(from!)), Number(toInt(to!)), needText(text)),
    ),
    indent: exactly(2, ([count, text]) => indent(Number(toInt(count!)), needText(text))),
    nindent: exactly(2, ([count, text]) => `\n${indent(Number(toInt(count!)), needText(text))}`),
    alignLeft: exactly(2, ([count, text]) => align(Number(toInt(count!)), needText(text), false)),
    alignRight: exactly(2, ([count, text]) => align(Number(toInt(count!)), needText(text), true)),
    printf: atLeast(1, ([format, ...values]) => bounded(printf(needText(format), values))),
    print: atLeast(1, (args) => args.map(toText).join('')),
    regexReplaceAll: exactly(3, ([regex, text, to]) => {
      const matcher = regexOf(needText(regex)).matcher(needText(text))
      const replacement = goReplacement(needText(to))
      try {
        return bounded(matcher.replaceAll(replacement, true))
      } catch (error) {
        // A group that does not exist.
        throw new TemplateError((error as Error).message, { cause: error })
      }
    }),
    regexReplaceAllLiteral: exactly(3, ([regex, text, to]) =>
      bounded(
        regexOf(needText(regex))
          .matcher(needText(text))
          .replaceAll(() => needText(to)),
      ),
    ),
    count: onTexts((regex, text) => {
      const matcher = regexOf(regex).matcher(text)
      let found = 0n
      while (matcher.find()) found++
      return found
    }),
    urlencode: onText((text) => new URLSearchParams([['', text]]).toString().slice(1)),
    urldecode: onText((text) => {
      try {
        return decodeURIComponent(text.replaceAll('+', ' '))
      } catch (error) {
        throw new TemplateError('invalid URL escape', { cause: error })
      }
    }),
    b64enc: onText((text) => Buffer.from(text).toString('base64')),
    b64dec: onText((text) => Buffer.from(text, 'base64').toString()),
  }
}

function numbers(): Record<string, TemplateFunction> {
  return {
    add: onInts((a, b) => a + b),
    sub: onInts((a, b) => a - b),
    mul: onInts((a, b) => a * b),
    div: onInts((a, b) => a / notZero(b)),
    mod: onInts((a, b) => a % notZero(b)),
    max: onInts((a, b) => (a > b ? a : b)),
    min: onInts((a, b) => (a < b ? a : b)),
    addf: onFloats((a, b) => a + b),
    subf: onFloats((a, b) => a - b),
    mulf: onFloats((a, b) => a * b),
    divf: onFloats((a, b) => a / b),
    maxf: onFloats(Math.max),
    minf: onFloats(Math.min),
    ceil: rounding(Math.ceil),
    floor: rounding(Math.floor),
    round: exactly(2, ([value, digits]) => {
      const scale = 10 ** Number(toInt(digits!))
      return Math.round(toFloat(value!) * scale) / scale
    }),
    int: exactly(1, ([value]) => toInt(value!)),
    float64: exactly(1, ([value]) => toFloat(value!)),
  }
}

function conversions(): Record<string, TemplateFunction> {
  const seconds = onText(
    (text) => (valueDurationNs(text) ?? fail(`invalid duration ${text}`)) / 1e9,
  )
  const epoch = (unit: bigint): TemplateFunction =>
    exactly(1, ([time]) =>
      time instanceof Time ? String(time.ns / unit) : fail('expected a time'),
    )
  return {
    bytes: onText((text) => sizeBytes(text) ?? fail(`invalid size ${text}`)),
    duration: seconds,
    duration_seconds: seconds,
    unixEpoch: epoch(1_000_000_000n),
    unixEpochMillis: epoch(1_000_000n),
    unixEpochNanos: epoch(1n),
  }
}

function fail(message: string): never {
  throw new TemplateError(message)
}

const notZero = (divisor: bigint): bigint =>
  divisor === 0n ? fail('integer divide by zero') : divisor

function bounded(text: string): string {
  return text.length > MAX_TEXT ? fail('result is too long') : text
}

function regexOf(source: string): ReturnType<typeof compileRe2> {
  try {
    return compileRe2(source)
  } catch (error) {
    throw new TemplateError((error as Error).message, { cause: error })
  }
}

/** Go takes `$1x` for a group called `1x` and `${1}x` for the first group. */
function goReplacement(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/\$(?:\{(\w+)\}|(\w+)|\$|)/g, (whole, braced?: string, bare?: string) => {
      const name = braced ?? bare
      if (name === undefined) return '\\$'
      if (/^\d+$/.test(name)) return braced === undefined ? whole : `$${name}`
      return `\${${name}}`
    })
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

function withoutSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
}

function trimSet(text: string, set: string, left: boolean, right: boolean): string {
  const characters = new Set(set)
  const all = Array.from(text)
  let [from, to] = [0, all.length]
  while (left && from < to && characters.has(all[from]!)) from++
  while (right && to > from && characters.has(all[to - 1]!)) to--
  return all.slice(from, to).join('')
}

function replaceSome(text: string, from: string, to: string, count: number): string {
  if (count < 0) return bounded(text.replaceAll(from, () => to))
  let result = text
  let at = 0
  for (let i = 0; i < count; i++) {
    const found = result.indexOf(from, at)
    if (found === -1 || from === '') break
    result = result.slice(0, found) + to + result.slice(found + from.length)
    at = found + to.length
  }
  return bounded(result)
}

function truncate(count: number, text: string): string {
  const all = Array.from(text)
  return (count < 0 ? all.slice(count) : all.slice(0, count)).join('')
}

function substring(from: number, to: number, text: string): string {
  const all = Array.from(text)
  if (from < 0) return all.slice(0, Math.max(0, to)).join('')
  return (to < 0 || to > all.length ? all.slice(from) : all.slice(from, to)).join('')
}

function indent(count: number, text: string): string {
  const blanks = ' '.repeat(Math.min(Math.max(count, 0), 1000))
  return blanks + text.replaceAll('\n', `\n${blanks}`)
}

function align(width: number, text: string, right: boolean): string {
  const all = Array.from(text)
  if (width < 0) return text
  if (all.length > width)
    return (right ? all.slice(-width || all.length) : all.slice(0, width)).join('')
  const blanks = ' '.repeat(Math.min(width - all.length, 1000))
  return right ? blanks + text : text + blanks
}
