import { randomBytes } from 'node:crypto'
import { jsonAnswer, type Answer } from '../telemetry/answer.ts'
import { PAGE_POLICY, panelPolicy } from '../telemetry/guard.ts'
import { LIVE_PAGE } from './page.ts'
import { panelPage } from './panel-page.ts'
import { findPanel, panelPlaces, panelVersion, type Panel } from './panel.ts'
import { LIVE_SCRIPT } from './script.ts'
import { LIVE_STYLE } from './style.ts'

/** Pages and their parts, for the HTTP server. They ask nothing of any other host. */
export interface LivePages {
  /** What is at a path; undefined if nothing is. */
  at(path: string): Answer | undefined
  /** True from the moment that a built panel is there. */
  hasPanel(): boolean
}

/** How long an answer about the panel's build holds, ms. */
const LOOK_AGAIN_MS = 1000
const FOR_GOOD = 'public, max-age=31536000, immutable'

/**
 * The Grafana panel at `/` once it is built, until then a plain page; that one is always at `/plain`. The build may come
 * while Picket runs, and may be replaced.
 */
export function createLivePages(places: readonly string[] = panelPlaces()): LivePages {
  let panel: Panel | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  const look = (): Panel | undefined => {
    const now = performance.now()
    if (now - lookedAt < LOOK_AGAIN_MS) return panel
    lookedAt = now
    if (panelVersion(places) !== panel?.version) panel = findPanel(places)
    return panel
  }
  return {
    hasPanel: () => look() !== undefined,
    at(path) {
      switch (path) {
        case '/':
          return pageOf(look())
        case '/plain':
          return plain('text/html', LIVE_PAGE)
        case '/live.js':
          return plain('text/javascript', LIVE_SCRIPT)
        case '/live.css':
          return plain('text/css', LIVE_STYLE)
        case '/live.json':
          return jsonAnswer(200, { panel: look() !== undefined })
        default:
          return path.startsWith('/panel/') ? partOf(look(), path) : undefined
      }
    },
  }
}

function pageOf(panel: Panel | undefined): Answer {
  if (panel === undefined) return plain('text/html', LIVE_PAGE)
  const nonce = randomBytes(16).toString('base64')
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: panelPage(panel.version, nonce),
    headers: { 'content-security-policy': panelPolicy(nonce) },
  }
}

function plain(type: string, body: string): Answer {
  const headers = { 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' }
  return { status: 200, type: `${type}; charset=utf-8`, body, headers }
}

function partOf(panel: Panel | undefined, path: string): Answer | undefined {
  const start = `/panel/${panel?.version ?? ''}/`
  const file = path.startsWith(start) ? panel?.file(path.slice(start.length)) : undefined
  return file && { status: 200, ...file, headers: { 'cache-control': FOR_GOOD } }
}
