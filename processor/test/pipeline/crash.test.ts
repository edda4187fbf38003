import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CRASH_WINDOWS } from '../../src/checkpoint/crash-points.ts'
import type { CrashWindow } from '../../src/checkpoint/crash-points.ts'
import { AppendSink, ListSink, ListSource, someLines } from './helpers/fakes.ts'
import { rig, temporaryFolder } from './helpers/rig.ts'

const LINES = someLines(170)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** The machine at the moment of a kill: the files as they are, and what the far sides have. */
interface Moment {
  readonly window: CrashWindow
  readonly directory: string
  readonly far: readonly string[]
  readonly appended: readonly string[]
}

const texts = (sink: ListSink): string[] => sink.accepted.map(({ json }) => json)

/** Runs to the end; `at` is called at each window that is reached. */
async function run(
  directory: string,
  far: ListSink,
  appended: AppendSink,
  at: (window: CrashWindow) => void = () => undefined,
  pauseMs = 0,
) {
  const source = new ListSource('fw', LINES, { size: 7 })
  // So that checkpoints and deliveries fall between the batches, not all behind the last.
  source.beforeBatch = () => setTimeout(pauseMs)
  const { pipeline, engine } = await rig({
    directory,
    sources: [source],
    sinks: [far, appended],
    crash: { armed: true, hit: at },
  })
  await pipeline.start()
  await pipeline.finished
  await pipeline.stop()
  return { counts: [...engine.counts].sort(), source }
}

describe('after a kill', () => {
  test('at any moment, the run that follows ends as an undisturbed one', async () => {
    const moments: Moment[] = []
    const far = new ListSink('far')
    const appended = new AppendSink('appended')
    const original = join(folder.path, 'original')
    const undisturbed = await run(
      original,
      far,
      appended,
      (window) => {
        const directory = join(folder.path, `moment-${moments.length}`)
        cpSync(original, directory, { recursive: true })
        moments.push({ window, directory, far: texts(far), appended: texts(appended) })
      },
      2,
    )
    const expected = texts(far)
    expect(expected.length).toBeGreaterThan(40)
    expect(texts(appended)).toEqual(expected)
    expect(new Set(moments.map(({ window }) => window))).toEqual(new Set(CRASH_WINDOWS))

    for (const moment of moments) {
      const farNow = new ListSink('far')
      const appendedNow = new AppendSink('appended')
      // Only what they keep matters of the events accepted before.
      farNow.accepted.push(...moment.far.map(event))
      appendedNow.accepted.push(...moment.appended.map(event))
      const resumed = await run(moment.directory, farNow, appendedNow)

      expect(resumed.counts, moment.window).toEqual(undisturbed.counts)
      // The far side may be told twice, but only the same bytes; what appends shows each once.
      expect([...new Set(texts(farNow))], moment.window).toEqual(expected)
      expect(texts(appendedNow), moment.window).toEqual(expected)
    }
  })

  test('several times in a row, nothing is missing and nothing is there twice', async () => {
    const expected = await (async () => {
      const sink = new AppendSink('appended')
      await run(join(folder.path, 'undisturbed'), new ListSink('far'), sink)
      return texts(sink)
    })()
    let directory = join(folder.path, 'life-0')
    let survivors = new AppendSink('appended')
    for (let life = 1; life <= 12; life++) {
      let hits = 0
      let taken: readonly string[] | undefined
      const next = join(folder.path, `life-${life}`)
      const current = directory
      const sink = survivors
      await run(
        current,
        new ListSink('far'),
        sink,
        () => {
          // Each life dies a little later than the one before it, at whatever window comes then.
          if (++hits !== 3 + life * 2) return
          cpSync(current, next, { recursive: true })
          taken = texts(sink)
        },
        2,
      )
      if (taken === undefined) break
      directory = next
      survivors = new AppendSink('appended')
      survivors.accepted.push(...taken.map(event))
    }
    await run(directory, new ListSink('far'), survivors)
    expect(texts(survivors)).toEqual(expected)
  })
})

function event(json: string) {
  return { id: '', kind: 'scan' as const, dangerLevel: 1 as const, ns: '0', json }
}
