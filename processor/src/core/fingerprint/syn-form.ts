import type { NumberForm, OptionForm, SynFingerprint } from './fingerprint.ts'

/** What a fingerprint of the p0f form says of the packet, without its label. */
export type SynForm = Omit<SynFingerprint, 'label' | 'traits'>

/** A field that does not say what it should; `column` counts from 0 within the text. */
export class FormError extends Error {
  override readonly name = 'FormError'
  readonly column: number

  constructor(column: number, message: string) {
    super(message)
    this.column = column
  }
}

/** Whose form a fingerprint has: that of p0f, of p0f as psad reads it, or Picket's own. */
export type Dialect = 'p0f' | 'psad' | 'own'

const ANY: NumberForm = { form: 'any', value: 0 }
const DIGITS = /^\d{1,5}$/
const FORMS: Readonly<Record<string, NumberForm['form']>> = { '%': 'multiple', S: 'mss', T: 'mtu' }
const FIELDS = ['window', 'TTL', 'DF', 'length', 'options'] as const

/**
 * Reads `window:ttl:df:length:options`. For psad, options that it does not know are not tested. Picket's own fingerprints have the
 * window `F`, as many whole segments as fit in 65535, and scales from and to, `W2-9`, besides. Throws FormError.
 */
export function parseSynForm(text: string, dialect: Dialect = 'p0f'): SynForm {
  const parts = text.split(':')
  if (parts.length !== FIELDS.length)
    throw new FormError(
      Math.max(0, text.length - 1),
      `${parts.length} fields: expected ${FIELDS.join(':')}`,
    )
  const columns: number[] = []
  let column = 0
  for (const part of parts) {
    columns.push(column + part.search(/\S|$/))
    column += part.length + 1
  }
  const field = (i: number): string => parts[i]!.trim()
  return {
    windowSize: windowForm(field(0), columns[0]!, dialect),
    ttl: ttlOf(field(1), columns[1]!),
    df: dfOf(field(2), columns[2]!),
    length: numberForm(field(3), columns[3]!, 'length', '%'),
    options: optionForms(field(4), columns[4]!, dialect),
  }
}

function windowForm(text: string, column: number, dialect: Dialect): NumberForm {
  if (dialect === 'own' && text === 'F') return { form: 'full', value: 0 }
  return numberForm(text, column, 'window', '%ST')
}

/** A number, `*`, or one of the prefixes with a number. */
function numberForm(text: string, column: number, what: string, prefixes: string): NumberForm {
  if (text === '*') return ANY
  const first = text.charAt(0)
  const prefix = first !== '' && prefixes.includes(first) ? first : ''
  const digits = text.slice(prefix.length)
  const value = Number(digits)
  if (!DIGITS.test(digits) || value > 65_535 || (prefix !== '' && value === 0))
    throw new FormError(
      column,
      `${what} "${text}": expected a number up to 65535, *${prefixes.replace(/./g, ', $&n')}`,
    )
  return { form: prefix === '' ? 'equal' : FORMS[prefix]!, value }
}

function ttlOf(text: string, column: number): number {
  const value = Number(text)
  if (!DIGITS.test(text) || value < 1 || value > 255)
    throw new FormError(column, `TTL "${text}": expected a number from 1 to 255`)
  return value
}

function dfOf(text: string, column: number): 0 | 1 | undefined {
  if (text === '0') return 0
  if (text === '1') return 1
  if (text === '*') return undefined
  throw new FormError(column, `DF "${text}": expected 0, 1 or *`)
}

function optionForms(text: string, column: number, dialect: Dialect): OptionForm[] {
  if (text === '') throw new FormError(column, 'no options: expected a list, or . for none')
  if (text === '.') return []
  return [...text.matchAll(/[^\s,]+/g)].map(({ 0: token, index }) =>
    optionForm(token, column + index, dialect),
  )
}

function optionForm(token: string, column: number, dialect: Dialect): OptionForm {
  switch (token) {
    case 'N':
    case 'S':
    case 'T':
      return { kind: token, value: ANY }
    case 'T0':
      return { kind: 'T', value: { form: 'equal', value: 0 } }
  }
  const kind = token.charAt(0)
  const range = dialect === 'own' ? /^W(\d+)-(\d+)$/.exec(token) : null
  if (range !== null)
    return { kind: 'W', value: { form: 'between', value: Number(range[1]), to: Number(range[2]) } }
  if (kind === 'W' || kind === 'M')
    return { kind, value: numberForm(token.slice(1), column, `option ${kind}`, '%') }
  if (dialect === 'psad') return { kind: 'any', value: ANY }
  throw new FormError(column, `option "${token}": expected N, S, T, T0, Wn or Mn`)
}
