import { gunzipSync, inflateSync } from 'node:zlib'
import type { Labels } from '../../core/batch.ts'
import { SnappyError, unsnappy } from '../../clients/snappy.ts'
import type { TimedLine } from '../lines/entry-batch.ts'
import { streamsOfJson } from './json-body.ts'
import { streamsOfProtobuf } from './protobuf-body.ts'
import { PushError } from './push-error.ts'
import type { PushedStream } from './pushed-stream.ts'

export interface PushBody {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly bytes: Uint8Array
}

/**
 * The lines of a Loki push body (JSON, or snappy protobuf for every other content type, as Loki has it), ordered by
 * time, then by stream labels, then as given.
 *
 * - Throws PushError: 400 for what is malformed, 413 for what is too large, 422 where there are no streams.
 * - Structured metadata is no part of a line and is left out.
 * - Streams with job="picket" are Picket's own and left out.
 */
export function decodePush(body: PushBody, maxBytes: number): TimedLine[] {
  const type = body.contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === '') throw new PushError(400, 'mime: no media type')
  const bytes = unpacked(body, maxBytes)
  const streams =
    type === 'application/json' ? streamsOfJson(bytes) : streamsOfProtobuf(plainOf(bytes, maxBytes))
  if (streams.length === 0)
    throw new PushError(422, 'error at least one valid stream is required for ingestion')
  return ordered(streams.filter(({ labels }) => labels['job'] !== 'picket'))
}

function unpacked({ contentEncoding, bytes }: PushBody, maxBytes: number): Uint8Array {
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

function plainOf(block: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return unsnappy(block, maxBytes)
  } catch (error) {
    if (!(error instanceof SnappyError)) throw error
    throw new PushError(error.kind === 'too-large' ? 413 : 400, error.message)
  }
}

interface RankedLine extends TimedLine {
  readonly key: string
}

function ordered(streams: readonly PushedStream[]): TimedLine[] {
  const lines: RankedLine[] = []
  for (const { labels, entries } of streams) {
    const key = canonical(labels)
    for (const { bytes, seconds, nanos } of entries)
      lines.push({ bytes, seconds, nanos, labels, key })
  }
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
    .join(', ')
}
