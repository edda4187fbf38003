import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { SourceError } from '../../errors.ts'
import type {
  BuildContext,
  HttpRoute,
  Position,
  Source,
  SourceBatch,
} from '../../pipeline/types.ts'
import { batchOfEntries } from '../lines/entry-batch.ts'
import { LINES_PER_BATCH } from '../lines/line-chunker.ts'
import { decodePush } from './decode.ts'
import { PushError } from './push-error.ts'
import { Spool } from './spool.ts'
import type { SpoolPosition } from './spool.ts'

export const pushSourceSchema = z.strictObject({
  type: z.literal('push'),
  name: z
    .string()
    .min(1)
    .default('push')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  path: z
    .string()
    .startsWith('/')
    .default('/loki/api/v1/push')
    .describe("Path on Picket's HTTP port."),
  maxBodyBytes: z
    .int()
    .min(1024)
    .default(16 * 1024 * 1024)
    .describe('Largest body that is taken, packed or unpacked.'),
  maxSpoolBytes: z
    .int()
    .min(1024 * 1024)
    .default(256 * 1024 * 1024)
    .describe('Accepted lines on disk; beyond it pushes are answered with 429.'),
  time: z
    .enum(['entry', 'line'])
    .default('entry')
    .describe("Event time: the entry's, or the one written in the line."),
})
export type PushSourceConfig = z.output<typeof pushSourceSchema>

interface PushPosition extends Position, SpoolPosition {
  readonly kind: 'push'
  /** Lines of the record at the position that were already handed over. */
  readonly lines: number
}

/** Loki's push endpoint, served by Picket: 204 once the lines are safe on disk. */
export function createPushSource(
  config: PushSourceConfig,
  context: BuildContext,
): Source & { readonly routes: readonly HttpRoute[] } {
  const spool = new Spool(context.stateDir, config.maxSpoolBytes)
  const ready = (): Promise<void> => spool.start()
  return {
    name: config.name,
    type: 'push',
    routes: [
      {
        method: 'POST',
        path: config.path,
        async handle(request, response) {
          await answer(
            request,
            response,
            async (bytes) => {
              await ready()
              if (spool.isFull)
                throw new PushError(
                  429,
                  `the spool holds its ${config.maxSpoolBytes} bytes: try again when lines have been processed`,
                )
              const lines = decodePush(
                {
                  contentType: request.headers['content-type'],
                  contentEncoding: request.headers['content-encoding'],
                  bytes,
                },
                config.maxBodyBytes,
              )
              if (lines.length > 0) await spool.append(lines)
            },
            config.maxBodyBytes,
          )
        },
      },
    ],
    async check() {
      try {
        await ready()
      } catch (cause) {
        throw new SourceError(
          `the spool ${context.stateDir} cannot be written: ${(cause as Error).message}`,
          {
            source: config.name,
            retryable: true,
            cause,
          },
        )
      }
    },
    async *read(from, signal) {
      await ready()
      yield* drain(spool, config, context, from as PushPosition | undefined, signal)
    },
    async commit(position) {
      await spool.free(position as PushPosition)
    },
    close: () => spool.close(),
  }
}

async function* drain(
  spool: Spool,
  config: PushSourceConfig,
  context: BuildContext,
  from: PushPosition | undefined,
  signal: AbortSignal,
): AsyncGenerator<SourceBatch> {
  let position: SpoolPosition | undefined = from
  let skip = from?.lines ?? 0
  while (!signal.aborted) {
    const { generation } = spool
    const record = await spool.read(position)
    if (record === undefined) {
      await spool.appended(generation, signal)
      continue
    }
    const at = position ?? { segment: record.next.segment, offset: 0 }
    for (let i = skip; i < record.lines.length; i += LINES_PER_BATCH) {
      if (signal.aborted) return
      const part = record.lines.slice(i, i + LINES_PER_BATCH)
      const isLast = i + part.length >= record.lines.length
      const next: PushPosition = isLast
        ? { kind: 'push', segment: record.next.segment, offset: record.next.offset, lines: 0 }
        : { kind: 'push', segment: at.segment, offset: at.offset, lines: i + part.length }
      yield {
        lines: batchOfEntries(part, { time: config.time, reference: context.reference }),
        next,
        late: 0,
        duplicates: 0,
        readableAt: context.clock.now(),
      }
    }
    position = record.next
    skip = 0
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: (bytes: Uint8Array) => Promise<void>,
  maxBytes: number,
): Promise<void> {
  try {
    await take(await bodyOf(request, maxBytes))
    response.writeHead(204).end()
  } catch (error) {
    const status = error instanceof PushError ? error.status : 500
    const message = error instanceof Error ? error.message : String(error)
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...(status === 413 ? { Connection: 'close' } : {}),
    })
    response.end(`${message}\n`)
  }
}

async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBytes) throw new PushError(413, `the body is larger than ${maxBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
