import { HttpError } from '../../errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../http.ts'

/** What is written. Times are epoch milliseconds; `text` is HTML to Grafana and must not be empty. */
export interface Annotation {
  readonly time: number
  readonly timeEnd: number
  readonly tags: readonly string[]
  readonly text: string
  readonly data: object
  readonly dashboardUID?: string
  readonly panelId?: number
}

/** What Grafana hands back, as far as Picket looks at it. */
export interface StoredAnnotation {
  readonly id: number
  readonly time: number
  readonly timeEnd: number
  readonly tags: readonly string[]
  readonly data: unknown
}

/**
 * Grafana's annotation API.
 *
 * - Every call throws HttpError: without a status if no answer came, else with it and `retryable` set for what is
 *   worth another try by the same event: 401, 403 and 404 are (a person mends token, role or address), 400 is not.
 * - `create` is not tried again by itself: a lost answer may have made the annotation, so look first.
 */
export interface AnnotationClient {
  check(signal: AbortSignal): Promise<void>
  /** Its id. */
  create(annotation: Annotation, signal: AbortSignal): Promise<number>
  /** False if there is no such annotation any more. */
  patch(id: number, annotation: Annotation, signal: AbortSignal): Promise<boolean>
  /** The first annotation with all `tags` that covers `time` and for which `matches` holds. */
  find(query: AnnotationQuery, signal: AbortSignal): Promise<StoredAnnotation | undefined>
  close(): Promise<void>
}

export interface AnnotationQuery {
  readonly tags: readonly string[]
  /** Epoch milliseconds. */
  readonly time: number
  readonly matches: (annotation: StoredAnnotation) => boolean
}

const PATH = '/api/annotations'
const FIRST_PAGE = 100
const LAST_PAGE = 25_600

export function createAnnotationClient(http: HttpClient, logger: Logger): AnnotationClient {
  return {
    async check(signal) {
      await ask(http, {
        method: 'GET',
        path: PATH,
        query: { limit: 1, tags: 'picket' },
        signal,
        retries: 2,
      })
    },

    async create(annotation, signal) {
      const answer = await ask(http, { method: 'POST', path: PATH, ...json(annotation), signal })
      const id = (parse(answer, http) as { id?: unknown } | null)?.id
      if (typeof id !== 'number') throw strange(answer, http, 'an annotation without an id')
      return id
    },

    async patch(id, annotation, signal) {
      const { time, timeEnd, tags, text, data } = annotation
      const change = { time, timeEnd, tags, text, data }
      const path = `${PATH}/${id}`
      const answer = await http.request({
        method: 'PATCH',
        path,
        ...json(change),
        signal,
        retries: 2,
      })
      if (answer.status === 404) return false
      refuse(answer, http, `PATCH ${path}`)
      return true
    },

    /**
     * Grafana sorts by the end, newest first, and filters `from <= end` and `start <= to`, so no bound of time turns
     * the page for regions that all cover one instant: the limit grows instead. More than a page happens for IPv6,
     * because Grafana keeps a tag up to its second colon only and `source:2001:db8::1` finds all of `source:2001`.
     */
    async find({ tags, time, matches }, signal) {
      const instant = Math.max(1, time)
      const checked = new Set<number>()
      for (let limit = FIRST_PAGE; limit <= LAST_PAGE; limit *= 4) {
        const query = { tags, from: instant, to: instant, limit }
        const answer = await ask(http, { method: 'GET', path: PATH, query, signal, retries: 2 })
        const page = parse(answer, http)
        if (!Array.isArray(page)) throw strange(answer, http, 'no list of annotations')
        for (const item of page) {
          const annotation = toStored(item)
          if (annotation === undefined || checked.has(annotation.id)) continue
          checked.add(annotation.id)
          if (matches(annotation)) return annotation
        }
        if (page.length < limit) return undefined
      }
      logger.warn(
        { tags, time },
        'Too many annotations cover one instant, an annotation may appear twice.',
      )
      return undefined
    },

    close: () => http.close(),
  }
}

function json(body: object): Pick<HttpRequest, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

async function ask(http: HttpClient, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await http.request(request)
  refuse(answer, http, `${request.method} ${request.path}`)
  return answer
}

function refuse(answer: HttpAnswer, http: HttpClient, what: string): void {
  const { status } = answer
  if (status >= 200 && status < 300) return
  const body = answer.text().slice(0, 2000)
  throw new HttpError(
    `Grafana at ${http.baseUrl} ${reason(status)} (${what}: ${status} ${said(body)})`,
    {
      status,
      body,
      retryable: mayPass(status),
    },
  )
}

function reason(status: number): string {
  if (status === 401)
    return 'does not know this token: set tokenFile to the token of a service account'
  if (status === 403) {
    return 'forbids this: the service account needs to read, create and write annotations, as the role Editor may'
  }
  if (status === 404)
    return 'has no annotations there, or not the dashboard: check url and dashboardUid'
  if (status === 429) return 'asks to slow down'
  if (status >= 300 && status < 400) return 'sends elsewhere: set url to the final address'
  return status >= 500 ? 'failed' : 'rejected an annotation'
}

/** The events are not to blame for these, so they must not be dropped for them. */
function mayPass(status: number): boolean {
  if (status >= 500) return status !== 501
  return (status >= 300 && status < 400) || [401, 403, 404, 408, 425, 429].includes(status)
}

/** Grafana answers errors as `{"message": …}`; a proxy before it in HTML. */
function said(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown }
    if (typeof message === 'string') return message.slice(0, 200)
  } catch {
    // Not Grafana's own words.
  }
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
}

function parse(answer: HttpAnswer, http: HttpClient): unknown {
  try {
    return answer.json()
  } catch (cause) {
    throw strange(answer, http, 'no JSON; is url the address of Grafana?', cause)
  }
}

function strange(answer: HttpAnswer, http: HttpClient, what: string, cause?: unknown): HttpError {
  return new HttpError(`Grafana at ${http.baseUrl} answered ${answer.status} with ${what}`, {
    status: answer.status,
    body: answer.text().slice(0, 2000),
    retryable: true,
    cause,
  })
}

function toStored(item: unknown): StoredAnnotation | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { id, time, timeEnd, tags, data } = item as Record<string, unknown>
  if (typeof id !== 'number' || typeof time !== 'number') return undefined
  return {
    id,
    time,
    timeEnd: typeof timeEnd === 'number' && timeEnd > time ? timeEnd : time,
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    data,
  }
}
