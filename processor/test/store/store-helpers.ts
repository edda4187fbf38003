import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  createStore,
  startStoreServer,
  type Store,
  type StoreOptions,
} from '../../src/store/index.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'

/** 2026-03-11T20:35:00Z in milliseconds: what the clock of these stores shows. */
export const NOW_MS = 1_773_261_300_000
/** A minute before, in nanoseconds. */
export const BASE = BigInt(NOW_MS - 60_000) * 1_000_000n
export const SECOND = 1_000_000_000n
const MINUTE = 60n * SECOND

export function openStore(options: Partial<StoreOptions> = {}): Store {
  const store = createStore({ logger: silentLogger, now: () => NOW_MS, ...options })
  onTestFinished(() => store.close())
  return store
}

export async function serve(store: Store): Promise<string> {
  const server = await startStoreServer(store, { listen: '127.0.0.1:0', logger: silentLogger })
  onTestFinished(() => server.close())
  return server.url
}

export function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'picket-store-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Lines at `BASE` plus the given nanoseconds. */
export function pushLines(
  store: Store,
  lines: readonly (readonly [offset: number | bigint, line: string])[],
  labels: Record<string, string> = { job: 'x' },
): void {
  store.push([
    { labels, entries: lines.map(([offset, line]) => ({ ns: BASE + BigInt(offset), line })) },
  ])
}

export interface ReadOptions {
  readonly limit?: number
  readonly direction?: 'forward' | 'backward'
  readonly startNs?: bigint
  readonly endNs?: bigint
}

/** `[offset from BASE, line]` in the order of the answer, oldest first by default. */
export async function read(
  store: Store,
  query = '{job="x"}',
  options: ReadOptions = {},
): Promise<[offset: number, line: string][]> {
  const result = await store.queryRange({
    query,
    startNs: BASE - MINUTE,
    endNs: BASE + MINUTE,
    limit: 5000,
    direction: 'forward',
    ...options,
  })
  if (result.kind !== 'streams') throw new Error(`not lines: ${result.kind}`)
  return result.entries.map(({ ns, line }) => [Number(ns - BASE), line])
}

export async function readLines(
  store: Store,
  query?: string,
  options?: ReadOptions,
): Promise<string[]> {
  return (await read(store, query, options)).map(([, line]) => line)
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

export async function push(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'Content-Type': 'application/json' },
): Promise<Answer> {
  const bytes = new Uint8Array(typeof body === 'string' ? Buffer.from(body) : body)
  return answer(await fetch(`${url}/loki/api/v1/push`, { method: 'POST', body: bytes, headers }))
}

export async function get(
  url: string,
  path: string,
  params: Record<string, string | bigint | number> = {},
): Promise<Answer> {
  const address = new URL(`${url}${path}`)
  for (const [name, value] of Object.entries(params)) {
    address.searchParams.set(name, String(value))
  }
  return answer(await fetch(address))
}

async function answer(response: Response): Promise<Answer> {
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, text: await response.text() }
}
