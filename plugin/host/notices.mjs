// Licences of what a build holds of others, which ask that their text goes with the code.
import fs from 'node:fs'
import path from 'node:path'

export const NOTICES = 'THIRD-PARTY.txt'

const RULE = '-'.repeat(80)

/**
 * The packages that the files belong to, each with the text of its licence and notice, in order of name. One that says
 * none is named as such.
 */
export function noticesOf(files) {
  const packages = new Map()
  for (const file of files) {
    const folder = packageOf(file)
    if (folder === undefined || packages.has(folder)) continue
    packages.set(folder, describe(folder))
  }
  const unique = new Map([...packages.values()].map((one) => [one.title, one]))
  const all = [...unique.values()].sort((a, b) => (a.title < b.title ? -1 : 1))
  const list = all.map(({ title, license }) => `  ${title} (${license})`)
  // Many have the same text: it stands there once.
  const titles = new Map()
  for (const { title, text } of all) titles.set(text, [...(titles.get(text) ?? []), title])
  const texts = [...titles].map(([text, names]) => `${RULE}\n${names.join('\n')}\n\n${text}\n`)
  return `This build contains code, fonts and icons of these packages:\n\n${list.join('\n')}\n\n${texts.join('\n')}`
}

/** The innermost folder of an installed package that a file lies in; undefined for one's own files. */
function packageOf(file) {
  const parts = path.resolve(file).split(path.sep)
  const at = parts.lastIndexOf('node_modules')
  if (at < 0 || parts[at + 1] === undefined) return undefined
  const length = parts[at + 1].startsWith('@') ? 3 : 2
  const folder = parts.slice(0, at + length).join(path.sep)
  return fs.existsSync(path.join(folder, 'package.json')) ? folder : undefined
}

function describe(folder) {
  const { name, version, license, licenses, author } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  )
  const title = `${name} ${version}`
  const kind = typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type)
  const texts = fs
    .readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .filter((file) => fs.statSync(path.join(folder, file)).isFile())
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim())
  // Some say it in their README alone.
  if (texts.length === 0) texts.push(...licenceInReadme(folder))
  const by = typeof author === 'string' ? author : author?.name
  const text =
    texts.length > 0
      ? texts.join('\n\n')
      : `Licence: ${kind ?? 'the package says none'}${by === undefined ? '' : `\nAuthor: ${by}`}`
  return { title, license: kind ?? (texts.length > 0 ? 'see below' : 'says none'), text }
}

function licenceInReadme(folder) {
  const name = fs.readdirSync(folder).find((file) => /^readme/i.test(file))
  if (name === undefined) return []
  const text = fs.readFileSync(path.join(folder, name), 'utf8')
  const section = /^#*\s*licen[cs]e\b[^]*/im.exec(text)?.[0]
  return section === undefined ? [] : [section.trim().slice(0, 4000)]
}
