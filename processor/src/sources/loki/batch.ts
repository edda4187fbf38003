import type { LineBatch } from '../../core/batch.ts'

/** Of a step that had nothing to ask for. */
export const NO_LINES = {
  bytes: new Uint8Array(0),
  at: new Int32Array(0),
  count: 0,
  seconds: new Int32Array(0),
  nanos: new Int32Array(0),
  stream: new Uint16Array(0),
  labels: [],
} as const

/** When the newest line could first be read: once it had settled, but not before this reading began. */
export function readableAt(
  { count, seconds, nanos }: LineBatch,
  settleMs: number,
  startedMs: number,
): { readableAt?: number } {
  if (count === 0) return {}
  const entryMs = (seconds[count - 1] ?? 0) * 1000 + Math.trunc((nanos[count - 1] ?? 0) / 1e6)
  return { readableAt: Math.max(entryMs + settleMs, startedMs) }
}
