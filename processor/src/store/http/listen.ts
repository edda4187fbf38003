import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PicketError } from '../../errors.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:3100`, `[::1]:3100`, `:3100` (all interfaces). Port 0 takes a free one. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]*)):(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new PicketError(
      'PICKET_LISTEN',
      `${JSON.stringify(text)} is no address to listen on: expected host:port, as in 127.0.0.1:3100 or [::1]:3100`,
    )
  }
  const host = match[1] ?? match[2] ?? ''
  return { host: host === '' ? '0.0.0.0' : host, port }
}

/** Gives the port, which matters where 0 was asked for. */
export async function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new PicketError('PICKET_LISTEN', explain(error as NodeJS.ErrnoException, host, port), {
      cause: error,
    })
  }
  return (server.address() as AddressInfo).port
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  const where = `${host}:${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `The store cannot listen on ${where}: something else does already. Choose another port or stop it.`
    case 'EACCES':
      return `The store cannot listen on ${where}: ports below 1024 need privileges.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `The store cannot listen on ${where}: this machine has no such address.`
    default:
      return `The store cannot listen on ${where}: ${error.message}`
  }
}

/** An address for people and clients: a wildcard cannot be called. */
export function urlOf({ host }: ListenAddress, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
