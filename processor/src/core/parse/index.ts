import type { InternTable } from './api.ts'
import { Parser } from './parser.ts'
import type { ParserOptions } from './parser.ts'

export type { InternTable } from './api.ts'
export { Parser } from './parser.ts'
export type { ParserOptions } from './parser.ts'
export { NO_PACKET, OK, reasonOf } from './reasons.ts'

/** A parser of its own memory; with `interned` it shares the texts of another. */
export function createParser(options: ParserOptions, interned?: InternTable): Parser {
  return new Parser(options, interned)
}
