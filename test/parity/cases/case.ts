import type { Changes } from '../../helpers/psad.ts'

/** The addresses that a case may use: nobody else's in the same log. */
export interface Ends {
  readonly src: string
  readonly src6: string
  readonly dst: string
  readonly dst6: string
}

/** A log by hand with what it is about. */
export interface Case {
  /** Row of the checklist (psad.md 12) that it belongs to. */
  readonly row: string
  readonly name: string
  readonly lines: (ends: Ends) => string[]
  /** Name of a set-up; without one psad's shipped configuration and rules. */
  readonly setup?: string
}

/** How both are configured for the cases of one set-up. */
export interface Setup {
  /** Keys of psad.conf; `@name` is one of the files. */
  readonly conf?: Changes
  /** Files beside psad.conf: `signatures`, `auto_dl`, `snort_rule_dl`, others by name. */
  readonly files?: Readonly<Record<string, string>>
  /** Further arguments of psad. */
  readonly psad?: readonly string[]
  /** Arguments of `picket analyze`; `DIR` is the folder of the files. */
  readonly picket?: readonly string[]
}

/** Cases of one row from a table. */
export function rows<T>(
  row: string,
  table: readonly (readonly [string, T])[],
  lines: (value: T, ends: Ends) => string[],
  setup?: string,
): Case[] {
  return table.map(([name, value]) => ({
    row,
    name,
    lines: (ends) => lines(value, ends),
    ...(setup === undefined ? {} : { setup }),
  }))
}
