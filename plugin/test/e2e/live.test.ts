import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VIEWS } from '../../src/types'
import { hasChromium, launchBrowser } from '../helpers/chromium'
import { startBreakingProxy } from '../helpers/breaking-proxy'
import { root } from '../helpers/fixtures'

const ARTIFACTS = path.resolve(import.meta.dirname, '../../artifacts')

describe.skipIf(!hasChromium())('the live page with the built panel', () => {
  let browser: Browser
  let demo: ChildProcess
  let url = ''
  beforeAll(async () => {
    browser = await launchBrowser()
    demo = spawn(
      process.execPath,
      [path.join(root, 'processor/bin/picket.js'), 'demo', '--for', '300s', '--rate', '50'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    url = await new Promise((resolve, reject) => {
      let text = ''
      demo.stderr?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const found = /live page\s+(http:\S+?)\/?\s/.exec(text)?.[1]
        if (found !== undefined) resolve(found)
      })
      demo.once('exit', () => reject(new Error(text)))
    })
  })
  afterAll(async () => {
    await browser.close()
    if (demo.exitCode !== null) return
    const gone = new Promise((resolve) => demo.once('exit', resolve))
    demo.kill('SIGTERM')
    await gone
  })

  /** A page, and what went wrong in it: errors, violations of its policy, requests to other origins, failed ones. */
  async function open(colorScheme: 'dark' | 'light', at = ''): Promise<[Page, string[]]> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 800 }, colorScheme })
    const problems: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(String(error.stack)))
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
        problems.push(`asked for ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`)
    })
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
      )
    })
    await page.goto(`${url}/${at}`)
    await page.getByRole('heading', { name: 'Picket' }).waitFor()
    return [page, problems]
  }

  test.each(['dark', 'light'] as const)(
    'shows every view in %s, under its policy and from its own origin',
    async (theme) => {
      mkdirSync(ARTIFACTS, { recursive: true })
      const [page, problems] = await open(theme)
      await page
        .getByText(/203\.0\.113\.\d/)
        .first()
        .waitFor()
      for (const view of VIEWS) {
        await page.getByRole('navigation', { name: 'Views' }).locator(`[href="#${view}"]`).click()
        await page.locator(`[href="#${view}"][aria-current=page]`).waitFor()
        await page.waitForTimeout(500)
        await page.mouse.move(0, 0)
        await page.screenshot({ path: path.join(ARTIFACTS, `live-${view}-${theme}.png`) })
        expect(
          await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          ),
        ).toBe(0)
      }
      expect(await page.locator('[data-testid=panel-crash]').count()).toBe(0)
      expect(problems).toEqual([])
      await page.close()
    },
  )

  test('grows by itself', async () => {
    const [page, problems] = await open('dark', '#attackers')
    const detections = page.locator('dt:text-is("Detections") + dd')
    const now = async () => Number((await detections.innerText()).replaceAll(/\D/g, ''))
    await page.waitForFunction(() => /\d/.test(document.querySelector('dd')?.textContent ?? ''))
    const before = await now()
    await expect.poll(now, { timeout: 30_000 }).toBeGreaterThan(before)
    expect(problems).toEqual([])
    await page.close()
  })

  test('goes on behind the last event when the connection broke', async () => {
    const proxy = await startBreakingProxy(url)
    const page = await browser.newPage()
    try {
      await page.goto(`${proxy.url}/#attackers`)
      await expect.poll(() => proxy.lastIdSent(), { timeout: 30_000 }).toBeTypeOf('string')
      const streams = proxy.lastEventIds.length
      proxy.breakAll()
      const last = proxy.lastIdSent()
      await expect
        .poll(() => proxy.lastEventIds.length, { timeout: 30_000 })
        .toBeGreaterThan(streams)
      expect(proxy.lastEventIds.at(-1)).toBe(last)
      await expect.poll(() => proxy.lastIdSent(), { timeout: 30_000 }).not.toBe(last)
    } finally {
      await page.close()
      await proxy.close()
    }
  })

  test('a range drawn in the chart becomes the page’s, and one click leads back to everything', async () => {
    const [page, problems] = await open('dark', '#timeline')
    const chart = page.locator('.u-over').first()
    await chart.waitFor()
    const box = await chart.boundingBox()
    if (box === null) throw new Error('no chart')
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.3, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, y, { steps: 5 })
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 5 })
    await page.mouse.up()
    const back = page.getByRole('button', {
      name: /\d\d:\d\d:\d\d to .*\d\d:\d\d:\d\d|Back to everything/,
    })
    await back.click()
    await back.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
    await page.close()
  })

  test('keeps the chosen theme, follows the address, and links to the plain page', async () => {
    const [page, problems] = await open('dark', '#ports')
    await page.locator('[href="#ports"][aria-current=page]').waitFor()
    await page.getByRole('button', { name: 'Light theme' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Dark theme' }).waitFor()
    await page.getByRole('link', { name: 'Plain page' }).click()
    await page.getByRole('link', { name: 'open it' }).click()
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(problems).toEqual([])
    await page.close()
  })
})
