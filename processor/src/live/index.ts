import type { StaticFile } from '../telemetry/api.ts'
import { LIVE_PAGE } from './page.ts'
import { LIVE_SCRIPT } from './script.ts'
import { LIVE_STYLE } from './style.ts'

/** The live page and its parts, for the HTTP server. They ask nothing of any other host. */
export const liveFiles: readonly StaticFile[] = [
  { path: '/', type: 'text/html; charset=utf-8', body: LIVE_PAGE },
  { path: '/live.js', type: 'text/javascript; charset=utf-8', body: LIVE_SCRIPT },
  { path: '/live.css', type: 'text/css; charset=utf-8', body: LIVE_STYLE },
]
