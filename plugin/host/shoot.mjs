// node shoot.mjs <host.js> <@grafana/ui folder> <plugin dist> <out prefix>
import { chromium } from 'playwright-core'
import path from 'node:path'
import fs from 'node:fs'
import { startServer } from './serve.mjs'
import { scanEvents } from './data.mjs'

const [host, uiRoot, dist, out] = process.argv.slice(2).map((p) => path.resolve(p))
const id = JSON.parse(fs.readFileSync(path.join(dist, 'plugin.json'))).id
const srv = await startServer({ host, uiRoot, plugins: { [id]: dist } })
const t0 = Date.now()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--font-render-hinting=none',
  ],
})
const page = await browser.newPage({ viewport: { width: 1240, height: 560 }, deviceScaleFactor: 1 })
const log = []
page.on('console', (m) => log.push(`${m.type()}: ${m.text()}`))
page.on('pageerror', (e) => log.push(`pageerror: ${e.stack}`))
await page.goto(srv.url)
await page
  .waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 8000 })
  .catch(() => {
    console.log(log.join('\n'))
    process.exit(1)
  })
const info = await page.evaluate((b) => window.panelHost.load(b), `/public/plugins/${id}`)
console.log(
  JSON.stringify({ react: await page.evaluate(() => window.panelHost.react), ...info }).slice(
    0,
    700,
  ),
)
const data = scanEvents(24)
for (const theme of ['dark', 'light']) {
  await page.evaluate((c) => window.panelHost.mount(c), {
    theme,
    title: 'Attackers',
    width: 820,
    height: 480,
    showOptions: true,
    ...data,
  })
  await page.waitForSelector('[data-testid=picket-panel] table')
  // Icons are fetched one by one; an icon that is still on its way is an <svg> without children.
  await page.waitForFunction(
    () => [...document.querySelectorAll('#panel svg')].every((s) => s.childElementCount),
    null,
    { timeout: 5000 },
  )
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: `${out}-${theme}.png` })
}
// interaction
await page.locator('[data-testid=picket-panel] button[aria-pressed]').first().click()
await page.locator('[data-testid=picket-panel] tbody tr button').first().click()
console.log('calls', JSON.stringify(await page.evaluate(() => window.panelHost.calls)))
await page.mouse.move(0, 0)
await page.locator('[data-testid=picket-panel] tbody td:nth-child(4) span').first().hover()
await page.waitForTimeout(400)
await page.screenshot({ path: `${out}-hover.png` })
// states
await page.evaluate(() =>
  window.panelHost.mount({
    theme: 'dark',
    title: 'Attackers',
    width: 820,
    height: 240,
    series: [],
  }),
)
await page.waitForTimeout(100)
console.log('empty:', (await page.locator('#panel').innerText()).replace(/\n/g, ' | '))
await page.evaluate(() =>
  window.panelHost.mount({
    theme: 'dark',
    title: 'Attackers',
    width: 820,
    height: 240,
    series: [],
    state: 'Error',
    error: 'loki: timeout',
  }),
)
await page.waitForTimeout(100)
console.log(
  'suggest',
  JSON.stringify(await page.evaluate((s) => window.panelHost.suggestions(s), data.series)),
)
console.log('misses', srv.misses, 'wall', Date.now() - t0, 'ms')
console.log(
  log
    .filter((l) => !/Download the React/.test(l))
    .slice(0, 20)
    .join('\n'),
)
await browser.close()
srv.close()
