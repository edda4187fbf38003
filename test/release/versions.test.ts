import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../helpers/fixtures.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-versions-'))
  for (const name of FILES) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(join(root, name), join(folder, name))
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FILES = [
  'package.json',
  'package-lock.json',
  'processor/package.json',
  'plugin/package.json',
  'plugin/src/plugin.json',
  'CHANGELOG.md',
  'plugin/CHANGELOG.md',
]

function change(name: string, from: RegExp, to: string): void {
  const path = join(folder, name)
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(from)
  writeFileSync(path, text.replace(from, to))
}

/** What the check of versions says of the folder: the answer, or the error's text. */
function versions(): string {
  const module = pathToFileURL(join(root, 'scripts/release-versions.mjs')).href
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { releaseVersion } from ${JSON.stringify(module)}
try { console.log(JSON.stringify(releaseVersion(${JSON.stringify(folder)}))) } catch (error) { console.log(error.message) }`,
    ],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  return stdout.trim()
}

test('versions agree in this checkout', () => {
  expect(JSON.parse(versions())).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
  })
})

test('says every file that has another version, at once', () => {
  change('plugin/package.json', /"version": ".*?"/, '"version": "7.7.7"')
  change('processor/package.json', /"version": ".*?"/, '"version": "8.8.8"')
  change('CHANGELOG.md', /^## \d.*$/m, '## Unreleased')
  const said = versions().split('\n')
  expect(said).toHaveLength(3)
  expect(said[0]).toMatch(/^processor\/package\.json says 8\.8\.8, package\.json \d/)
  expect(said[1]).toMatch(/^plugin\/package\.json says 7\.7\.7/)
  expect(said[2]).toMatch(/^CHANGELOG\.md has no heading "## \d/)
})

test('a plugin.json that names a version of its own has to agree too', () => {
  change('plugin/src/plugin.json', /"version": "%VERSION%"/, '"version": "9.9.9"')
  expect(versions()).toMatch(/^plugin\/src\/plugin\.json says 9\.9\.9/)
})

test('a version does not count as the heading of a longer one', () => {
  change('CHANGELOG.md', /^## (\d+\.\d+\.\d+).*$/m, '## $11')
  expect(versions()).toMatch(/^CHANGELOG\.md has no heading/)
})
