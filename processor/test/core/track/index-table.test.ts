import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressTable, KeyTable } from '../../../src/core/track/index-table.ts'
import { FULL, Table, countUp, counterAt } from '../../../src/core/track/table.ts'

describe('a table with a hash index', () => {
  it('finds what was put in and not removed, whatever the order of both', () => {
    const move = fc.record({ remove: fc.boolean(), key: fc.integer({ min: 0, max: 60 }) })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 400 }), fc.integer(), (moves, seed) => {
        const table = new KeyTable(new Table(4, 100), seed)
        const model = new Map<number, number>()
        for (const { remove, key } of moves) {
          const id = table.find(key, key * 7)
          expect(id).toBe(model.get(key) ?? 0)
          if (remove) {
            if (id !== 0) table.remove(id)
            model.delete(key)
          } else if (id === 0) {
            model.set(key, table.insert(key, key * 7))
          }
        }
        for (let key = 0; key <= 60; key++)
          expect(table.find(key, key * 7)).toBe(model.get(key) ?? 0)
        expect(table.rows.live).toBe(model.size)
      }),
    )
  })

  it('says so when it is full, and takes rows again after one was freed', () => {
    const table = new AddressTable(new Table(8, 3), 1)
    const ids = [1, 2, 3].map((last) => table.idOf(0, 0, 0xffff, last))
    expect(new Set(ids).size).toBe(3)
    expect(table.idOf(0, 0, 0xffff, 4)).toBe(FULL)
    expect(table.idOf(0, 0, 0xffff, 2)).toBe(ids[1])
    table.remove(ids[1]!)
    expect(table.find(0, 0, 0xffff, 2)).toBe(0)
    expect(table.idOf(0, 0, 0xffff, 4)).not.toBe(FULL)
  })

  it('keeps tens of thousands of addresses apart while it grows', () => {
    const table = new AddressTable(new Table(8, 100_000), 99)
    const ids = new Set<number>()
    for (let i = 0; i < 50_000; i++) ids.add(table.idOf(0x2001_0db8, i >> 8, 0, i))
    expect(ids.size).toBe(50_000)
    for (let i = 0; i < 50_000; i += 997)
      expect(ids.has(table.find(0x2001_0db8, i >> 8, 0, i))).toBe(true)
  })

  it('saves the pages that were written since the last save, and comes back the same', () => {
    const table = new KeyTable(new Table(4, 10_000), 3)
    for (let i = 0; i < 3000; i++) table.insert(i, i)
    const full = new Int32Array(table.rows.sizeOf(true))
    table.rows.save(full, 0, true)
    expect(table.rows.hasChanges).toBe(false)
    table.remove(table.find(5, 5))
    table.insert(9999, 1)
    const changes = new Int32Array(table.rows.sizeOf(false))
    table.rows.save(changes, 0, false)
    expect(changes.length).toBeLessThan(full.length / 2)

    const copy = new KeyTable(new Table(4, 10_000), 3)
    copy.rows.load(full, 0)
    copy.rows.load(changes, 0)
    copy.rebuild()
    expect(copy.find(5, 5)).toBe(0)
    expect(copy.find(9999, 1)).toBe(table.find(9999, 1))
    expect(copy.find(2999, 2999)).toBe(table.find(2999, 2999))
    expect(copy.insert(1, -1)).toBe(table.insert(1, -1))
  })

  it('refuses a saved table that is larger than its limit', () => {
    const table = new KeyTable(new Table(4, 5000), 3)
    for (let i = 0; i < 5000; i++) table.insert(i, i)
    const full = new Int32Array(table.rows.sizeOf(true))
    table.rows.save(full, 0, true)
    expect(() => new Table(4, 100).load(full, 0)).toThrow(RangeError)
  })
})

describe('a counter in two ints', () => {
  it('goes on beyond 32 bits', () => {
    const ints = new Int32Array([-2, 0])
    for (let i = 0; i < 3; i++) countUp(ints, 0)
    expect(counterAt(ints, 0)).toBe(0x1_0000_0001)
  })
})
