import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VIEWS } from '../../src/types'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { openHost, type HostPage } from '../helpers/host-page'
import {
  detectionEvents,
  detectionFrames,
  lineFrames,
  type Frames,
} from '../helpers/traffic-frames'

const HTML =
  '<img src=x onerror="window.hit=1;alert(1)"><script>window.hit=1</script><svg onload=alert(1)>'
const BIDI = '\u202Ekcatta\u2066 \u2067\u202D'
const LONG = 'A'.repeat(200_000)
const [plain = {}] = detectionEvents(1)

/** An event with every text replaced, addresses among them. */
const filled = (text: string) => ({
  ...plain,
  id: text,
  source: text,
  destination: text,
  kind: text,
  scan: text,
  message: text,
  sid: 1,
  reasons: [text, text],
  protocols: [text],
  ports: { [text]: [text, '22'] },
  host: text,
  prefix: text,
  interface: text,
  chain: text,
  os: text,
  country: text,
  asn: text,
  hostname: text,
  evidence: { query: text, from: text, to: text },
})

const columns = (fields: ReadonlyArray<readonly [string, string, unknown[]]>): Frames => [
  {
    refId: 'A',
    fields: fields.map(([name, type, values]) => ({
      name,
      type: type as never,
      values,
      config: {},
    })),
  },
]

const firewall = (line: string): Frames =>
  lineFrames(Array.from({ length: 20 }, (_, i) => ({ time: Date.UTC(2026, 0, 10, 11, i), line })))

const HOSTILE: Readonly<Record<string, Frames>> = {
  'HTML in every text': detectionFrames([plain, filled(HTML)]),
  'bidi characters in every text': detectionFrames([plain, filled(BIDI)]),
  'texts of 200,000 characters': detectionFrames([plain, filled(LONG)]),
  '1e9 packets': detectionFrames([{ ...plain, packets: 1e9, destinations: 1e9 }]),
  'numbers that are none': detectionFrames([
    { ...plain, packets: 'many', dangerLevel: 'high', destinations: null, sid: {} },
    { ...plain, id: 'b', packets: -1e308, dangerLevel: 99, firstSeen: 'yesterday' },
  ]),
  'missing members': detectionFrames([{ v: 1 }, { ...plain, source: undefined, ports: undefined }]),
  'other types': detectionFrames([
    { ...plain, ports: 'all', reasons: 7, protocols: {}, evidence: [], source: ['203.0.113.9'] },
  ]),
  'lines that are no JSON': firewall('{"v":1,"dangerLevel":'),
  'no field that is known': columns([['x', 'number', [1, 2, 3]]]),
  'fields of unequal length': columns([
    ['Time', 'time', [1, 2, 3]],
    ['Line', 'string', ['a']],
    ['labels', 'other', [{}, {}]],
  ]),
  'NaN, Infinity and null': columns([
    ['Time', 'time', [Number.NaN, null, Number.POSITIVE_INFINITY]],
    ['Line', 'string', [null, undefined, 7]],
    ['Value', 'number', [Number.NaN, Number.NEGATIVE_INFINITY, null]],
  ]),
  'raw lines with HTML': firewall(
    `2026-01-10T11:00:00+00:00 fw kernel: [${HTML}] IN=eth0 OUT= SRC=203.0.113.7 DST=192.0.2.1 LEN=44 TTL=60 PROTO=TCP SPT=1 DPT=22 SYN`,
  ),
  'raw lines with addresses that are none': firewall(
    `fw kernel: [BLOCK] IN=${HTML} OUT= SRC=${HTML} DST=999.1.1.1 LEN=-1 TTL=NaN PROTO=${BIDI} SPT=99999999 DPT=-5 SYN`,
  ),
}

describe.skipIf(!hasChromium())('the built panel with hostile data', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  describe.each(['12', '13'] as const)('in Grafana %s', (line) => {
    let host: HostPage
    beforeAll(async () => {
      host = await openHost(browser, line)
    })
    afterAll(() => host.close())

    test.each(
      Object.entries(HOSTILE).flatMap(([name, series]) =>
        VIEWS.map((view) => ({ name, view, series })),
      ),
    )('$name, $view: is shown harmlessly or named', async ({ view, series }) => {
      host.problems.length = 0
      await host.mount({ options: { view }, series, width: 820, height: 480 })
      await host.ready()
      expect(await host.page.locator('[data-testid=panel-crash]').count()).toBe(0)
      const injected = await host.page.evaluate(() => ({
        hit: 'hit' in window,
        elements: [...document.querySelectorAll('#panel :is(script, iframe, object, img)')].map(
          (element) => element.outerHTML.slice(0, 200),
        ),
        handlers: [...document.querySelectorAll('#panel *')].filter((element) =>
          element.getAttributeNames().some((name) => name.startsWith('on')),
        ).length,
        links: [...document.querySelectorAll<HTMLAnchorElement>('#panel a')]
          .map((link) => link.protocol)
          .filter((protocol) => !['http:', 'https:', ''].includes(protocol)),
      }))
      expect(injected).toEqual({ hit: false, elements: [], handlers: 0, links: [] })
      expect((await host.panel.innerText()).trim()).not.toBe('')
      expect(await host.overflowing()).toEqual([])
      expect(host.dialogs).toEqual([])
      expect(host.problems).toEqual([])
    })
  })
})
