import { TemplateError, toText, typeName, type Value } from './value.ts'

const VERB = /%([-+0 #]*)(\d*)(?:\.(\d*))?([a-zA-Z%])/g
/** Wider output than this is an attack on memory. */
const MAX_WIDTH = 1000

/** `printf`, as far as lines need it: `%s %v %q %d %x %f %e %g %t` with flags, width and precision. */
export function printf(format: string, values: readonly Value[]): string {
  let next = 0
  return format.replace(
    VERB,
    (_whole, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      const value = values[next++]
      if (value === undefined) return `%!${verb}(MISSING)`
      const digits = precision === undefined ? undefined : Number(precision)
      if (Number(width) > MAX_WIDTH || (digits ?? 0) > 100)
        throw new TemplateError('printf: too wide')
      return pad(formatOne(verb, value, digits, flags), Number(width), flags, typeof value)
    },
  )
}

function formatOne(
  verb: string,
  value: Value,
  precision: number | undefined,
  flags: string,
): string {
  const sign = (text: string): string =>
    flags.includes('+') && !text.startsWith('-') ? `+${text}` : text
  switch (verb) {
    case 's':
    case 'v': {
      const text = toText(value)
      return precision === undefined ? text : Array.from(text).slice(0, precision).join('')
    }
    case 'q':
      return JSON.stringify(toText(value))
    case 't':
      if (typeof value === 'boolean') return String(value)
      break
    case 'd':
      if (typeof value === 'bigint') return sign(String(value))
      break
    case 'x':
      if (typeof value === 'bigint') return value.toString(16)
      if (typeof value === 'string') return Buffer.from(value).toString('hex')
      break
    case 'f':
      if (typeof value === 'number') return sign(value.toFixed(precision ?? 6))
      break
    case 'e':
      if (typeof value === 'number') {
        return sign(value.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2'))
      }
      break
    case 'g':
      if (typeof value === 'number' && precision === undefined) return sign(toText(value))
      break
    default:
  }
  return `%!${verb}(${typeName(value)}=${toText(value)})`
}

function pad(text: string, width: number, flags: string, type: string): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || type === 'string') return text.padStart(width)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}
