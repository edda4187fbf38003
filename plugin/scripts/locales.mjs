// `npm run locales`: brings src/locales/ up to date with the texts in the sources (i18next-cli does the same, but needs
// Node 22). English is what the sources say; of other languages, texts that are missing are named, and texts that
// nobody asks for any more are dropped. With --check nothing is written, and a difference is an error.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
export const ENGLISH = 'en-US'

/** Keys and English texts of `t('key', 'text')` and `<Trans i18nKey="key">text</Trans>` in one source. */
export function textsIn(name, code) {
  const found = []
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const at = (node) => `${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 't') {
      const [key, text, values] = node.arguments
      if (key === undefined || !ts.isStringLiteral(key))
        throw new Error(`${at(node)}: no literal key`)
      if (text === undefined || !ts.isStringLiteralLike(text))
        throw new Error(`${at(node)}: no literal text`)
      const plural =
        values !== undefined && ts.isObjectLiteralExpression(values)
          ? values.properties.some((property) => property.name?.getText() === 'count')
          : /\{\{count\}\}/.test(text.text)
      found.push({ key: key.text, text: text.text, plural })
    }
    if (ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'Trans') {
      const key = node.openingElement.attributes.properties.find(
        (attribute) => attribute.name?.getText() === 'i18nKey',
      )?.initializer
      if (key === undefined || !ts.isStringLiteral(key))
        throw new Error(`${at(node)}: no literal key`)
      if (!node.children.every(ts.isJsxText))
        throw new Error(`${at(node)}: Trans with elements in it; use t() and plain text`)
      const text = node.children
        .map((child) => child.text.replace(/\s+/g, ' '))
        .join('')
        .trim()
      found.push({ key: key.text, text, plural: false })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** The texts of all sources as `{ key: { text, plural } }`. Throws if one key has two texts. */
export function collect(source = join(root, 'src')) {
  const texts = {}
  for (const entry of readdirSync(source, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    for (const { key, text, plural } of textsIn(
      path.slice(root.length),
      readFileSync(path, 'utf8'),
    )) {
      if (texts[key] !== undefined && texts[key].text !== text)
        throw new Error(`${path}: the key ${key} has two texts: ${texts[key].text} and ${text}`)
      texts[key] = { text, plural: plural || texts[key]?.plural === true }
    }
  }
  return texts
}

/** What a language's file should hold: `{ file, missing }`, keys in order, nested by dots. */
export function localeOf(texts, language, old) {
  const file = {}
  const missing = []
  for (const key of Object.keys(texts).sort()) {
    const { text, plural } = texts[key]
    for (const name of plural ? [`${key}_one`, `${key}_other`] : [key]) {
      const known = get(old, name)
      if (language === ENGLISH)
        set(file, name, name.endsWith('_one') && plural ? (known ?? text) : text)
      else if (known === undefined || known === '') missing.push(name)
      else set(file, name, known)
    }
  }
  return { file, missing }
}

function get(tree, key) {
  return key.split('.').reduce((node, part) => node?.[part], tree)
}

function set(tree, key, value) {
  const parts = key.split('.')
  const last = parts.pop()
  const node = parts.reduce((level, part) => (level[part] ??= {}), tree)
  if (typeof node !== 'object' || typeof node[last] === 'object')
    throw new Error(`the key ${key} is both a text and a group of texts`)
  node[last] = value
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const { id, languages } = JSON.parse(readFileSync(join(root, 'src/plugin.json'), 'utf8'))
  const texts = collect()
  let bad = false
  for (const language of languages) {
    const path = join(root, `src/locales/${language}/${id}.json`)
    const before = existsSync(path) ? readFileSync(path, 'utf8') : '{}'
    const { file, missing } = localeOf(texts, language, JSON.parse(before))
    for (const key of missing) {
      console.error(
        `${language}: no text for ${key}: ${texts[key.replace(/_(one|other)$/, '')]?.text ?? texts[key]?.text}`,
      )
      bad = true
    }
    const after = `${JSON.stringify(file, undefined, 2)}\n`
    if (after === before) continue
    if (check) {
      console.error(`${language} is not up to date: npm run locales`)
      bad = true
    } else {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, after)
      console.log(`${path.slice(root.length)} written`)
    }
  }
  process.exit(bad ? 1 : 0)
}
