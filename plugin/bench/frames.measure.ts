// How the built panel keeps the page moving: times between frames while 10,000 attackers are scrolled through, and while much data
// is read. Nothing here is a test: it prints.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { launchBrowser } from '../test/helpers/chromium'
import { openHost, type HostPage } from '../test/helpers/host-page'
import {
  detectionEvents,
  detectionFrames,
  firewallLines,
  lineFrames,
} from '../test/helpers/traffic-frames'

let browser: Browser
let host: HostPage
beforeAll(async () => {
  browser = await launchBrowser()
  host = await openHost(browser, '12', {
    little: detectionFrames(detectionEvents(10)),
    events: detectionFrames(detectionEvents(10_000)),
    lines: lineFrames(firewallLines(100_000)),
  })
})
afterAll(async () => {
  await host.close()
  await browser.close()
})

/** Starts to note the times between frames. */
const watch = (): Promise<void> =>
  host.page.evaluate(() => {
    const times: number[] = []
    Object.assign(window, { frameTimes: times, watchFrames: true })
    let last = performance.now()
    const next = (now: number): void => {
      times.push(now - last)
      last = now
      if ((window as unknown as { watchFrames: boolean }).watchFrames) requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })

/** Ends it and prints what was seen. */
async function print(what: string): Promise<void> {
  const times = await host.page.evaluate(() => {
    Object.assign(window, { watchFrames: false })
    return (window as unknown as { frameTimes: number[] }).frameTimes
  })
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0)
  const long = times.filter((time) => time > 50).length
  console.log(
    `| ${what} | ${times.length} frames | median ${at(0.5)} ms | 95 % ${at(0.95)} ms | longest ${at(1)} ms | ${long} over 50 ms |`,
  )
}

test('scrolling 10,000 attackers', async () => {
  await host.mount({ options: { view: 'attackers' }, frames: 'events', width: 1200, height: 700 })
  await host.ready()
  const box = await host.panel.boundingBox()
  if (box === null) throw new Error('no panel')
  await host.page.mouse.move(box.x + 400, box.y + 400)
  await watch()
  for (let i = 0; i < 120; i++) await host.page.mouse.wheel(0, 240)
  await print('wheel through 10,000 attackers')
})

test('much data arrives', async () => {
  for (const view of ['overview', 'attackers', 'ports', 'map'] as const)
    for (const frames of ['events', 'lines']) {
      await host.mount({ options: { view }, frames: 'little', width: 1200, height: 700 })
      await host.ready()
      // The host's own work on the frames is Grafana's: it is over when `update` returns.
      await host.update({ frames })
      await watch()
      await host.ready()
      await print(`${frames === 'lines' ? '100,000 lines' : '10,000 events'} into ${view}`)
    }
})
