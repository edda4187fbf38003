import { describe, expect, it } from 'vitest'
import { batchOf, createEngine } from '../../src/core/index.ts'
import type { Detection } from '../../src/core/index.ts'
import { createSimulator } from '../../src/simulator/index.ts'

const START = Date.UTC(2026, 0, 1)
const options = { seed: 7, rate: 50, start: START }

describe('the simulator', () => {
  it('gives the same lines for a seed, however they are asked for', () => {
    const whole = createSimulator(options).next(START + 20_000)
    const parts = createSimulator(options)
    const pieces = [700, 1500, 9000, 20_000].flatMap((ms) => parts.next(START + ms))
    expect(pieces).toEqual(whole)
    expect(createSimulator({ ...options, seed: 8 }).next(START + 20_000)).not.toEqual(whole)
  })

  it('gives lines in order of time, few of them on one nanosecond', () => {
    const lines = createSimulator(options).next(START + 20_000)
    for (let i = 1; i < lines.length; i++) expect(lines[i]!.ns >= lines[i - 1]!.ns).toBe(true)
    expect(new Set(lines.map(({ ns }) => ns)).size).toBeGreaterThan(lines.length * 0.95)
  })

  it('leaves out what a machine slept through, and goes on where it was', () => {
    const sleeper = createSimulator(options)
    const before = sleeper.next(START + 20_000)
    const hour = 3_600_000
    const after = sleeper.next(START + 20_000 + 8 * hour)
    const first = Number(after[0]!.ns / 1_000_000n)
    expect(first).toBeGreaterThanOrEqual(START + 20_000 + 8 * hour - 600_000)
    expect(after.length).toBeLessThan(before.length * 60)
    expect(sleeper.next(START).length).toBe(0)
    expect(sleeper.next(START + 21_000 + 8 * hour).length).toBeGreaterThan(30)
  })

  it('leaves the attackers out when asked to, and the noise as it is', () => {
    const all = createSimulator(options).next(START + 60_000)
    const noise = createSimulator({ ...options, attackers: false }).next(START + 60_000)
    expect(noise).toHaveLength(60 * options.rate)
    expect(noise.filter(({ line }) => line.includes('SRC=203.0.113.'))).toEqual([])
    expect(all.filter((one) => noise.some(({ ns }) => ns === one.ns))).toEqual(noise)
  })

  it('has every kind of background noise, which makes nobody an attacker', () => {
    const lines = createSimulator(options)
      .next(START + 60_000)
      .map(({ line }) => line)
    for (const text of ['[UFW AUDIT]', '[UFW ALLOW]', 'DST=198.51.100.255 ', 'SPT=53 ', 'SPT=123 '])
      expect(lines.filter((line) => line.includes(text)).length, text).toBeGreaterThan(3)
    expect(lines.filter((line) => line.includes('SRC=2001:0db8:00aa:')).length).toBeGreaterThan(3)
    const engine = createEngine()
    engine.feed(batchOf(lines), () => undefined)
    const attackers = engine.report().attackers.map(({ source }) => source)
    expect(attackers.filter((source) => /^(?:192\.0\.2|198\.51\.100)\./.test(source))).toEqual([])
    expect(attackers.filter((source) => source.startsWith('2001:db8:aa:'))).toEqual([])
  })

  it.each([1, 2, 3, 4, 5])('looks like no rate limit: seed %i', (seed) => {
    const lines = createSimulator({ seed, rate: 20, start: START })
      .next(START + 180_000)
      .map(({ line }) => line)
    const engine = createEngine()
    engine.feed(batchOf(lines), () => undefined)
    expect(engine.report().loggingHealth.filter(({ check }) => check === 'rate-limited')).toEqual(
      [],
    )
  })

  it('has attackers at every level within a minute, every kind of scan, and sources that are none', () => {
    const lines = createSimulator(options).next(START + 60_000)
    const engine = createEngine()
    const detections: Detection[] = []
    const counts = engine.feed(
      batchOf(
        lines.map(({ line }) => line),
        { time: 'entry', ns: lines.map(({ ns }) => ns) },
      ),
      (detection) => detections.push(detection),
    )
    expect(counts.malformed).toBe(0)
    expect(counts.notAPacket).toBeGreaterThan(0)
    const report = engine.report()
    for (const level of ['1', '2', '3', '4', '5'] as const)
      expect(report.dangerLevels[level], level).toBeGreaterThan(0)
    const kinds = new Set(detections.map(({ kind, scan }) => (kind === 'sweep' ? 'sweep' : scan)))
    for (const kind of [
      'syn',
      'connect',
      'fin',
      'null',
      'xmas',
      'udp',
      'icmp',
      'protocol',
      'sweep',
    ])
      expect(kinds).toContain(kind)
    expect(
      report.attackers
        .map(({ source }) => source)
        .filter((source) => source.startsWith('192.0.2.')),
    ).toEqual([])
  })
})
