import { describe, expect, test } from 'vitest'
import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Detection, Engine, EngineOptions } from '../../../src/core/index.ts'
import { parseFwsnortRules } from '../../../src/core/signature/levels.ts'
import { tcp } from '../../helpers/lines.ts'

const SOURCE = '192.0.2.1'
const FWSNORT = parseFwsnortRules(
  'alert tcp any any -> any any (msg:"WEB shell"; classtype:web; sid:2001; content:"sh";)',
  'web.rules',
)

function run(
  lines: readonly string[],
  options: Partial<EngineOptions>,
): { engine: Engine; detections: Detection[] } {
  const engine = createEngine({ retain: true, ...options })
  const detections: Detection[] = []
  engine.feed(batchOf(lines, { reference: 1_800_000_000 }), (each) => detections.push(each))
  return { engine, detections }
}

/** How many of the lines are looked at. */
function wanted(lines: readonly string[], options: Partial<EngineOptions>): number {
  const { lines: counts } = run(lines, options).engine.report()
  expect(counts.read).toBe(lines.length)
  return counts.packets - counts.skipped.ignored
}

describe('required text', () => {
  test.each([
    ['none', [], 1],
    ['in the prefix', ['DROP'], 1],
    ['anywhere in the line', ['SPT=40000 .*SYN'], 1],
    ['in front of the packet', ['^2026-03-01T.* fw1 '], 1],
    ['one of several', ['nowhere', 'DROP'], 1],
    ['not there', ['REJECT'], 0],
    ['in another case', ['drop'], 0],
  ])('%s', (_, requireText, count) => {
    expect(wanted([tcp()], { requireText })).toBe(count)
  })

  test('is looked for in each line by itself', () => {
    const lines = [tcp({ prefix: 'A' }), tcp({ prefix: 'B' }), tcp({ prefix: 'A' })]
    expect(wanted(lines, { requireText: [' A IN'] })).toBe(2)
    expect(wanted(lines, { requireText: [' B IN'] })).toBe(1)
  })

  test.each([
    ['a sid of fwsnort in the prefix will do', 'SID2001', 'SID', 1],
    ['so does one behind a word that begins alike', 'RESIDENT SID2001', 'SID', 1],
    ['a word that begins alike is none', 'RESIDENT', 'SID', 0],
    ['nor is the mark where it is not looked for', 'SID2001', '', 0],
    ['the mark is text, no pattern', '[2001', '[', 1],
  ])('%s', (_, prefix, fwsnortMark, count) => {
    expect(wanted([tcp({ prefix })], { requireText: ['nowhere'], fwsnortMark })).toBe(count)
  })

  test.each(['picket', 'psad'] as const)(
    'is missed by lines whose prefix does not count either (%s)',
    (profile) => {
      const { engine } = run([tcp()], { profile, requireText: ['nowhere'] })
      expect(engine.report({ all: true }).prefixes).toEqual({})
    },
  )
})

describe('a sid of fwsnort', () => {
  test.each(['picket', 'psad'] as const)('is a match of its rule at level 2 (%s)', (profile) => {
    const { engine, detections } = run([tcp({ prefix: '[1] REJ SID2001 ESTAB' })], {
      profile,
      signatures: FWSNORT,
    })
    expect(engine.levelOf(SOURCE)).toBe(2)
    expect(detections).toMatchObject([{ kind: 'signature', sid: 2001, message: 'WEB shell' }])
    expect(engine.report().signatures).toMatchObject([{ sid: 2001, protocol: 'tcp', count: 1 }])
  })

  test('keeps packets that answer', () => {
    const packet = tcp({ prefix: 'SID2001', flags: 'ACK PSH' })
    expect(run([packet], { signatures: FWSNORT }).engine.levelOf(SOURCE)).toBe(2)
    expect(run([packet], { signatures: FWSNORT, fwsnortMark: '' }).engine.levelOf(SOURCE)).toBe(0)
  })

  test('without a rule is no match', () => {
    const { engine, detections } = run([tcp({ prefix: 'SID2002' })], { signatures: FWSNORT })
    expect(engine.levelOf(SOURCE)).toBe(0)
    expect(detections).toEqual([])
  })

  test('behind another mark, as configured', () => {
    const options = { signatures: FWSNORT, fwsnortMark: 'rule-' }
    expect(run([tcp({ prefix: 'rule-2001' })], options).engine.levelOf(SOURCE)).toBe(2)
    expect(run([tcp({ prefix: 'SID2001' })], options).engine.levelOf(SOURCE)).toBe(0)
  })

  test('of level 0 leaves the packet out', () => {
    const signatures = FWSNORT.map((rule) => ({ ...rule, level: 0 as const }))
    expect(wanted([tcp({ prefix: 'SID2001' })], { signatures })).toBe(0)
  })
})
