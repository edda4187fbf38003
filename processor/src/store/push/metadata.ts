import type { Metadata } from '../entry.ts'
import { toLabelName, type LabelSet } from '../label-set.ts'

/**
 * Names become label names (`src.ip` to `src_ip`, `1st` to `key_1st`), and `NAME_extracted` where the
 * stream has a label of that name. Of two that become alike the last counts. Undefined for none.
 */
export function toMetadata(
  pairs: Iterable<readonly [string, string]>,
  labels: LabelSet,
): Metadata | undefined {
  let clean: Map<string, string> | undefined
  for (const [given, value] of pairs) {
    const name = toLabelName(given, 'key_')
    clean ??= new Map()
    clean.set(labels.map.has(name) ? `${name}_extracted` : name, value)
  }
  if (clean === undefined) return undefined
  return [...clean].sort(([a], [b]) => (a < b ? -1 : 1)).flat()
}
