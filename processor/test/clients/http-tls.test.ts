import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpClient } from '../../src/clients/http.ts'
import type { HttpClient } from '../../src/clients/http.ts'
import type { ConnectionConfig } from '../../src/config/connection.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'

const file = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))
const text = (name: string): string => readFileSync(file(name), 'utf8')

let server: Server
let url = ''
beforeAll(async () => {
  // Asks for a certificate, takes any, and answers with who the client is and what it brought.
  server = createServer(
    {
      key: text('server.key'),
      cert: text('server.pem'),
      requestCert: true,
      rejectUnauthorized: false,
      ca: text('client.pem'),
    },
    (request, response) => {
      const authorized = request.socket instanceof TLSSocket && request.socket.authorized
      const { authorization, 'x-scope-orgid': tenant } = request.headers
      response.end(JSON.stringify({ authorized, authorization, tenant }))
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `https://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

async function ask(connection: ConnectionConfig): Promise<unknown> {
  const client: HttpClient = createHttpClient({ baseUrl: url, connection, logger: silentLogger })
  try {
    return (await client.request({ method: 'GET', path: '/' })).json()
  } finally {
    await client.close()
  }
}

describe('a client over TLS', () => {
  it('does not trust an authority that it was not told of', async () => {
    await expect(ask({})).rejects.toThrow(/certificate/i)
  })

  it('trusts the authority of caFile, and brings tenant and token along', async () => {
    expect(
      await ask({ tls: { caFile: file('server.pem') }, tenant: 'team-a', token: 'secret' }),
    ).toEqual({
      authorized: false,
      authorization: 'Bearer secret',
      tenant: 'team-a',
    })
  })

  it('shows its own certificate', async () => {
    const tls = {
      caFile: file('server.pem'),
      certFile: file('client.pem'),
      keyFile: file('client.key'),
    }
    expect(await ask({ tls, username: 'u', password: 'p' })).toMatchObject({
      authorized: true,
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    })
  })

  it('names the file that it cannot read', async () => {
    await expect(ask({ tls: { caFile: file('none.pem') } })).rejects.toThrow(/none\.pem/)
  })
})
