import { readFile } from 'node:fs/promises'
import type { ConnectionConfig } from '../config/connection.ts'
import { HttpError } from '../errors.ts'

/** TLS options as Node takes them, files already read. */
export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly rejectUnauthorized?: boolean
}

/** Headers and certificates of one connection; files are read at first use and kept. */
export interface Credentials {
  /** Throws HttpError (not retryable) that names the key and the file, if a file cannot be read. */
  headers(): Promise<Record<string, string>>
  tls(): Promise<TlsFiles>
  /** Reads secrets that come from files again: true if one changed. */
  refresh(): Promise<boolean>
}

export function createCredentials(connection: ConnectionConfig): Credentials {
  let headers: Promise<Record<string, string>> | undefined
  let tls: Promise<TlsFiles> | undefined

  const read = (): Promise<Record<string, string>> => {
    const reading = readHeaders(connection)
    // A failed read is not kept: the file may be mounted a moment later.
    reading.catch(() => {
      headers = undefined
    })
    return reading
  }

  return {
    headers: () => (headers ??= read()),
    tls: () => {
      tls ??= readTls(connection)
      tls.catch(() => {
        tls = undefined
      })
      return tls
    },
    async refresh() {
      if (connection.tokenFile === undefined && connection.passwordFile === undefined) return false
      const before = (await headers)?.['authorization']
      headers = read()
      return (await headers)['authorization'] !== before
    },
  }
}

async function readHeaders(connection: ConnectionConfig): Promise<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(connection.headers ?? {}))
    headers[name.toLowerCase()] = value
  if (connection.tenant !== undefined) headers['x-scope-orgid'] = connection.tenant

  const token =
    connection.tokenFile === undefined
      ? connection.token
      : await readSecret('tokenFile', connection.tokenFile)
  if (token !== undefined) {
    headers['authorization'] = `Bearer ${token}`
  } else if (connection.username !== undefined) {
    const password =
      connection.passwordFile === undefined
        ? (connection.password ?? '')
        : await readSecret('passwordFile', connection.passwordFile)
    headers['authorization'] =
      `Basic ${Buffer.from(`${connection.username}:${password}`).toString('base64')}`
  }
  return headers
}

async function readTls({ tls }: ConnectionConfig): Promise<TlsFiles> {
  if (tls === undefined) return {}
  return {
    ...(tls.caFile !== undefined && { ca: await readText('tls.caFile', tls.caFile) }),
    ...(tls.certFile !== undefined && { cert: await readText('tls.certFile', tls.certFile) }),
    ...(tls.keyFile !== undefined && { key: await readText('tls.keyFile', tls.keyFile) }),
    ...(tls.insecureSkipVerify === true && { rejectUnauthorized: false }),
  }
}

async function readSecret(key: string, file: string): Promise<string> {
  const secret = (await readText(key, file)).trimEnd()
  if (secret === '') throw new HttpError(`${key} ${file} is empty`, { retryable: false })
  return secret
}

async function readText(key: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HttpError(`${key} cannot be read: ${why}`, { retryable: false, cause })
  }
}
