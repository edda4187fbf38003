import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { detect, linesOf, noWorker } from '../helpers/detect'
import { field, frame } from '../helpers/frames'
import { ufwText, withoutUfwLog } from '../helpers/fixtures'
import { openHost, type HostPage } from '../helpers/host-page'
import {
  detectionEvents,
  detectionFrames,
  firewallLines,
  lineFrames,
} from '../helpers/traffic-frames'
import { bridgeWorker, watchWorkers } from '../helpers/worker-bridge'

const FRAMES = {
  lines: lineFrames(firewallLines(3000)),
  many: lineFrames(firewallLines(100_000)),
  events: detectionFrames(detectionEvents(10_000)),
}

describe.skipIf(!hasChromium())('raw firewall lines in the built panel', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  describe.each(['12', '13'] as const)('in Grafana %s', (line) => {
    let host: HostPage
    beforeAll(async () => {
      host = await openHost(browser, line, FRAMES)
      await watchWorkers(host.page)
    })
    afterAll(() => host.close())

    test('are judged in one worker, and without workers the same is shown', async () => {
      const shown = { options: { view: 'attackers' }, frames: 'lines', width: 1200, height: 600 }
      await host.mount(shown)
      await host.ready()
      const text = await host.panel.innerText()
      expect(text).toContain('203.0.113.')
      expect(await host.page.evaluate(() => window.startedWorkers.length)).toBe(1)

      const other = await openHost(browser, line, FRAMES)
      try {
        await watchWorkers(other.page, { forbid: true })
        await other.mount(shown)
        await other.ready()
        expect(await other.panel.innerText()).toBe(text)
        expect(await other.page.evaluate(() => window.startedWorkers.length)).toBe(1)
        expect(other.problems).toEqual([])
      } finally {
        await other.close()
      }
      expect(host.problems).toEqual([])
    })

    test.skipIf(withoutUfwLog !== undefined)(
      'give in the built worker the detections of the processor, byte for byte',
      async () => {
        const lines = ufwText().split('\n').slice(0, -1)
        const input = linesOf(
          [frame('A', [field('Line', 'string', lines)])],
          {},
          { to: Date.parse('2022-06-01T00:00:00Z') },
        )
        // The same code in this process is compared with `picket analyze` by the engine's own tests.
        const expected = (await detect(input, noWorker)).detections
        expect(expected.length).toBeGreaterThan(1000)
        await host.mount({ frames: 'lines' })
        await host.ready()
        const [url = ''] = await host.page.evaluate(() => window.startedWorkers)
        const worker = await bridgeWorker(host.page, url)
        expect((await detect(input, () => worker)).detections).toEqual(expected)
      },
    )

    test.each([
      ['100,000 lines in a worker', 'many', false],
      ['100,000 lines on the page', 'many', true],
      ['10,000 events', 'events', false],
    ] as const)('leave the page free: %s', async (what, frames, forbid) => {
      const other = await openHost(browser, line, FRAMES)
      try {
        await watchWorkers(other.page, { forbid })
        await other.mount({ options: { view: 'overview' }, width: 1200, height: 600 })
        // The data is there before the clock starts: reading it is the data source's work.
        const longest = await other.page.evaluate(async (name) => {
          const series = (await (await fetch(`/frames/${name}`)).json()) as never
          await new Promise((resolve) => setTimeout(resolve, 200))
          let longest = 0
          const began = performance.now()
          new PerformanceObserver((list) => {
            for (const { startTime, duration } of list.getEntries())
              if (startTime >= began) longest = Math.max(longest, duration)
          }).observe({ type: 'longtask', buffered: true })
          window.panelHost.update({ series })
          await new Promise((resolve) => setTimeout(resolve, 100))
          while (document.querySelector('#panel [aria-busy=true]') !== null)
            await new Promise((resolve) => setTimeout(resolve, 20))
          const took = performance.now() - began
          await new Promise((resolve) => setTimeout(resolve, 200))
          return { longest: Math.round(longest), took: Math.round(took) }
        }, frames)
        console.log(
          `Grafana ${line}, ${what}: ${longest.took} ms, longest task ${longest.longest} ms`,
        )
        expect(await other.panel.innerText()).toMatch(/203\.0\.113\.|198\.1[89]\./)
        expect(other.problems).toEqual([])
      } finally {
        await other.close()
      }
    })
  })
})
