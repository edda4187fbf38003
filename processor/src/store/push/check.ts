import type { Entry, Metadata, PushedStream } from '../entry.ts'
import { labelSet, labelText, type LabelSet } from '../label-set.ts'
import type { StoreLimits } from '../limits.ts'

/** Entries that were refused for one reason; Loki names one of them and how many. */
export interface Refusal {
  readonly reason: string
  readonly message: string
  count: number
}

/** Loki takes the name of the service from the first of these that a stream has. */
const SERVICE_LABELS = [
  'service',
  'app',
  'application',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
]

/** Adds the stream label `service_name` as Loki does, so that both show the same streams. */
export function withServiceName(stream: PushedStream): PushedStream {
  const { map, pairs } = stream.labels
  if (map.has('service_name')) return stream
  const from = SERVICE_LABELS.find((name) => map.has(name))
  const name = from === undefined ? 'unknown_service' : map.get(from)!
  return { ...stream, labels: labelSet([...pairs, ['service_name', name]]) }
}

/** The entries within the limits. What is not goes to `refusals`, with Loki's words. */
export function checkStream(
  stream: PushedStream,
  limits: StoreLimits,
  oldestNs: bigint | undefined,
  refusals: Refusal[],
): PushedStream {
  const { labels, entries } = stream
  const problem = entries.length === 0 ? undefined : labelProblem(labels, limits)
  if (problem !== undefined) {
    refuse(refusals, problem, entries.length)
    return { labels, entries: [] }
  }
  const good = entries.filter((entry) => {
    const found = entryProblem(entry, labels, limits, oldestNs)
    if (found !== undefined) refuse(refusals, found, 1)
    return found === undefined
  })
  return { labels, entries: good }
}

interface Problem {
  readonly reason: string
  readonly message: string
}

function refuse(refusals: Refusal[], { reason, message }: Problem, count: number): void {
  const same = refusals.find((known) => known.reason === reason)
  if (same === undefined) refusals.push({ reason, message, count })
  else same.count += count
}

function labelProblem(labels: LabelSet, limits: StoreLimits): Problem | undefined {
  const pushed = labels.pairs.filter(([name]) => name !== 'service_name')
  if (pushed.length > limits.maxLabels) {
    return {
      reason: 'labels',
      message: `entry for stream '${labelText(labels)}' has ${pushed.length} label names; limit ${limits.maxLabels}`,
    }
  }
  for (const [name, value] of labels.pairs) {
    if (Buffer.byteLength(name) > limits.maxLabelNameBytes) {
      return {
        reason: 'label name',
        message: `stream '${labelText(labels)}' has label name too long: '${name}'`,
      }
    }
    if (Buffer.byteLength(value) > limits.maxLabelValueBytes) {
      return {
        reason: 'label value',
        message: `stream '${labelText(labels)}' has label value too long: '${value}'`,
      }
    }
  }
  return undefined
}

function entryProblem(
  { ns, line, metadata }: Entry,
  labels: LabelSet,
  limits: StoreLimits,
  oldestNs: bigint | undefined,
): Problem | undefined {
  if (oldestNs !== undefined && ns < oldestNs) {
    return {
      reason: 'too old',
      message: `entry for stream '${labelText(labels)}' has timestamp too old: ${isoTime(ns)}, oldest acceptable timestamp is: ${isoTime(oldestNs)}`,
    }
  }
  // Three bytes are the most that one UTF-16 unit needs.
  if (line.length * 3 > limits.maxLineBytes) {
    const bytes = Buffer.byteLength(line)
    if (bytes > limits.maxLineBytes) {
      return {
        reason: 'line',
        message: `Max entry size '${limits.maxLineBytes}' bytes exceeded for stream '${labelText(labels)}' while adding an entry with length '${bytes}' bytes`,
      }
    }
  }
  return metadata === undefined ? undefined : metadataProblem(metadata, labels, limits)
}

function metadataProblem(
  metadata: Metadata,
  labels: LabelSet,
  limits: StoreLimits,
): Problem | undefined {
  const fields = metadata.length / 2
  if (fields > limits.maxMetadataFields) {
    return {
      reason: 'metadata fields',
      message: `stream '${labelText(labels)}' has too many structured metadata labels: '${fields}', limit: '${limits.maxMetadataFields}'. Please see \`limits_config.max_structured_metadata_entries_count\` or contact your Loki administrator to increase it.`,
    }
  }
  const bytes = metadata.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes > limits.maxMetadataBytes) {
    return {
      reason: 'metadata bytes',
      message: `stream '${labelText(labels)}' has structured metadata too large: '${bytes}' bytes, limit: '${limits.maxMetadataBytes}' bytes. Please see \`limits_config.max_structured_metadata_size\` or contact your Loki administrator to increase it.`,
    }
  }
  return undefined
}

function isoTime(ns: bigint): string {
  const date = new Date(Number(ns / 1_000_000n))
  return Number.isNaN(date.getTime()) ? String(ns) : date.toISOString()
}
