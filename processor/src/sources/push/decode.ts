import { gunzipSync, inflateSync } from 'node:zlib'
import { PbfReader } from 'pbf'
import { uncompress } from 'snappyjs'
import type { Labels } from '../../core/batch.ts'
import type { TimedLine } from '../lines/entry-batch.ts'

/** A push that is refused whole, with the status and sentence to answer. */
export class PushError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface PushBody {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()

/**
 * The lines of a Loki push body (JSON, or snappy protobuf for every other content type, as Loki has it), ordered by
 * time, then by stream labels, then as given. Throws PushError: 400 for what is malformed, 413 for what is too large.
 * Structured metadata is no part of a line and is left out. Streams with job="picket" are Picket's own and left out.
 */
export function decodePush(body: PushBody, maxBytes: number): TimedLine[] {
  const type = body.contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === '') throw new PushError(400, 'mime: no media type')
  const plain = unpack(body, maxBytes)
  const streams = type === 'application/json' ? fromJson(plain) : fromProtobuf(plain, maxBytes)
  return ordered(streams.filter(({ labels }) => labels['job'] !== 'picket'))
}

interface PushedStream {
  readonly labels: Labels
  readonly entries: readonly {
    readonly bytes: Uint8Array
    readonly seconds: number
    readonly nanos: number
  }[]
}

function unpack({ contentEncoding, bytes }: PushBody, maxBytes: number): Uint8Array {
  const encoding = contentEncoding?.trim().toLowerCase() ?? ''
  try {
    switch (encoding) {
      case '':
      case 'identity':
      case 'snappy':
        return bytes
      case 'gzip':
        return gunzipSync(bytes, { maxOutputLength: maxBytes })
      case 'deflate':
        return inflateSync(bytes, { maxOutputLength: maxBytes })
      default:
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new PushError(413, `the body is larger than ${maxBytes} bytes when unpacked`)
    throw new PushError(400, 'unexpected EOF')
  }
  throw new PushError(400, `Content-Encoding ${JSON.stringify(encoding)} not supported`)
}

function fromJson(plain: Uint8Array): PushedStream[] {
  let body: unknown
  try {
    body = JSON.parse(new TextDecoder().decode(plain))
  } catch (error) {
    throw new PushError(400, error instanceof Error ? error.message : 'no JSON')
  }
  const streams = isRecord(body) ? body['streams'] : undefined
  if (!Array.isArray(streams)) throw new PushError(422, 'no streams: expected {"streams":[…]}')
  return streams.map((stream: unknown) => {
    if (!isRecord(stream)) throw new PushError(400, 'a stream is no object')
    const labels = stream['stream'] ?? {}
    if (!isRecord(labels) || Object.values(labels).some((value) => typeof value !== 'string'))
      throw new PushError(400, 'stream labels: expected an object of strings')
    const values = stream['values'] ?? []
    if (!Array.isArray(values)) throw new PushError(400, 'values: expected a list')
    return { labels: labels as Labels, entries: values.map(jsonEntry) }
  })
}

function jsonEntry(value: unknown): PushedStream['entries'][number] {
  const [time, line] = Array.isArray(value) ? (value as unknown[]) : []
  if (typeof time !== 'string' || !/^\d{1,19}$/.test(time))
    throw new PushError(400, `${JSON.stringify(time)} is no time: expected nanoseconds in a string`)
  if (line !== undefined && typeof line !== 'string')
    throw new PushError(400, 'a line is no string')
  const ns = BigInt(time)
  return {
    bytes: encoder.encode((line ?? '').replaceAll('\n', ' ')),
    seconds: Number(ns / 1_000_000_000n) | 0,
    nanos: Number(ns % 1_000_000_000n),
  }
}

function fromProtobuf(body: Uint8Array, maxBytes: number): PushedStream[] {
  let plain: Uint8Array
  try {
    plain = uncompress(body, maxBytes)
  } catch (error) {
    if (error instanceof Error && error.message.includes('too big'))
      throw new PushError(413, `the body is larger than ${maxBytes} bytes when unpacked`)
    throw new PushError(400, 'snappy: corrupt input')
  }
  const streams: PushedStream[] = []
  try {
    const reader = new PbfReader(plain)
    while (reader.pos < reader.length) {
      const tag = reader.readVarint()
      if (tag >> 3 === 1 && (tag & 7) === 2) streams.push(stream(reader))
      else reader.skip(tag)
    }
  } catch (error) {
    if (error instanceof PushError) throw error
    throw new PushError(400, `protobuf: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (streams.length === 0) throw new PushError(422, 'no streams')
  return streams
}

function stream(reader: PbfReader): PushedStream {
  const end = reader.readVarint() + reader.pos
  if (end > reader.length) throw new PushError(400, 'protobuf: unexpected EOF')
  let labels: Labels = {}
  const entries: PushedStream['entries'][number][] = []
  while (reader.pos < end) {
    const tag = reader.readVarint()
    if (tag >> 3 === 1) labels = parseLabels(reader.readString())
    else if (tag >> 3 === 2) entries.push(entry(reader))
    else reader.skip(tag)
  }
  return { labels, entries }
}

function entry(reader: PbfReader): PushedStream['entries'][number] {
  const end = reader.readVarint() + reader.pos
  let seconds = 0
  let nanos = 0
  let bytes: Uint8Array = new Uint8Array(0)
  while (reader.pos < end) {
    const tag = reader.readVarint()
    if (tag >> 3 === 1) {
      const stop = reader.readVarint() + reader.pos
      while (reader.pos < stop) {
        const field = reader.readVarint()
        if (field >> 3 === 1) seconds = reader.readVarint(true)
        else if (field >> 3 === 2) nanos = reader.readVarint(true)
        else reader.skip(field)
      }
    } else if (tag >> 3 === 2) bytes = new Uint8Array(reader.readBytes())
    else reader.skip(tag)
  }
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) bytes[i] = 32
  return { bytes, seconds, nanos }
}

/** `{job="x", host="fw1"}`, values quoted and escaped as Go strings. */
export function parseLabels(text: string): Labels {
  const labels: Record<string, string> = {}
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1]
  if (inner === undefined)
    throw new PushError(400, `couldn't parse labels: ${JSON.stringify(text.slice(0, 100))}`)
  const pair = /\s*([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*")\s*(?:,|$)/sy
  while (pair.lastIndex < inner.trimEnd().length) {
    const at = pair.lastIndex
    const match = pair.exec(inner)
    if (match === null)
      throw new PushError(
        400,
        `couldn't parse labels at ${at}: ${JSON.stringify(text.slice(0, 100))}`,
      )
    labels[match[1] ?? ''] = unquote(match[2] ?? '""')
  }
  return labels
}

function unquote(quoted: string): string {
  try {
    // Go writes \x41 and \a where JSON has \u0041 and \u0007.
    return JSON.parse(
      quoted
        .replace(/\\x([0-9a-fA-F]{2})/g, '\\u00$1')
        .replaceAll('\\a', '\\u0007')
        .replaceAll('\\v', '\\u000b'),
    ) as string
  } catch {
    return quoted.slice(1, -1)
  }
}

function ordered(streams: readonly PushedStream[]): TimedLine[] {
  const lines = streams.flatMap(({ labels, entries }) => {
    const key = canonical(labels)
    return entries.map((one) => ({ ...one, labels, key }))
  })
  // Stable, so what is equal stays as given.
  return lines.sort(
    (a, b) =>
      a.seconds - b.seconds || a.nanos - b.nanos || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
}

/** Labels in one order, so that equal sets have one text. */
function canonical(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(',')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
