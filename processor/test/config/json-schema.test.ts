import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configJsonSchema } from '../../src/config/json-schema.ts'

const file = join(import.meta.dirname, '../../picket.schema.json')

test('picket.schema.json is what the schema says (refresh it with `npx picket config schema > processor/picket.schema.json`)', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(configJsonSchema())),
  )
})

test('every key has a sentence', () => {
  const missing: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { properties, items, oneOf, anyOf } = node as Record<string, unknown>
    for (const [key, child] of Object.entries(
      (properties ?? {}) as Record<string, { description?: string; const?: unknown }>,
    )) {
      const here = `${path}.${key}`
      if (child.const === undefined && (child.description ?? '') === '') missing.push(here)
      visit(child, here)
    }
    visit(items, `${path}[]`)
    for (const option of [...((oneOf ?? []) as unknown[]), ...((anyOf ?? []) as unknown[])])
      visit(option, path)
  }
  visit(JSON.parse(JSON.stringify(configJsonSchema())), '')
  expect(missing).toEqual([])
})
