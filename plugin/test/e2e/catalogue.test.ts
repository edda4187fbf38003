import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSimulator } from '../../../processor/src/simulator'
// @ts-expect-error a script without types
import { checkPlugin } from '../../scripts/check-plugin.mjs'
import plugin from '../../src/plugin.json'
import { VIEWS } from '../../src/types'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { openHost, type HostPage } from '../helpers/host-page'
import { logsFrame } from '../helpers/frames'
import { END } from '../helpers/models'
import type { Frames } from '../helpers/traffic-frames'

// `npm run screenshots` makes the pictures of the catalogue anew: these, out of artifacts/.
const WIDTH = 1280
const HEIGHT = 720
const START = END - 1_800_000

/** The demo's traffic: what `npm start` shows after half an hour. */
function demoLines(): Frames {
  const simulator = createSimulator({ seed: 1, rate: 2, start: START })
  const rows = []
  for (let until = START; until <= END; until += 60_000)
    for (const { ns, labels, line } of simulator.next(until))
      rows.push({
        time: Number(ns / 1_000_000n),
        nanos: Number(ns % 1_000_000n),
        labels: { job: 'firewall', ...labels },
        line,
      })
  return [logsFrame(rows)] as Frames
}

test.each(plugin.info.screenshots)('$name is a picture of its size', ({ path: file }) => {
  const bytes = readFileSync(path.resolve(import.meta.dirname, '../../src', file))
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG')
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([WIDTH, HEIGHT])
})

test('the catalogue has a picture of each view', () => {
  const shown = plugin.info.screenshots.map(({ path: file }) => path.basename(file, '.png'))
  expect(shown.toSorted()).toEqual(VIEWS.toSorted())
})

test('the catalogue’s review finds no error in the build', () => {
  const check = checkPlugin as (dist: string) => { severity: string; text: string }[]
  const findings = check(path.resolve(import.meta.dirname, '../../dist'))
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
})

describe.skipIf(!hasChromium())('half an hour of the demo as raw lines', () => {
  let browser: Browser
  let host: HostPage
  beforeAll(async () => {
    browser = await launchBrowser()
    host = await openHost(browser, '13', { demo: demoLines() })
  })
  afterAll(async () => {
    await host.close()
    await browser.close()
  })

  test.each(VIEWS)('fill the view %s without errors or overflow', async (view) => {
    host.problems.length = 0
    await host.mount({
      theme: 'dark',
      title: 'Firewall',
      width: WIDTH,
      height: HEIGHT,
      from: START,
      to: END,
      options: { view },
      frames: 'demo',
    })
    await host.ready()
    expect(await host.panel.innerText()).toMatch(/[\d,]{6} packets in [\d,]{6} lines/)
    await host.picture(`catalogue-${view}`)
    expect(await host.overflowing()).toEqual([])
    expect(host.problems).toEqual([])
  })
})
