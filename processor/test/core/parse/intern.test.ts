import { describe, expect, it } from 'vitest'
import { Interned } from '../../../src/core/parse/intern.ts'

const table = (): Interned => new Interned({ drop: [], accept: [], audit: [] })
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('interned texts', () => {
  it('have one number each, whichever guess comes with them', () => {
    const texts = table()
    const [a, b] = ['eth0', 'eth1'].map((text) => texts.idOfText(text))
    const eth0 = new TextEncoder().encode('eth0')
    for (const guess of [0, 1, a, b]) expect(texts.idNear(guess ?? 0, eth0, 0, 4)).toBe(a)
    expect(texts.idOfText('')).toBe(0)
    expect(texts.text(b ?? 0)).toBe('eth1')
  })

  it('are cut at 128 bytes', () => {
    const texts = table()
    const long = 'x'.repeat(200)
    expect(texts.idOfText(long)).toBe(texts.idOfText(`${'x'.repeat(128)}y`))
    expect(texts.text(2)).toHaveLength(128)
  })

  it('keep their numbers through a snapshot, also where broken UTF-8 makes two of them equal', () => {
    const before = table()
    for (const text of [bytes(0xff), bytes(0xfe), bytes(65)]) before.idOf(text, 0, text.length)
    before.idOfText('other')
    const after = table()
    after.restore(before.texts())
    expect(after.size).toBe(before.size)
    for (let id = 0; id < before.size; id++) expect(after.text(id)).toBe(before.text(id))
    expect(after.idOfText('A')).toBe(before.idOfText('A'))
    expect(after.idOfText('new')).toBe(before.idOfText('new'))
  })
})
