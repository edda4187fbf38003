import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VIEWS } from '../../src/types'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { openHost, type HostPage } from '../helpers/host-page'
import { detectionEvents, detectionFrames } from '../helpers/traffic-frames'

/** More than any view has: a list of rows is one stop, its rows are reached by arrow keys. */
const MOST_STOPS = 60

interface Stop {
  readonly what: string
  readonly name: string
  readonly isSeen: boolean
}

describe.skipIf(!hasChromium())('the built panel by keyboard only', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  describe.each(['12', '13'] as const)('in Grafana %s', (line) => {
    let host: HostPage
    beforeAll(async () => {
      host = await openHost(browser, line, { some: detectionFrames(detectionEvents(40)) })
    })
    afterAll(() => host.close())

    test.each(VIEWS)(
      '%s: every stop has a name and shows where it is, and Tab comes out',
      async (view) => {
        host.problems.length = 0
        // What comes slowly would be looked at before it is there.
        await host.page.emulateMedia({ reducedMotion: 'reduce' })
        await host.mount({ options: { view }, frames: 'some', width: 900, height: 600 })
        await host.ready()
        const stops = await tabThrough(host)
        expect(stops.length).toBeGreaterThan(0)
        expect(stops.length).toBeLessThan(MOST_STOPS)
        expect(stops.filter(({ name }) => name === '')).toEqual([])
        expect(stops.filter(({ isSeen }) => !isSeen)).toEqual([])
        expect(host.problems).toEqual([])
      },
    )

    test.each(VIEWS)('%s: keys pressed anywhere in it break nothing', async (view) => {
      host.problems.length = 0
      await host.mount({ options: { view }, frames: 'some', width: 900, height: 600 })
      await host.ready()
      for (const key of [
        'Tab',
        'ArrowDown',
        'ArrowRight',
        'Enter',
        'End',
        'Home',
        'PageDown',
        'Escape',
      ]) {
        await host.page.keyboard.press('Tab')
        await host.page.keyboard.press(key)
      }
      await host.ready()
      expect(host.problems).toEqual([])
      expect(await host.page.locator('[data-testid=panel-crash]').count()).toBe(0)
    })
  })
})

/** What has the focus, one Tab after the other, until it has left the panel. */
async function tabThrough({ page }: HostPage): Promise<Stop[]> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  const stops: Stop[] = []
  let wasInside = false
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate((): Stop | undefined => {
      const element = document.activeElement as HTMLElement | null
      if (element === null || element.closest('#panel') === null) return undefined
      const labelled = (element.getAttribute('aria-labelledby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ')
      const label = (element as HTMLInputElement).labels?.[0]?.textContent ?? ''
      const name =
        element.getAttribute('aria-label') ??
        (labelled.trim() || label || element.textContent || element.title)
      // The mark may be the element's own, that of what it fills, or that of the label behind a hidden input.
      const look = (): string => {
        const all = [element.nextElementSibling]
        for (let at: Element | null = element; at !== null && at.id !== 'panel';) {
          all.push(at)
          at = at.parentElement
        }
        return all
          .map((at) => {
            if (at === null) return ''
            const { outline, boxShadow, border, backgroundColor } = getComputedStyle(at)
            return [outline, boxShadow, border, backgroundColor].join()
          })
          .join('\n')
      }
      const focused = look()
      element.blur()
      const isSeen = look() !== focused
      return { what: element.outerHTML.slice(0, 160), name: name.trim(), isSeen }
    })
    if (stop === undefined && wasInside) return stops
    if (stop === undefined) continue
    wasInside = true
    stops.push(stop)
  }
  return stops
}
