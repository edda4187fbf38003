import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VIEWS } from '../../src/types'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { detectionEvents, detectionFrames } from '../helpers/traffic-frames'
import { openHost, type HostPage } from '../helpers/host-page'

const SIZES = { usual: [820, 480], narrow: [200, 150], wide: [1600, 900] } as const
const ROWS = { none: 0, one: 1, some: 40, many: 10_000 } as const
const FRAMES = Object.fromEntries(
  Object.entries(ROWS).map(([name, count]) => [
    name,
    count === 0 ? [] : detectionFrames(detectionEvents(count)),
  ]),
)

interface Scenario {
  readonly name: string
  readonly rows: keyof typeof ROWS
  readonly size: keyof typeof SIZES
  readonly state?: 'Loading' | 'Error'
  readonly error?: string
}

/** Shown by every view, on both lines, dark and light. */
const SCENARIOS: readonly Scenario[] = [
  { name: 'usual', rows: 'some', size: 'usual' },
  { name: 'empty', rows: 'none', size: 'usual' },
  { name: 'loading', rows: 'none', size: 'usual', state: 'Loading' },
  { name: 'error', rows: 'none', size: 'usual', state: 'Error', error: 'loki: timeout' },
  { name: 'one row', rows: 'one', size: 'usual' },
  { name: '10,000 rows', rows: 'many', size: 'usual' },
  { name: 'narrow', rows: 'some', size: 'narrow' },
  { name: 'narrow and empty', rows: 'none', size: 'narrow' },
  { name: 'wide', rows: 'some', size: 'wide' },
]

describe.skipIf(!hasChromium())('the built panel', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  describe.each(['12', '13'] as const)('in Grafana %s', (line) => {
    let host: HostPage
    beforeAll(async () => {
      host = await openHost(browser, line, FRAMES)
    })
    afterAll(() => host.close())

    test('runs on the React of that line', () => {
      expect(host.react).toMatch(line === '12' ? /^18\./ : /^19\./)
    })

    describe.each(['dark', 'light'] as const)('%s', (theme) => {
      test.each(VIEWS.flatMap((view) => SCENARIOS.map((scenario) => ({ view, ...scenario }))))(
        '$view, $name: shows without errors, overflow or serious findings of axe',
        async ({ view, name, rows, size, state, error }) => {
          const [width, height] = SIZES[size]
          host.problems.length = 0
          await host.mount({
            theme,
            width,
            height,
            options: { view },
            frames: rows,
            ...(state !== undefined && { state: state as never }),
            ...(error !== undefined && { error }),
          })
          if (state !== 'Loading') await host.ready()
          expect((await host.panel.innerText()).trim()).not.toBe('')
          await host.picture(`${view}-${name.replaceAll(/\W+/g, '-')}-${theme}`)
          expect(await host.overflowing()).toEqual([])
          expect(await host.axe()).toEqual([])
          expect(host.problems).toEqual([])
        },
      )
    })
  })
})
