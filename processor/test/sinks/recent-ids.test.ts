import { expect, it } from 'vitest'
import { RecentIds } from '../../src/sinks/recent-ids.ts'

const of = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }))

it('knows the newest ids up to its bound', () => {
  const recent = new RecentIds(3)
  recent.add(of('a', 'b', 'c', 'd'))
  expect(recent.fresh(of('a', 'b', 'c', 'd', 'e', 'e'))).toEqual(of('a', 'e'))
})
