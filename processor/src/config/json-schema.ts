import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The JSON schema of the configuration file, for editors: the form people write, before defaults. */
export function configJsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    // Inputs and sinks may go without a name: loading gives them one.
    override: ({ jsonSchema }) => {
      if (jsonSchema.required === undefined || jsonSchema.properties?.['type'] === undefined) return
      jsonSchema.required = jsonSchema.required.filter((key) => key !== 'name')
    },
  })
  return { ...schema, title: 'Picket configuration' }
}
