// Joins the rule files of this folder into one text, the pack, under a line with its version (VERSION: number and date).
//
//   node processor/signatures/build-pack.mjs             writes src/core/signature/builtin.ts, for browsers as well
//   node processor/signatures/build-pack.mjs FILE.rules  writes the pack and FILE.rules.sha256, for `picket signatures update`
//
// A test fails if builtin.ts is stale. Raise the number in VERSION whenever a published rule changes.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')

const version = () => {
  const [number, date] = read('VERSION').trim().split(' ')
  return { number: Number(number), date }
}

/** The pack as one rule file. */
export const packText = () => {
  const { number, date } = version()
  const head = `# Picket signature pack, version ${number}, ${date}\n# Apache-2.0. Sids below 9000001 are those of psad 2.4.6 and mean the same; the words and the order are Picket's.\n`
  const names = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.rules'))
    .sort()
  return [head, ...names.map((name) => `# ${name}\n${read(name)}`)].join('\n')
}

/** The pack as a module of the core. */
export const packSource = () => {
  const { number, date } = version()
  return `// Made from signatures/*.rules by signatures/build-pack.mjs; edit those.\n\n/** Of the pack below. */\nexport const PACK_VERSION = { number: ${number}, date: '${date}' } as const\n\n/** Picket's own rules and those with psad's sids, as one rule file. */\nexport const BUILTIN_RULES = ${JSON.stringify(packText())}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [file] = process.argv.slice(2)
  if (file === undefined)
    writeFileSync(new URL('../src/core/signature/builtin.ts', import.meta.url), packSource())
  else {
    const text = packText()
    const sum = createHash('sha256').update(text).digest('hex')
    writeFileSync(file, text)
    writeFileSync(`${file}.sha256`, `${sum}  ${basename(file)}\n`)
  }
}
