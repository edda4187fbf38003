import type { Writable } from 'node:stream'
import { pino } from 'pino'
import { loggedError } from './log-error.ts'
import { textStream } from './log-text.ts'
import type { Logger } from './logger.ts'
import { mask } from './mask.ts'

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogOptions {
  readonly level: LogLevel
  /** Usually standard error. */
  readonly stream: Writable & { readonly isTTY?: boolean }
  /** Lines for people instead of JSON; by default if the stream is a terminal. */
  readonly pretty?: boolean
  /** Colours in lines for people; by default if the stream is a terminal and NO_COLOR is not set. */
  readonly colour?: boolean
}

/**
 * Picket's log: a line of JSON each, or text on a terminal. Facts are fields, `err` is for the error.
 * Secrets are masked by key and inside texts; a stack is shown at level debug only.
 */
export function createLogger({ level, stream, pretty, colour }: LogOptions): Logger {
  const isTerminal = stream.isTTY === true
  const asText = pretty ?? isTerminal
  const withColour = colour ?? (isTerminal && (process.env.NO_COLOR ?? '') === '')
  // A reader of the log that went away must not take Picket with it.
  stream.on('error', () => {})
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (facts) => mask(facts) as Record<string, unknown>,
      },
      serializers: { err: (error: unknown) => loggedError(error, level === 'debug') },
    },
    asText ? textStream(stream, withColour) : stream,
  )
}
