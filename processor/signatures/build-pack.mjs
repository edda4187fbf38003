// Writes src/core/signature/builtin.ts from picket.rules, so that the pack is there in a browser as well. A test fails
// if it is stale: node processor/signatures/build-pack.mjs
import { readFileSync, writeFileSync } from 'node:fs'

export const packSource = () => {
  const text = readFileSync(new URL('picket.rules', import.meta.url), 'utf8')
  return `// Made from signatures/picket.rules by signatures/build-pack.mjs; edit that.\n\n/** Picket's own rules as text. */\nexport const BUILTIN_RULES = ${JSON.stringify(text)}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  writeFileSync(new URL('../src/core/signature/builtin.ts', import.meta.url), packSource())
