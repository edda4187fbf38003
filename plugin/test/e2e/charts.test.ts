import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { openHost, type HostPage } from '../helpers/host-page'
import { field, frame } from '../helpers/frames'
import { START } from '../helpers/models'
import { detectionEvents, detectionFrames } from '../helpers/traffic-frames'

const HOUR = 3_600_000
const ANNOTATIONS = [
  frame('Anno', [
    field('time', 'time', [START + HOUR, START + 2 * HOUR]),
    field('timeEnd', 'time', [START + HOUR, START + 3 * HOUR]),
    field('text', 'string', ['Rules changed', 'Maintenance <b>of the firewall</b>']),
    field('tags', 'other', [['fw'], []]),
    field('color', 'string', ['constructor', 'purple']),
  ]),
]
const LINKS = {
  defaults: { links: [{ title: 'Whois', url: '/whois', targetBlank: true }] },
  overrides: [],
}

describe.skipIf(!hasChromium())('charts', () => {
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

    test('the timeline has a marker for each annotation, which says what it is', async () => {
      host.problems.length = 0
      const options = { view: 'timeline' }
      await host.mount({ options, frames: 'some', annotations: ANNOTATIONS })
      await host.ready()
      const markers = host.panel.getByRole('group', { name: 'Annotations' }).getByRole('button')
      expect(await markers.count()).toBe(2)
      await markers.first().focus()
      await host.page.keyboard.press('ArrowRight')
      const tooltip = host.page.getByText('Maintenance <b>of the firewall</b>')
      await tooltip.waitFor()
      await host.page.screenshot({ path: `artifacts/annotations-grafana-${line}.png` })
      await host.page.keyboard.press('Escape')
      expect(await tooltip.count()).toBe(0)
      expect(await host.axe()).toEqual([])
      expect(host.problems).toEqual([])
    })

    test('a row of the map offers links, lines and filters; Escape leaves it as it was', async () => {
      host.problems.length = 0
      await host.mount({ options: { view: 'map' }, frames: 'some', fieldConfig: LINKS })
      await host.ready()
      const grid = host.panel.getByRole('application')
      await grid.focus()
      for (const key of ['ArrowDown', 'Home', 'Enter']) await host.page.keyboard.press(key)
      const menu = host.page.getByRole('menu')
      await menu.waitFor()
      expect(await menu.getByRole('menuitem').allInnerTexts()).toEqual([
        'Filter dashboard',
        'Whois',
        'Zoom to this scan',
      ])
      await host.page.screenshot({ path: `artifacts/menu-grafana-${line}.png` })
      await host.page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
      expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true)
      expect(await host.calls()).toEqual([])
      await host.page.keyboard.press('Enter')
      await menu.waitFor()
      await host.page.keyboard.press('Enter')
      await menu.waitFor({ state: 'detached' })
      expect(await host.calls()).toEqual([
        {
          what: 'onAddAdHocFilter',
          args: expect.objectContaining({ key: 'source', operator: '=' }) as unknown,
        },
      ])
      expect(host.problems).toEqual([])
    })

    test('a click on a cell of the heatmap asks too, a drag across it zooms', async () => {
      host.problems.length = 0
      await host.mount({ options: { view: 'ports' }, frames: 'some', fieldConfig: LINKS })
      await host.ready()
      const grid = host.panel.getByRole('application')
      await grid.focus()
      const said = grid.locator('[aria-live]')
      for (let i = 0; i < 60 && !/Click/.test(await said.innerText()); i++)
        await host.page.keyboard.press('ArrowRight')
      expect(await said.innerText()).toMatch(/Click: filter, lines and links$/)
      await host.page.keyboard.press('Enter')
      await host.page.getByRole('menu').waitFor()
      await host.page.keyboard.press('Escape')
      const { x, y, width } = (await grid.boundingBox())!
      await host.page.mouse.move(x + width * 0.6, y + 20)
      await host.page.mouse.down()
      await host.page.mouse.move(x + width * 0.8, y + 20, { steps: 4 })
      await host.page.mouse.up()
      expect((await host.calls()).map(({ what }) => what)).toContain('onChangeTimeRange')
      expect(host.problems).toEqual([])
    })
  })
})
