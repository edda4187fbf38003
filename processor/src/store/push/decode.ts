import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib'
import type { PushedStream } from '../entry.ts'
import type { StoreLimits } from '../limits.ts'
import { StoreError } from '../store-error.ts'
import { decodeJsonPush } from './json.ts'
import { decodeProtobufPush } from './protobuf.ts'

export interface PushBody {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly bytes: Buffer
}

/**
 * Reads a push by its content type: JSON, and everything else as snappy protobuf, as Loki does.
 * Throws `StoreError`: 400 for what is malformed, 429 for what is too much; nothing is to be stored then.
 */
export async function decodePush(body: PushBody, limits: StoreLimits): Promise<PushedStream[]> {
  const type = mediaType(body.contentType)
  const plain = await unpack(body, limits)
  const streams =
    type === 'application/json'
      ? decodeJsonPush(plain)
      : decodeProtobufPush(plain, limits.maxBodyBytes)
  checkSize(streams, limits)
  return streams
}

function mediaType(contentType: string | undefined): string {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === '') throw new StoreError(400, 'mime: no media type')
  return type
}

async function unpack({ contentEncoding, bytes }: PushBody, limits: StoreLimits): Promise<Buffer> {
  switch (contentEncoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
    case 'snappy':
      return bytes
    case 'gzip':
      return inflate(createGunzip(), bytes, limits.maxBodyBytes)
    case 'deflate':
      return inflate(createInflate(), bytes, limits.maxBodyBytes)
    default:
      throw new StoreError(400, `Content-Encoding ${JSON.stringify(contentEncoding)} not supported`)
  }
}

/** Stops at `maxBytes`: a kilobyte of gzip can hold a megabyte. */
async function inflate(stream: Gunzip | Inflate, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  stream.end(bytes)
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      size += part.length
      if (size > maxBytes) throw tooLarge(size, maxBytes)
      parts.push(part)
    }
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError(400, 'unexpected EOF', { cause: error })
  } finally {
    stream.destroy()
  }
  return Buffer.concat(parts)
}

export const tooLarge = (bytes: number, limit: number): StoreError =>
  new StoreError(
    429,
    `Ingestion rate limit exceeded for user fake (limit: ${limit} bytes) while attempting to ingest a body of more than '${bytes}' bytes, reduce log volume or send smaller batches`,
  )

function checkSize(streams: readonly PushedStream[], limits: StoreLimits): void {
  let [lines, bytes] = [0, 0]
  for (const { entries } of streams) {
    for (const { line, metadata } of entries) {
      lines++
      bytes += Buffer.byteLength(line)
      for (const text of metadata ?? []) bytes += Buffer.byteLength(text)
    }
  }
  if (bytes <= limits.maxPushBytes) return
  throw new StoreError(
    429,
    `Ingestion rate limit exceeded for user fake (limit: ${limits.maxPushBytes} bytes a push) while attempting to ingest '${lines}' lines totaling '${bytes}' bytes, reduce log volume or send smaller batches`,
  )
}
