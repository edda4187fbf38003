import { describe, expect, test } from 'vitest'
import { changedKeys } from '../../src/app/changed-keys.ts'

describe('changed keys', () => {
  test.each([
    { what: 'nothing', before: { a: 1 }, after: { a: 1 }, keys: [] },
    { what: 'a value', before: { a: { b: 1, c: 2 } }, after: { a: { b: 1, c: 3 } }, keys: ['a.c'] },
    {
      what: 'a key that came and one that went',
      before: { a: 1 },
      after: { b: 1 },
      keys: ['a', 'b'],
    },
    { what: 'a list of values', before: { a: [1, 2] }, after: { a: [1, 3] }, keys: ['a'] },
    { what: 'an equal list', before: { a: [1, 2] }, after: { a: [1, 2] }, keys: [] },
    {
      what: 'a key of a named component, whatever the order is',
      before: {
        sinks: [
          { name: 'x', url: 'u' },
          { name: 'y', url: 'u' },
        ],
      },
      after: {
        sinks: [
          { name: 'y', url: 'v' },
          { name: 'x', url: 'u' },
        ],
      },
      keys: ['sinks.y.url'],
    },
    {
      what: 'a component that came',
      before: { sinks: [{ name: 'x' }] },
      after: { sinks: [{ name: 'x' }, { name: 'y' }] },
      keys: ['sinks.y'],
    },
  ])('names $what', ({ before, after, keys }) => {
    expect(changedKeys(before, after)).toEqual(keys)
  })
})
