import { Writable } from 'node:stream'
import type { LoggedError } from './log-error.ts'

const COLOURS: Readonly<Record<string, number>> = {
  error: 31,
  warn: 33,
  info: 36,
  debug: 90,
  trace: 90,
}
const PLACES = new Set(['level', 'time', 'component', 'msg', 'err'])

/** Turns pino's JSON lines into lines for people: `12:30:05 warn  sink.grafana  Sink failed, retrying. status=503`. */
export function textStream(to: Writable, colour: boolean): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      to.write(formatLog(String(chunk), colour), () => done())
    },
  })
}

export function formatLog(line: string, colour: boolean): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const paint = (code: number, text: string): string =>
    colour ? `\u001B[${code}m${text}\u001B[0m` : text
  const level = String(entry.level)
  const err = entry.err as LoggedError | undefined
  const parts = [
    paint(90, String(entry.time).slice(11, 19)),
    paint(COLOURS[level] ?? 0, level.padEnd(5)),
    ...(entry.component === undefined ? [] : [paint(1, printable(wordOf(entry.component)))]),
    printable(wordOf(entry.msg)),
    ...Object.entries(entry)
      .filter(([key]) => !PLACES.has(key))
      .map(([key, value]) => paint(90, `${key}=${valueText(value)}`)),
    ...(err === undefined ? [] : [paint(31, `(${printable(err.message)})`)]),
  ]
  const stack = err?.stack === undefined ? '' : `${printable(err.stack, true)}\n`
  return `${parts.join(' ')}\n${stack}`
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function valueText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)
}

/** Log facts may quote a line of an attacker: nothing in it may steer the terminal. */
function printable(text: string, keepsLines = false): string {
  return text.replace(/\p{Cc}/gu, (control) => (keepsLines && control === '\n' ? control : '·'))
}
