import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Feature } from './features.ts'
import { version } from '../version.ts'

/** What `/api/v1/status` answers: the process and its components. */
export function statusOf(
  pipeline: Pipeline | undefined,
  process: NodeJS.Process,
  facts: {
    readonly startedAt: number
    readonly now: number
    readonly reasons: readonly string[]
    readonly features: readonly Feature[]
  },
): object {
  const { startedAt, now, reasons, features } = facts
  const { user, system } = process.cpuUsage()
  return {
    version,
    startedAt: isoOf(startedAt),
    ready: reasons.length === 0,
    reasons,
    checkpoint: pipeline?.lastCheckpoint === undefined ? null : isoOf(pipeline.lastCheckpoint),
    components: (pipeline?.components() ?? []).map(
      ({ role, name, type, required, problem, isEnded, queue }) => ({
        kind: role,
        name,
        type,
        up: problem === undefined,
        ...(problem === undefined ? {} : { reason: problem }),
        ...(role === 'sink' ? { required, queue } : {}),
        ...(isEnded ? { ended: true } : {}),
      }),
    ),
    features,
    process: {
      pid: process.pid,
      upSeconds: Math.max(0, Math.floor((now - startedAt) / 1000)),
      cpuSeconds: Math.round((user + system) / 1000) / 1000,
      node: process.versions.node,
      memoryBytes: process.memoryUsage.rss(),
    },
  }
}

const isoOf = (ms: number): string => new Date(ms).toISOString()
