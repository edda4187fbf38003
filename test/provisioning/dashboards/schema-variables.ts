import { z } from 'zod'

const choice = z.strictObject({ selected: z.boolean(), text: z.string(), value: z.string() })
const variableBase = {
  name: z.string().regex(/^[a-z_]+$/),
  label: z.string().min(1),
  description: z.string().min(10),
  hide: z.union([z.literal(0), z.literal(2)]),
  current: choice,
  options: z.array(choice),
}
const many = z.strictObject({
  selected: z.boolean(),
  text: z.array(z.string()),
  value: z.array(z.string()),
})
const queryVariable = {
  ...variableBase,
  type: z.literal('query'),
  current: z.union([choice, many]),
  definition: z.string(),
  refresh: z.union([z.literal(1), z.literal(2)]),
  regex: z.string(),
  sort: z.int().min(0).max(8),
  multi: z.boolean(),
  includeAll: z.boolean(),
  allValue: z.string(),
}
export const variable = z.union([
  z.strictObject({
    ...variableBase,
    description: z.undefined().optional(),
    type: z.literal('datasource'),
    query: z.enum(['loki', 'prometheus']),
    regex: z.string(),
    refresh: z.literal(1),
    multi: z.literal(false),
    includeAll: z.literal(false),
  }),
  z.strictObject({
    ...queryVariable,
    datasource: z.strictObject({ type: z.literal('loki'), uid: z.literal('${loki}') }),
    // 1 asks for the values of a label.
    query: z.strictObject({
      label: z.string(),
      refId: z.string(),
      stream: z.string(),
      type: z.literal(1),
    }),
  }),
  z.strictObject({
    ...queryVariable,
    datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${prometheus}') }),
    // 1 asks for the values of a label.
    query: z.strictObject({ qryType: z.literal(1), query: z.string(), refId: z.string() }),
  }),
  z.strictObject({
    ...variableBase,
    type: z.literal('custom'),
    query: z.string(),
    multi: z.literal(false),
    includeAll: z.literal(false),
  }),
  z.strictObject({ ...variableBase, type: z.literal('textbox'), query: z.string() }),
])
