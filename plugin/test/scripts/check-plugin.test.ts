import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
// @ts-expect-error a script without types
import { checkPlugin } from '../../scripts/check-plugin.mjs'
// @ts-expect-error a script without types
import { packagePlugin } from '../../scripts/package.mjs'

/** A plugin of one source, sound in every way. */
function makePlugin(root: string) {
  const id = 'acme-thing-panel'
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  put('package.json', JSON.stringify({ version: '1.2.3', scripts: {} }))
  put('.config/webpack/webpack.config.ts', '// scaffolded by @grafana/create-plugin')
  put('src/module.ts', 'export const plugin = 1\n')
  put('dist/module.js', '/* [create-plugin] */\ndefine(["react"],(e)=>1)')
  put(
    'dist/module.js.map',
    JSON.stringify({
      sources: [`webpack://${id}/./module.ts`, `webpack://${id}/webpack/bootstrap`],
      sourcesContent: ['export const plugin = 1\n', ''],
    }),
  )
  put('dist/img/logo.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  put('dist/img/shot.png', '?PNG')
  put('dist/README.md', 'What it is and how to use it. '.repeat(10))
  put('dist/CHANGELOG.md', '## 1.2.3')
  put('dist/LICENSE', 'Apache License, Version 2.0')
  put('dist/locales/en-US/acme-thing-panel.json', '{}')
  put(
    'dist/plugin.json',
    JSON.stringify({
      type: 'panel',
      id,
      name: 'Thing',
      languages: ['en-US'],
      info: {
        version: '1.2.3',
        updated: '2026-01-02',
        description: 'A thing',
        keywords: ['thing'],
        links: [{ name: 'Docs', url: 'https://example.com' }],
        logos: { small: 'img/logo.svg', large: 'img/logo.svg' },
        screenshots: [{ name: 'It', path: 'img/shot.png' }],
      },
      dependencies: { grafanaDependency: '>=12.3.0' },
    }),
  )
  return put
}

let root = ''
let put: ReturnType<typeof makePlugin>
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'picket-plugin-'))
  put = makePlugin(root)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const findings = () =>
  checkPlugin(join(root, 'dist'), `${root}/`) as { severity: string; text: string }[]
const change = (edit: (meta: Record<string, Record<string, unknown>>) => void) => {
  const path = join(root, 'dist/plugin.json')
  const meta = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, unknown>>
  edit(meta)
  writeFileSync(path, JSON.stringify(meta))
}

describe('the catalogue’s checks', () => {
  test('find nothing in a sound plugin', () => {
    expect(findings()).toEqual([])
  })

  test.each([
    [
      'an id of another type',
      () => change((m) => void (m['id'] = 'acme-app' as never)),
      'not of the form',
    ],
    ['another version', () => change((m) => void (m['info']!['version'] = '9.9.9')), 'versions of'],
    [
      'a range with ||',
      () => change((m) => void (m['dependencies']!['grafanaDependency'] = '>=12 || >=13')),
      'no simple range',
    ],
    [
      'a language without texts',
      () => change((m) => void (m['languages'] = ['xx-XX'] as never)),
      'xx-XX has no texts',
    ],
    [
      'a picture that is no picture',
      () => put('dist/img/shot.png', 'GIF89a'),
      'is not what its name says',
    ],
    [
      'a picture that can run code',
      () => put('dist/img/logo.svg', '<svg onload="x()"/>'),
      'can run code',
    ],
    [
      'a comment in the README',
      () => put('dist/README.md', `${'text '.repeat(99)}<!-- x -->`),
      'HTML comment',
    ],
    ['no AMD module', () => put('dist/module.js', 'export {}'), 'not AMD'],
    [
      'sources that differ from the map',
      () => put('src/module.ts', 'changed'),
      'is not what module.js was built from',
    ],
    ['console', () => put('src/a.ts', 'console.log(1)'), 'console'],
    ['a window opened carelessly', () => put('src/a.ts', "window.open('x')"), 'window.open'],
    [
      'HTML from text',
      () => put('src/a.tsx', '<b dangerouslySetInnerHTML={x} />'),
      'HTML from text',
    ],
    [
      'a changed scaffold',
      () => put('.config/webpack/webpack.config.ts', ''),
      'not that of create-plugin',
    ],
  ])('find %s', (_what, damage, text) => {
    damage()
    const found = findings().filter(({ severity }) => severity === 'error')
    expect(found.map((finding) => finding.text).join('\n')).toContain(text)
  })
})

describe('the package', () => {
  test('holds one folder named after the id with all that was built, the same bytes each time', () => {
    const first = packagePlugin(join(root, 'dist'), join(root, 'a')) as {
      path: string
      files: number
    }
    const files = Object.keys(unzipSync(readFileSync(first.path)))
    expect(files).toHaveLength(first.files)
    expect(files).toContain('acme-thing-panel/module.js')
    expect(files.every((name) => name.startsWith('acme-thing-panel/'))).toBe(true)
    expect(first.path).toMatch(/acme-thing-panel-1\.2\.3\.zip$/)
    cpSync(join(root, 'dist'), join(root, 'copy'), { recursive: true })
    const second = packagePlugin(join(root, 'copy'), join(root, 'b')) as { path: string }
    expect(readFileSync(second.path).equals(readFileSync(first.path))).toBe(true)
  })
})
