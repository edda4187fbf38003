import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fixtures, withoutFixtures } from '../helpers/fixtures.ts'
import { LEVEL_CASES } from './cases/levels.ts'
import { LINE_CASES } from './cases/lines.ts'
import { RULE_CASES, RULE_SETUPS } from './cases/rules.ts'
import { SETTING_CASES, SETTING_SETUPS } from './cases/settings.ts'
import { shippedCases } from './cases/shipped.ts'
import type { Case, Ends, Setup } from './cases/case.ts'

const SHIPPED = '/etc/psad/signatures'

export const SETUPS: Readonly<Record<string, Setup>> = {
  shipped: {},
  ...RULE_SETUPS,
  ...SETTING_SETUPS,
}

/** Every case by hand, and one for each rule that psad ships. */
export function allCases(): Case[] {
  return [
    ...LINE_CASES,
    ...LEVEL_CASES,
    ...shippedCases(readFileSync(SHIPPED, 'utf8')),
    ...RULE_CASES,
    ...SETTING_CASES,
  ]
}

/** The addresses of case `n`: no two cases share one, so that all of a set-up go through in one run. */
function endsOf(n: number): Ends {
  return {
    src: `172.${16 + (n >> 8)}.${n & 255}.9`,
    src6: `2001:db8:${(0x1000 + n).toString(16)}::9`,
    dst: `198.51.100.${1 + (n % 200)}`,
    dst6: '2001:db8:ffff::1',
  }
}

/** All cases of one set-up as one log. */
export interface CaseLog {
  readonly setup: string
  readonly log: string
  /** The case that a source belongs to, for messages. */
  readonly caseOf: ReadonlyMap<string, string>
}

export function caseLogs(cases: readonly Case[]): CaseLog[] {
  const logs = new Map<string, { lines: string[]; caseOf: Map<string, string> }>()
  cases.forEach((one, n) => {
    const setup = one.setup ?? 'shipped'
    const log = logs.get(setup) ?? { lines: [], caseOf: new Map<string, string>() }
    logs.set(setup, log)
    const ends = endsOf(n)
    const name = `${one.row}: ${one.name}`
    log.caseOf.set(ends.src, name).set(ends.src6, name)
    for (const line of one.lines(ends)) {
      log.lines.push(line)
      const src = /SRC=(\S+)/.exec(line)?.[1]
      if (src !== undefined && !log.caseOf.has(src)) log.caseOf.set(src, name)
    }
  })
  return [...logs].map(([setup, { lines, caseOf }]) => ({
    setup,
    log: `${lines.join('\n')}\n`,
    caseOf,
  }))
}

/** A data set of the fixtures as text; every compressed file of a folder, by name. */
export function captures(folder: string): { readonly name: string; readonly log: string }[] {
  if (withoutFixtures !== undefined) return []
  const path = join(fixtures, 'datasets', folder)
  return readdirSync(path)
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((name) => ({ name, log: gunzipSync(readFileSync(join(path, name))).toString() }))
}
