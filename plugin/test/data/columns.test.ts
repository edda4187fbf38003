import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gridTemplate, shownColumns } from '../../src/data/columns'
import { ATTACKER_COLUMNS, type AttackerColumn } from '../../src/types'

const names = (width: number, wanted: readonly AttackerColumn[] = ATTACKER_COLUMNS) =>
  shownColumns({ wanted, width, sourceWidth: 130, empty: new Set() }).map(({ column }) => column)

describe('columns of attackers', () => {
  test('only badge and address where there is least room', () => {
    expect(names(176)).toEqual(['level', 'source'])
  })

  test('packets, ports and the last time are what is kept next', () => {
    expect(names(280)).toEqual(['level', 'source', 'packets'])
    expect(names(520)).toEqual(['level', 'source', 'packets', 'ports', 'lastSeen'])
  })

  test('all of them where there is room', () => {
    expect(names(1580)).toEqual([...ATTACKER_COLUMNS])
  })

  test('come in the order of the options', () => {
    expect(names(1000, ['source', 'lastSeen', 'level'])).toEqual(['source', 'lastSeen', 'level'])
  })

  test('of which nothing is known are left out', () => {
    const empty = new Set<AttackerColumn>(['country', 'os'])
    const shown = shownColumns({ wanted: ATTACKER_COLUMNS, width: 2000, sourceWidth: 130, empty })
    expect(shown.map(({ column }) => column)).not.toContain('country')
  })

  test('none chosen, or none that exists, leaves level and source', () => {
    expect(names(800, [])).toEqual(['level', 'source'])
    expect(names(800, ['nonsense' as AttackerColumn])).toEqual(['level', 'source'])
  })

  test('never take more than the width, and a wider table shows no fewer', () => {
    const width = fc.integer({ min: 176, max: 1600 })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...ATTACKER_COLUMNS), { minLength: 1 }),
        width,
        width,
        fc.integer({ min: 0, max: 400 }),
        (wanted, a, b, sourceWidth) => {
          const shown = (width: number) =>
            shownColumns({ wanted, width, sourceWidth, empty: new Set() })
          const [narrow, wide] = [shown(Math.min(a, b)), shown(Math.max(a, b))]
          const sum = narrow.reduce((total, { min }) => total + min, 0)
          expect(sum).toBeLessThanOrEqual(Math.min(a, b))
          const wider = wide.map(({ column }) => column)
          expect(wider).toEqual(expect.arrayContaining(narrow.map(({ column }) => column)))
        },
      ),
    )
  })

  test('are written as CSS', () => {
    expect(
      gridTemplate([
        { column: 'level', min: 50, grow: 0 },
        { column: 'ports', min: 120, grow: 3 },
      ]),
    ).toBe('50px minmax(120px, 3fr)')
  })
})
