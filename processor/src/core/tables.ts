import type { RuleProblem } from './signature/signature.ts'

export interface ParsedTable<T> {
  readonly table: T
  readonly problems: RuleProblem[]
}

/**
 * psad's icmp_types and icmp6_types (psad.md 4.4): a number in the first column is a type and its name, indented numbers below
 * are its codes; types and codes named "unassigned" do not exist. Answers `[type, code, code]` for each that does.
 */
export function parseIcmpTypes(
  text: string,
  file: string,
): ParsedTable<(readonly [number, number, number])[]> {
  const table: (readonly [number, number, number])[] = []
  const problems: RuleProblem[] = []
  let type: number | undefined
  eachLine(text, (line, number) => {
    const match = /^(\s*)(\d{1,3})(?:\s+(.*))?$/.exec(line)
    const value = Number(match?.[2])
    if (match === null || value > 255) {
      // Its codes are of no type, and not of the one before.
      if (/^\S/.test(line)) type = undefined
      problems.push(
        problem(file, number, 'expected a type in the first column, or an indented code'),
      )
      return
    }
    const exists = !/unassigned/i.test(match[3] ?? '')
    if (match[1] === '') type = exists ? value : undefined
    else if (type !== undefined && exists) table.push([type, value, value])
  })
  return { table, problems }
}

/** psad's protocols (as /etc/protocols): `name number ALIAS # text`. */
export function parseProtocols(text: string, file: string): ParsedTable<Record<number, string>> {
  const table: Record<number, string> = {}
  const problems: RuleProblem[] = []
  eachLine(text, (line, number) => {
    const match = /^\s*([^\s#]+)\s+(\d{1,3})(?=\s|$)/.exec(line)
    if (match === null || Number(match[2]) > 255)
      problems.push(problem(file, number, 'expected a name and a protocol number from 0 to 255'))
    else table[Number(match[2])] ??= match[1]!
  })
  return { table, problems }
}

/** psad's ip_options (psad.md 5.4): `value length name text`. Lengths stand in the packets. */
export function parseIpOptions(text: string, file: string): ParsedTable<Record<string, number>> {
  const table: Record<string, number> = { any: -1 }
  const problems: RuleProblem[] = []
  eachLine(text, (line, number) => {
    const match = /^\s*(\d{1,3})\s+(-?\d{1,3})\s+([A-Za-z]\S*)/.exec(line)
    if (match === null || Number(match[1]) > 255)
      problems.push(problem(file, number, 'expected value, length and name of an IP option'))
    else table[match[3]!.toLowerCase()] = Number(match[1])
  })
  return { table, problems }
}

function eachLine(text: string, visit: (line: string, number: number) => void): void {
  text.split(/\r?\n/).forEach((line, i) => {
    if (!/^\s*(?:#|$)/.test(line)) visit(line, i + 1)
  })
}

function problem(file: string, line: number, message: string): RuleProblem {
  return { file, line, column: 1, severity: 'error', message }
}
