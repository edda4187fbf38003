import type { Ends } from './case.ts'

/** A rule of psad's language and lines that it is about; each rule has a port or a type of its own. */
export interface RuleCase {
  readonly rule: string
  readonly lines: (ends: Ends) => string[]
}

let sid = 700_000
export const rule = (head: string, options: string): string => {
  sid++
  return `alert ${head} (msg:"rule ${sid}"; ${options}sid:${sid}; psad_id:${sid + 100_000};)`
}

export const tcpRule = (port: number, options: string): string =>
  rule(`tcp any any -> any ${port}`, options)

/** Two packets that fit and one that does not, as the facts say. */
export const pair =
  <T>(make: (facts: T) => string, yes: T, no: T) =>
  ({ src, dst }: Ends): string[] => [
    make({ src, dst, ...yes }),
    make({ src, dst, ...yes }),
    make({ src, dst, ...no }),
  ]
