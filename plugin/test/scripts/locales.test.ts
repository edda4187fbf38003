import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
// @ts-expect-error a script without types
import { collect, ENGLISH, localeOf, textsIn } from '../../scripts/locales.mjs'
import pluginJson from '../../src/plugin.json'

const read = (language: string) =>
  JSON.parse(
    readFileSync(
      new URL(`../../src/locales/${language}/${pluginJson.id}.json`, import.meta.url),
      'utf8',
    ),
  ) as object

describe('texts', () => {
  test('are found in calls and elements, with their plurals', () => {
    const code = `t('a.b', 'One'); <Trans i18nKey="c">Two
      lines</Trans>; t('d', '{{count}} rows', { count })`
    expect(textsIn('x.tsx', code)).toEqual([
      { key: 'a.b', text: 'One', plural: false },
      { key: 'c', text: 'Two lines', plural: false },
      { key: 'd', text: '{{count}} rows', plural: true },
    ])
  })

  test('with a key that is made up at run time are an error that names the line', () => {
    expect(() => textsIn('x.tsx', '\nt(key, "text")')).toThrow('x.tsx:2: no literal key')
  })

  test.each(pluginJson.languages)('of the panel are all in %s, and nothing else is', (language) => {
    const { file, missing } = localeOf(collect(), language, read(language))
    expect(missing).toEqual([])
    expect(read(language)).toEqual(file)
  })

  test('in other languages keep the placeholders of the English ones', () => {
    const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted()
    const flat = (tree: object, path = ''): [string, string][] =>
      Object.entries(tree).flatMap(([key, value]) =>
        typeof value === 'string' ? [[path + key, value]] : flat(value as object, `${path}${key}.`),
      )
    const english = new Map(flat(read(ENGLISH)))
    for (const language of pluginJson.languages) {
      for (const [key, text] of flat(read(language))) {
        // A singular may say "one" where the plural has a number.
        const wanted = placeholders(english.get(key) ?? '').filter(
          (name) => !key.endsWith('_one') || name !== '{{count}}',
        )
        expect([key, placeholders(text)]).toEqual([key, expect.arrayContaining(wanted)])
      }
    }
  })
})
