import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface BreakingProxy {
  readonly url: string
  /** `Last-Event-ID` of each event stream that was asked for; undefined: none was sent. */
  readonly lastEventIds: readonly (string | undefined)[]
  /** The id of the newest event that went through. */
  lastIdSent(): string | undefined
  /** Breaks all connections, as a network does. */
  breakAll(): void
  close(): Promise<void>
}

/** Stands between a browser and a server on this machine. */
export async function startBreakingProxy(target: string): Promise<BreakingProxy> {
  const lastEventIds: (string | undefined)[] = []
  const sockets = new Set<Socket>()
  let lastId: string | undefined
  const server = http.createServer((request, response) => {
    const headers = { ...request.headers, host: new URL(target).host }
    const isStream = request.headers.accept === 'text/event-stream'
    if (isStream) lastEventIds.push(request.headers['last-event-id'] as string | undefined)
    const asked = http.request(
      new URL(request.url ?? '/', target),
      { method: request.method ?? 'GET', headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        if (isStream)
          answer.on('data', (chunk: Buffer) => {
            for (const [, id] of chunk.toString('utf8').matchAll(/^id: ?(\S+)$/gm)) lastId = id
          })
        answer.pipe(response)
        answer.on('error', () => response.destroy())
      },
    )
    asked.on('error', () => response.destroy())
    response.on('close', () => asked.destroy())
    request.pipe(asked)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastEventIds,
    lastIdSent: () => lastId,
    breakAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        breakAll()
      }),
  }
}
