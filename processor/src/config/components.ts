import type { z } from 'zod'
import { sinkKinds } from '../sinks/index.ts'
import { sourceKinds } from '../sources/index.ts'

/** The schemas of a list of kinds, each with its own type. */
function schemasOf<K extends readonly { readonly schema: z.ZodObject }[]>(kinds: K) {
  return kinds.map(({ schema }) => schema) as unknown as { readonly [I in keyof K]: K[I]['schema'] }
}

export const sourceSchemas = schemasOf(sourceKinds)
export const sinkSchemas = schemasOf(sinkKinds)
