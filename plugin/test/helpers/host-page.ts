import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Call, MountConfig, PanelHost } from '../../host/src/test-host'
import type { Frames } from './traffic-frames'
import { PLUGIN_ID, startHostServer, type GrafanaLine } from './host-server'
import { END, START } from './models'

declare global {
  interface Window {
    panelHost: PanelHost
  }
}

const ARTIFACTS = path.resolve(import.meta.dirname, '../../artifacts')
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** Around the panel, and the panel's title. */
const MARGIN = 32

/** A panel's configuration; data by name or as frames. */
export interface Shown extends MountConfig {
  readonly frames?: string
}

/** The built panel in Chromium, as a dashboard of one Grafana line would show it. */
export interface HostPage {
  readonly page: Page
  /** The panel with its title and border. */
  readonly panel: Locator
  readonly react: string
  /** What the page logged as errors or warnings, failed requests and crashes. */
  readonly problems: string[]
  /** Dialogs that something opened: nothing may. */
  readonly dialogs: string[]
  /** Shows a panel anew and waits until it is drawn. */
  mount(config: Shown): Promise<void>
  update(part: Shown): Promise<void>
  /** Waits until the panel has prepared what it was given. */
  ready(): Promise<void>
  calls(): Promise<Call[]>
  suggestions(series: Frames): Promise<unknown>
  /** Saves a picture of the panel to artifacts/. */
  picture(name: string): Promise<void>
  /** Findings of axe-core that are serious or critical, in words. */
  axe(): Promise<string[]>
  /** Elements that are wider than their place: `tag.class 812 > 800`. */
  overflowing(): Promise<string[]>
  close(): Promise<void>
}

/** `frames` are what `mount` may name; big ones come into the page far quicker so. */
export async function openHost(
  browser: Browser,
  line: GrafanaLine,
  frames: Readonly<Record<string, Frames>> = {},
): Promise<HostPage> {
  const server = await startHostServer(line, frames)
  const context = await browser.newContext({ viewport: { width: 1240, height: 700 } })
  const page = await context.newPage()
  const problems: string[] = []
  const dialogs: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isKnown(message.text()))
      problems.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`crash: ${error.stack ?? error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
      problems.push(`asked for ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(server.url)
  await page.waitForFunction(() => document.documentElement.dataset['ready'] === 'true')
  await page.evaluate((base) => window.panelHost.load(base), `/public/plugins/${PLUGIN_ID}`)
  const panel = page.locator('#panel')

  const show = async (
    how: 'mount' | 'update',
    { frames: name, ...config }: Shown,
  ): Promise<void> => {
    await page.evaluate(
      async ([how, config, name]) => {
        const series =
          name === undefined
            ? {}
            : { series: (await (await fetch(`/frames/${name}`)).json()) as Frames }
        window.panelHost[how]({ ...config, ...series })
      },
      [how, config, name] as const,
    )
    await panel.waitFor()
    await settle()
  }

  const settle = async (): Promise<void> => {
    // An icon that is still on its way is an <svg> without children.
    await page.waitForFunction(
      () =>
        new Promise((resolve) =>
          requestAnimationFrame(() =>
            requestAnimationFrame(() =>
              resolve(
                [...document.querySelectorAll('#panel svg')].every(
                  (svg) => svg.childElementCount > 0,
                ),
              ),
            ),
          ),
        ),
    )
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
  }

  return {
    page,
    panel,
    react: await page.evaluate(() => window.panelHost.react),
    problems,
    dialogs,
    async mount(config) {
      const { width = 800, height = 400 } = config
      await page.setViewportSize({
        width: Math.max(480, width + MARGIN),
        height: Math.max(320, height + MARGIN),
      })
      await show('mount', { title: 'Picket', from: START, to: END, ...config })
    },
    update: (part) => show('update', part),
    async ready() {
      await page.waitForFunction(() => document.querySelector('#panel [aria-busy=true]') === null)
      await settle()
    },
    calls: () => page.evaluate(() => window.panelHost.calls),
    suggestions: (series) =>
      page.evaluate((frames) => window.panelHost.suggestions(frames), series),
    async picture(name) {
      mkdirSync(ARTIFACTS, { recursive: true })
      await page.mouse.move(0, 0)
      await panel.screenshot({ path: path.join(ARTIFACTS, `${name}-grafana-${line}.png`) })
    },
    async axe() {
      const isThere = await page.evaluate(() => 'axe' in window)
      // It is a UMD file, which would give itself to the module loader.
      if (!isThere) {
        await page.evaluate(() => Object.assign(window, { define: undefined }))
        await page.addScriptTag({ path: AXE })
      }
      return page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') }
        const { violations } = await axe.run('#panel', {
          resultTypes: ['violations'],
          // Still an experiment of axe; the buttons of Grafana's own legend are named otherwise than they read.
          rules: { 'label-content-name-mismatch': { enabled: false } },
        })
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(
            ({ id, help, nodes }) =>
              `${id}: ${help}: ${nodes
                .slice(0, 3)
                .map(({ html }) => html.slice(0, 200))
                .join(' ')}`,
          )
      })
    },
    overflowing: () =>
      page.evaluate(() => {
        const found: string[] = []
        const root = document.documentElement
        if (root.scrollWidth > root.clientWidth)
          found.push(`page ${root.scrollWidth} > ${root.clientWidth}`)
        const panel = document.querySelector('#panel') as HTMLElement
        const frame = panel.getBoundingClientRect()
        for (const element of panel.querySelectorAll<HTMLElement>('*')) {
          const { overflowX } = getComputedStyle(element)
          const name = `${element.tagName.toLowerCase()}${element.dataset['testid'] ? `[${element.dataset['testid']}]` : ''}`
          if (
            ['auto', 'scroll'].includes(overflowX) &&
            element.clientWidth > 0 &&
            element.scrollWidth > element.clientWidth + 1
          )
            found.push(`${name} ${element.scrollWidth} > ${element.clientWidth}`)
          const box = element.getBoundingClientRect()
          if (box.width > 1 && box.left >= frame.right + 1) continue
          if (box.width > 1 && box.right > frame.right + 1 && !isClipped(element, panel))
            found.push(`${name} ends at ${Math.round(box.right)} > ${Math.round(frame.right)}`)
        }
        return found
        function isClipped(element: HTMLElement, until: HTMLElement): boolean {
          for (let at = element.parentElement; at !== null && at !== until; at = at.parentElement) {
            if (getComputedStyle(at).overflowX !== 'visible') return true
          }
          return false
        }
      }),
    async close() {
      await context.close()
      await server.close()
    },
  }
}

/** What packages say of themselves, whatever panel is shown. */
function isKnown(text: string): boolean {
  return /Download the React DevTools/.test(text)
}
