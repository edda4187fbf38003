import { valueAt } from '../config/explain.ts'
import { configSchema } from '../config/schema.ts'
import { ruleVariables } from '../core/signature/variables.ts'

/** What variables of rules are without a word in the configuration. */
export const PICKET_VARIABLES: Readonly<Record<string, string>> = ruleVariables(['any'])

/** Is this, as a picket.yaml writes it, what Picket does anyway? */
export function isPicketDefault(path: string, value: unknown): boolean {
  const keys = path.split('.')
  const [group, kind, name] = keys
  if (group === 'signatures' && kind === 'variables' && name !== undefined)
    return value === PICKET_VARIABLES[name]
  const read = configSchema.safeParse(treeOf(keys, value))
  if (!read.success) return false
  const defaults = configSchema.parse({})
  return JSON.stringify(valueAt(read.data, keys)) === JSON.stringify(valueAt(defaults, keys))
}

function treeOf(keys: readonly string[], value: unknown): unknown {
  return keys.reduceRight((inner, key) => ({ [key]: inner }), value)
}
