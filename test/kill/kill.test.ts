import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testLoki } from '../helpers/processes.ts'
import { firewallLines, pushLines, queryAll, seededNumbers } from '../helpers/traffic.ts'
import { configure, detectionsFile, liveAndDie, liveToTheEnd, WINDOWS } from './lives.ts'
import type { Death, Setup } from './lives.ts'

/** How many kills in all; `npm run test:kill` sets 200. */
const KILLS = Number(process.env['PICKET_KILLS'] ?? 20)
const SEED = Number(process.env['PICKET_TEST_KILL_SEED'] ?? 1)
/** Lines that one state directory works on; kills beyond what they last for go to the next. */
const LINES = 15_000
/** Kills of one state directory at most. */
const KILLS_A_ROUND = 20

let loki: Awaited<ReturnType<typeof testLoki>>
let folder: string
beforeAll(async () => {
  loki = await testLoki()
  folder = mkdtempSync(join(tmpdir(), 'picket-kill-'))
})
afterAll(async () => {
  await loki.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a processor that is killed again and again', () => {
  const rounds = Math.ceil(KILLS / KILLS_A_ROUND)
  const hits = new Map<Death, number>()

  test.each(Array.from({ length: rounds }, (_, round) => ({ round: round + 1, rounds })))(
    'ends as an undisturbed one (round $round of $rounds)',
    { timeout: 60_000 + KILLS_A_ROUND * 10_000 },
    async ({ round }) => {
      const kills = Math.min(KILLS_A_ROUND, KILLS - (round - 1) * KILLS_A_ROUND)
      const next = seededNumbers(SEED * 1000 + round)
      // Not long ago, for a real Loki refuses old lines; whole seconds, for times in the configuration have milliseconds.
      const start = (BigInt(Date.now()) / 1000n - 3000n) * 1_000_000_000n
      const label = `${start}-${round}`
      const lines = firewallLines({
        seed: SEED * 1000 + round,
        count: LINES,
        start,
        labels: { job: 'firewall', round: label },
      })
      await pushLines(loki.url, lines)
      const setup = { folder, loki: loki.url, round: label, start }
      const plain: Setup = { ...setup, run: `plain-${round}` }
      const killed: Setup = { ...setup, run: `killed-${round}` }

      // Small pages, so that the work lasts for all kills.
      const config = configure(killed, 5)
      for (let kill = 0; kill < kills; kill++) {
        // Every window in turn, and every ninth time at a moment that nothing in the processor knows of.
        const window = WINDOWS[kill % (WINDOWS.length + 1)]
        const count = 1 + next(window === 'batch-fed' ? 6 : 2)
        const death = await liveAndDie(config, {
          window,
          count,
          afterMs: window === undefined ? next(150) : 3000,
        })
        hits.set(death, (hits.get(death) ?? 0) + 1)
      }
      const after = await liveToTheEnd(configure(killed, 1000), LINES)
      const undisturbed = await liveToTheEnd(configure(plain, 1000), LINES)

      const range = { start, end: BigInt(Date.now() + 60_000) * 1_000_000n }
      const stored = (run: string) =>
        queryAll(loki.url, `{job="picket", run="${run}", round="${label}"}`, range)
      const expected = await stored(plain.run)
      const file = readFileSync(detectionsFile(plain), 'utf8')
      // Something was at stake.
      expect(expected.length).toBeGreaterThan(300)
      expect(file.trimEnd().split('\n').length).toBe(expected.length)

      expect(await stored(killed.run)).toEqual(expected)
      expect(readFileSync(detectionsFile(killed), 'utf8')).toBe(file)
      expect(after).toEqual(undisturbed)
    },
  )

  test('was killed in every window', () => {
    const counts = Object.fromEntries(
      [...WINDOWS, 'from outside' as const].map((window) => [window, hits.get(window) ?? 0]),
    )
    console.log(`Kills: ${JSON.stringify(counts)}`)
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(KILLS)
    for (const window of WINDOWS) expect(counts[window], window).toBeGreaterThan(0)
  })
})
