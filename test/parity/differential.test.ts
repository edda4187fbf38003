import { describe, expect, test } from 'vitest'
import { withoutFixtures } from '../helpers/fixtures.ts'
import { hasTool } from '../helpers/tools.ts'
import { SETUPS, allCases, caseLogs, captures } from './corpus.ts'
import { DIFFERENCES } from './differences.ts'
import { generatedLog } from './generate.ts'
import { judge } from './judge.ts'
import type { Judgement } from './judge.ts'

/** Which differences were needed so far: an entry that alone explains something. */
const needed = new Set<string>()

function expectExplained({ unexplained, explained }: Judgement): void {
  for (const { by } of explained) if (by.length === 1) needed.add(by[0]!)
  expect(unexplained).toEqual([])
}

const skipped = !hasTool('psad')
const cases = skipped ? [] : allCases()

describe.skipIf(skipped)(
  'the psad profile answers as psad does, but for the listed differences',
  () => {
    test('on several hundred cases by hand, three at least of each row of the checklist', () => {
      const count = new Map<string, number>()
      for (const { row } of cases) count.set(row, (count.get(row) ?? 0) + 1)
      expect([...count].filter(([, n]) => n < 3)).toEqual([])
      expect(cases.length).toBeGreaterThan(500)
    })

    test.each(caseLogs(cases))(
      '$setup: every case',
      { timeout: 120_000 },
      async ({ setup, log, caseOf }) => {
        expectExplained(await judge(log, SETUPS[setup] ?? {}, caseOf))
      },
    )

    test.each([1, 2, 3, 4, 5, 6, 7, 8])('generated log %i', { timeout: 120_000 }, async (seed) => {
      expectExplained(await judge(generatedLog(seed), {}))
    })

    test.skipIf(withoutFixtures !== undefined).each(captures('psad-scans'))(
      'psad’s own capture $name',
      { timeout: 120_000 },
      async ({ log }) => {
        expectExplained(await judge(log, {}))
      },
    )

    test
      .skipIf(withoutFixtures !== undefined)
      .each([
        ...captures('sotm34').filter(({ name }) => name.startsWith('iptables')),
        ...captures('ufw-vps-2022'),
      ])('the whole log $name', { timeout: 600_000 }, async ({ log }) => {
      expectExplained(await judge(log, {}))
    })

    test('every listed difference is needed: without it a case would fail', () => {
      expect(DIFFERENCES.map(({ id }) => id).filter((id) => !needed.has(id))).toEqual([])
    })
  },
)
