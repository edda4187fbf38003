import type { IncomingMessage } from 'node:http'
import type { Report } from '../core/report.ts'
import { errorAnswer, jsonAnswer, jsonText, type Answer } from './answer.ts'
import type { DetectionRing } from './detection-ring.ts'
import { METRICS_CONTENT_TYPE } from './metrics.ts'
import { narrowReport, readReportQuery } from './report-query.ts'

/** Where the answers come from. */
export interface ApiDeps {
  report(options: { readonly all: boolean }): Report
  /** State of the components and of the process, as plain JSON. */
  status(): unknown
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] }
  metrics(): Promise<string>
  readonly detections: DetectionRing
  /** The live page and its parts: what is at a path, if anything is. */
  readonly pages?: { at(path: string): Answer | undefined }
}

type Handler = (url: URL, request: IncomingMessage) => Answer | EventStream | Promise<Answer>

/** Asked for as server-sent events: the first detection to send. */
export interface EventStream {
  readonly streamFrom: number
}

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

/** What answers at one of Picket's own paths, all of which only read; undefined where nothing is. */
export function createApi(deps: ApiDeps): (path: string) => Handler | undefined {
  const handlers = new Map<string, Handler>([
    ['/healthz', () => ({ status: 200, type: 'text/plain; charset=utf-8', body: 'ok\n' })],
    [
      '/readyz',
      () => {
        const { ok, reasons } = deps.ready()
        return jsonAnswer(ok ? 200 : 503, { ready: ok, reasons })
      },
    ],
    [
      '/metrics',
      async () => ({ status: 200, type: METRICS_CONTENT_TYPE, body: await deps.metrics() }),
    ],
    ['/api/v1/status', () => jsonAnswer(200, deps.status())],
    ['/api/v1/report', (url) => answerReport(deps, url)],
    ['/api/v1/detections', (url, request) => answerDetections(deps.detections, url, request)],
  ])
  return (path) => {
    const handler = handlers.get(path)
    if (handler !== undefined) return handler
    const answer = deps.pages?.at(path)
    return answer && (() => answer)
  }
}

function answerReport(deps: ApiDeps, url: URL): Answer {
  const query = readReportQuery(url.searchParams)
  if ('problem' in query) return errorAnswer(400, query.problem)
  return jsonAnswer(200, narrowReport(deps.report({ all: query.all }), query))
}

function answerDetections(
  ring: DetectionRing,
  url: URL,
  request: IncomingMessage,
): Answer | EventStream {
  const text = url.searchParams.get('limit')
  if (text !== null && !/^\d{1,9}$/.test(text)) {
    return errorAnswer(
      400,
      `limit=${JSON.stringify(text.slice(0, 100))} cannot be used: expected a number`,
    )
  }
  const limit = text === null ? DEFAULT_LIMIT : Math.min(MAX_LIMIT, Number(text))
  const since = url.searchParams.get('since') ?? undefined
  if (wantsEvents(request)) {
    const last = request.headers['last-event-id']
    const from = typeof last === 'string' && last !== '' ? last : since
    return {
      streamFrom: from === undefined ? Math.max(ring.begin, ring.end - limit) : ring.cursor(from),
    }
  }
  const { detections, next } = ring.page(since, limit)
  // The events go out as the very bytes they were encoded to.
  const list = detections.map(({ json }) => json).join(',')
  return jsonText(200, `{"detections":[${list}],"next":${JSON.stringify(next)}}`)
}

function wantsEvents(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '')
    .split(',')
    .some((part) => part.trim().startsWith('text/event-stream'))
}
