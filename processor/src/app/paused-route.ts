import type { HttpRoute } from '../pipeline/types.ts'

/** An input's path while inputs are exchanged: a client told 404 would throw its lines away, told 503 it tries again. */
export function pausedRoute(route: HttpRoute): HttpRoute {
  return {
    ...route,
    handle(_, response) {
      response
        .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' })
        .end('Picket is starting or stopping\n')
    },
  }
}
