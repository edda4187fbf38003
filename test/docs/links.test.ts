import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../helpers/fixtures.ts'

/** Texts that people read in the repository; generated scaffolding is not ours. */
const FILES = spawnSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .stdout.split('\n')
  .filter((name) => name !== '' && !name.startsWith('plugin/.config/'))

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const base = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    let anchor = base
    for (let i = 1; anchors.has(anchor); i++) anchor = `${base}-${i}`
    anchors.add(anchor)
  }
  return anchors
}

const withoutCode = (text: string): string =>
  text
    .replace(/^(```|~~~).*?^\1/gms, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''))

/** Targets of links and pictures that are no addresses of the web. */
function linksOf(name: string): string[] {
  const text = withoutCode(readFileSync(join(root, name), 'utf8'))
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s"[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(?:[a-z]+:|\/\/)/i.test(target))
}

describe('links between the manuals', () => {
  test('are there to be looked at', () => {
    expect(FILES).toContain('README.md')
    expect(linksOf('README.md').length).toBeGreaterThan(10)
  })

  test.each(FILES)('%s: lead to files and headings that exist', (name) => {
    const broken = linksOf(name).filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? join(root, name) : join(root, dirname(name), decodeURI(path))
      if (!existsSync(target) || relative(root, target).startsWith('..')) return true
      if (anchor === undefined || anchor === '') return false
      return !statSync(target).isFile() || !anchorsOf(readFileSync(target, 'utf8')).has(anchor)
    })
    expect(broken).toEqual([])
  })
})
