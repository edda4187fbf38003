import type { EngineOptions } from '../options.ts'
import type { InternTable } from './api.ts'
import { Parser } from './parser.ts'
import type { ParserOptions } from './parser.ts'

export type { InternTable } from './api.ts'
export { Parser } from './parser.ts'
export type { ParserOptions } from './parser.ts'
export { NO_PACKET, OK, reasonOf } from './reasons.ts'

/** What of the engine's options is the parser's. */
export function parserOptions(options: Pick<EngineOptions, keyof ParserOptions>): ParserOptions {
  const { zone, profile, verdicts, kernelTimestamps, timePattern } = options
  return { zone, profile, verdicts, kernelTimestamps, timePattern }
}

/** A parser of its own memory; with `interned` it shares the texts of another. */
export function createParser(options: ParserOptions, interned?: InternTable): Parser {
  return new Parser(options, interned)
}
