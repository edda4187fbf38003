import { z } from 'zod'
import { configSchema } from './schema.ts'
import { formatDuration } from './values-text.ts'
import { duration } from './values.ts'

/** The JSON schema of the configuration file, for editors: the form people write, before defaults. */
export function configJsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (isDuration(zodSchema)) {
        // A number is taken only if it is 0: all else needs a unit.
        Object.assign(jsonSchema, {
          pattern: String.raw`^\d+(\.\d+)?(ms|s|m|h|d)$`,
          minimum: 0,
          maximum: 0,
        })
        const ms = zodSchema instanceof z.ZodDefault ? zodSchema.def.defaultValue : undefined
        if (typeof ms === 'number') jsonSchema.default = formatDuration(ms)
      }
      // Inputs and sinks may go without a name: loading gives them one.
      if (jsonSchema.required !== undefined && jsonSchema.properties?.['type'] !== undefined)
        jsonSchema.required = jsonSchema.required.filter((key) => key !== 'name')
    },
  })
  return { ...schema, title: 'Picket configuration' }
}

function isDuration(schema: unknown): boolean {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return isDuration(schema.unwrap())
  // `describe` copies a schema but keeps its parts.
  return schema instanceof z.ZodPipe && schema.def.out === duration.def.out
}
