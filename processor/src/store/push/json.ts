import type { Entry, Metadata, PushedStream } from '../entry.ts'
import { isLabelName, labelSet, type LabelSet } from '../label-set.ts'
import { StoreError } from '../store-error.ts'
import { toMetadata } from './metadata.ts'

const NANOSECONDS = /^-?\d{1,19}$/
export const MAX_NS = 2n ** 63n - 1n

/** Reads `{"streams":[{"stream":{},"values":[[ns, line, metadata?]]}]}`. Throws a 400 for the whole body. */
export function decodeJsonPush(body: Buffer): PushedStream[] {
  let request: unknown
  try {
    request = JSON.parse(body.toString())
  } catch (error) {
    throw malformed((error as Error).message, error)
  }
  if (!isObject(request)) throw malformed('expected an object')
  const { streams } = request
  if (streams === undefined || streams === null) return []
  if (!Array.isArray(streams)) throw malformed('streams: expected a list')
  return streams.map(decodeStream)
}

function decodeStream(stream: unknown): PushedStream {
  if (!isObject(stream)) throw malformed('a stream: expected an object')
  const labels = decodeLabels(stream['stream'] ?? {})
  const values = stream['values'] ?? []
  if (!Array.isArray(values)) throw malformed('values: expected a list')
  return { labels, entries: values.map((value: unknown) => decodeEntry(value, labels)) }
}

function decodeLabels(labels: unknown): LabelSet {
  if (!isObject(labels)) throw malformed('stream: expected an object of labels')
  return labelSet(
    Object.entries(labels).map(([name, value]) => {
      if (!isLabelName(name)) {
        throw new StoreError(
          400,
          `couldn't parse labels: parse error: ${JSON.stringify(name)} is no label name`,
        )
      }
      return [name, text(value, `label ${name}`)]
    }),
  )
}

function decodeEntry(value: unknown, labels: LabelSet): Entry {
  if (!Array.isArray(value)) throw malformed('a value: expected a list of time and line')
  const [time, line, metadata] = value as unknown[]
  if (typeof time !== 'string' || !NANOSECONDS.test(time)) {
    throw malformed(`${brief(time)} is no time: expected nanoseconds in a string`)
  }
  const ns = BigInt(time)
  if (ns > MAX_NS || ns < -MAX_NS) throw malformed(`${brief(time)} is beyond 64 bits`)
  return {
    ns,
    line: line === undefined ? '' : text(line, 'line'),
    metadata: value.length > 2 ? decodeMetadata(metadata, labels) : undefined,
  }
}

function decodeMetadata(metadata: unknown, labels: LabelSet): Metadata | undefined {
  if (!isObject(metadata)) {
    throw malformed(`${brief(metadata)} is no structured metadata: expected an object`)
  }
  return toMetadata(
    Object.entries(metadata).map(([name, value]) => [name, text(value, `metadata ${name}`)]),
    labels,
  )
}

/** Loki refuses half a surrogate pair, with the whole push; a store that took it would hide that. */
function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw malformed(`${what}: ${brief(value)} is no string`)
  if (!isWellFormed(value)) throw malformed(`${what}: half a surrogate pair`)
  return value
}

/** ES2024, which Node 20 has; the compiler's library is older. */
interface WellFormed {
  isWellFormed(): boolean
}

function isWellFormed(value: string): boolean {
  return (value as unknown as WellFormed).isWellFormed()
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function brief(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  return json === undefined ? 'nothing' : json.length > 60 ? `${json.slice(0, 60)}…` : json
}

const malformed = (message: string, cause?: unknown): StoreError =>
  new StoreError(400, `loghttp.PushRequest: ${message}`, cause === undefined ? {} : { cause })
