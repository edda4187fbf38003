import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Position } from '../../../src/pipeline/types.ts'
import { FakeLoki } from '../../helpers/fake-loki.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'
import { linesOf, lokiInput, saved, type ReadLine } from './harness.ts'

const START_MS = Date.UTC(2026, 0, 2, 3, 59, 30)
const SETTLE_MS = 5000
const LATENESS_MS = 100_000
const HOSTS = ['a', 'b', undefined] as const

interface Pushed {
  readonly atMs: number
  /** From its timestamp to its arrival. */
  readonly delayMs: number
  readonly host: number
}

const pushes = fc.array(
  fc.record({
    // Few different times, so that many lines share a nanosecond; an hour ends in between.
    atMs: fc.oneof(
      fc.constantFrom(0, 35_000),
      fc.integer({ min: 0, max: 12 }).map((n) => n * 5000),
    ),
    delayMs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: SETTLE_MS - 1 }) },
      { weight: 1, arbitrary: fc.integer({ min: SETTLE_MS, max: LATENESS_MS }) },
    ),
    host: fc.integer({ min: 0, max: HOSTS.length - 1 }),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
)

const scenario = fc.record({
  pushes,
  limit: fc.integer({ min: 1, max: 9 }),
  /** The server's maximum above what one stream has on one nanosecond, of which the rest could not be had. */
  spare: fc.integer({ min: 1, max: 20 }),
  splitNs: fc.constantFrom(undefined, 10_000_000_000n),
  /** When reading begins: from then on live, before it history in full pages. */
  beginMs: fc.constantFrom(0, 30_000, 75_000),
  /** After how many batches the reader dies, and how many of them it had not yet made durable. */
  kills: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 12 }), lost: fc.integer({ min: 0, max: 3 }) }),
    {
      maxLength: 4,
    },
  ),
})

/** Order of the contract for what arrived in time: timestamp, stream labels, order of arrival. */
function expected(lines: readonly Pushed[], beginMs: number): string[] {
  return lines
    .map((line, i) => ({
      ...line,
      i,
      arrived: line.atMs + line.delayMs,
      host: `{${labelOf(line.host)}job="firewall"}`,
    }))
    .filter(({ delayMs, arrived }) => delayMs < SETTLE_MS || arrived <= beginMs)
    .sort(
      (a, b) =>
        a.atMs - b.atMs ||
        (a.host === b.host ? 0 : a.host < b.host ? -1 : 1) ||
        a.arrived - b.arrived ||
        a.i - b.i,
    )
    .map(({ i }) => `line ${i}`)
}

/** The most lines that one stream has on one nanosecond. */
function highestPile(lines: readonly Pushed[]): number {
  const piles = new Map<string, number>()
  for (const { atMs, host } of lines) {
    const key = `${atMs} ${host}`
    piles.set(key, (piles.get(key) ?? 0) + 1)
  }
  return Math.max(...piles.values())
}

function labelOf(host: number): string {
  const name = HOSTS[host]
  return name === undefined ? '' : `host="${name}", `
}

test('every line comes exactly once and in order, whatever the pages, ties, splits, late lines and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ pushes, limit, spare, splitNs, beginMs, kills }) => {
      const maxLimit = Math.max(limit, highestPile(pushes) + spare)
      const loki = await new FakeLoki({
        maxLimit,
        ...(splitNs !== undefined && { splitNs }),
      }).start()
      const clock = new VirtualClock(START_MS)
      pushes.forEach(({ atMs, delayMs, host }, i) => {
        const ns = BigInt(START_MS + atMs) * 1_000_000n
        const name = HOSTS[host]
        clock.at(START_MS + atMs + delayMs, () =>
          loki.push(
            { job: 'firewall', ...(name !== undefined && { host: name }) },
            ns,
            `line ${i}`,
          ),
        )
      })
      await clock.sleep(beginMs)
      const doneMs = START_MS + 60_000 + LATENESS_MS + 30_000
      const config = {
        start: new Date(START_MS).toISOString(),
        settle: '5s',
        maxLateness: '100s',
        poll: '4s',
        limit,
      }
      const durable: ReadLine[] = []
      let position: Position | undefined
      try {
        for (const kill of [...kills, undefined]) {
          const source = lokiInput({ url: loki.url, clock, config })
          const batches: { lines: ReadLine[]; next: Position }[] = []
          const made: Position[] = []
          for await (const batch of source.read(position, new AbortController().signal)) {
            // Positions are made before later batches are read, and written after.
            made.push(batch.next)
            batches.push({ lines: linesOf(batch), next: batch.next })
            if (kill === undefined ? clock.now() > doneMs : batches.length >= kill.after) break
          }
          await source.close?.()
          const kept = batches.slice(
            0,
            kill === undefined ? undefined : Math.max(0, batches.length - kill.lost),
          )
          durable.push(...kept.flatMap(({ lines }) => lines))
          const last = kept.at(-1)
          if (last !== undefined) position = saved(last.next)
        }
      } finally {
        await loki.stop()
      }

      const texts = durable.map(({ text }) => text)
      expect([...texts].sort()).toEqual(pushes.map((_, i) => `line ${i}`).sort())
      const inTime = expected(pushes, beginMs)
      expect(texts.filter((text) => inTime.includes(text))).toEqual(inTime)
    }),
    { numRuns: 60, seed: 20_260_102 },
  )
}, 60_000)
