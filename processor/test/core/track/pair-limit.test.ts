import { describe, expect, test } from 'vitest'
import { batchOf, createEngine, DEFAULT_ENGINE_OPTIONS } from '../../../src/core/index.ts'
import type { Profile, Report } from '../../../src/core/index.ts'
import { tcp } from '../../helpers/lines.ts'

/** Three hosts, two packets each, with room for two pairs. */
function reportOf(profile: Profile): Report {
  const engine = createEngine({
    profile,
    retain: true,
    limits: { ...DEFAULT_ENGINE_OPTIONS.limits, pairs: 2 },
  })
  const lines = [1, 2, 3, 1, 2, 3].map((host) => tcp({ dst: `198.51.100.${host}`, dpt: 80 + host }))
  engine.feed(batchOf(lines, { reference: 1_800_000_000 }), () => undefined)
  return engine.report({ all: true })
}

describe('beyond the pairs that may be', () => {
  test.each(['picket', 'psad'] as const)('a packet of a new pair is ignored (%s)', (profile) => {
    const { sources, lines } = reportOf(profile)
    expect(sources[0]?.packets).toBe(4)
    expect(sources[0]?.destinations.map(({ destination }) => destination).sort()).toEqual([
      '198.51.100.1',
      '198.51.100.2',
    ])
    expect(lines.skipped.ignored).toBe(2)
  })

  test('its port counts as psad counts it, which looks at the pairs later', () => {
    const ports = (profile: Profile): unknown =>
      reportOf(profile).ports.map(({ port, packets }) => [port, packets])
    const two = [
      [81, 2],
      [82, 2],
    ]
    expect(ports('picket')).toEqual(two)
    expect(ports('psad')).toEqual([...two, [83, 2]])
  })
})
