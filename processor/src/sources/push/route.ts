import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BuildContext, HttpRoute } from '../../pipeline/types.ts'
import type { PushSourceConfig } from './config.ts'
import { decodePush } from './decode.ts'
import { BodyReader } from './http-body.ts'
import { PushError } from './push-error.ts'
import type { Spool } from './spool.ts'
import { DIGEST_BYTES } from './spool-record.ts'

/** `POST /loki/api/v1/push`, answered as Loki does: 204 once the lines are safe on disk. */
export function createPushRoute(
  config: PushSourceConfig,
  spool: Spool,
  { logger }: BuildContext,
): HttpRoute {
  const bodies = new BodyReader(config.maxBodyBytes)
  let isFailing = false

  async function store(request: IncomingMessage, bytes: Uint8Array): Promise<void> {
    const contentType = request.headers['content-type']
    const contentEncoding = request.headers['content-encoding']
    const lines = decodePush({ contentType, contentEncoding, bytes }, config.maxBodyBytes)
    if (lines.length === 0) return
    try {
      await spool.start()
      await spool.append(lines, digestOf(bytes))
      isFailing = false
    } catch (error) {
      if (error instanceof PushError) throw error
      // Shippers repeat it in short order: said once.
      if (!isFailing) logger.error({ err: error }, 'Pushed lines cannot be written to the spool.')
      isFailing = true
      throw new PushError(500, `the lines cannot be stored: ${reasonOf(error)}`)
    }
  }

  return {
    method: 'POST',
    path: config.path,
    async handle(request, response) {
      try {
        if (await bodies.whole(request, (bytes) => store(request, bytes)))
          response.writeHead(204).end()
      } catch (error) {
        refuse(response, error)
      }
    },
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const status = error instanceof PushError ? error.status : 500
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(`${reasonOf(error)}\n`)
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256')
    .update(bytes)
    .digest('hex')
    .slice(0, 2 * DIGEST_BYTES)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
