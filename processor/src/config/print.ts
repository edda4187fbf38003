import { stringify } from 'yaml'
import { childOf, keyTree } from './key-tree.ts'
import type { KeyNode } from './key-tree.ts'
import { configSchema } from './schema.ts'
import type { Config } from './schema.ts'
import { maskSecrets } from './secrets.ts'
import { formatDuration } from './values-text.ts'

/** The effective configuration as YAML that reads back the same, but for secrets, which are masked. */
export function configText(config: Config): string {
  return stringify(maskSecrets(asWritten(config, keyTree(configSchema))), { lineWidth: 0 })
}

/** Durations as people write them. */
function asWritten(value: unknown, node: KeyNode | undefined): unknown {
  if (node?.kind === 'duration' && typeof value === 'number') return formatDuration(value)
  if (Array.isArray(value)) return value.map((item) => asWritten(item, node && childOf(node, 0)))
  if (typeof value !== 'object' || value === null) return value
  const { type } = value as { type?: unknown }
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      asWritten(child, node && childOf(node, key, type)),
    ]),
  )
}
