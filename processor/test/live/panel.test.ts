import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLivePages } from '../../src/live/index.ts'
import { panelPlaces } from '../../src/live/panel.ts'

const VERSION = '0123456789abcdef'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-panel-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** A build as `plugin/host/live.mjs` leaves it. */
function writeBuild(place: string, version = VERSION): void {
  write(`${place}/${version}/host.js`, `host of ${place}`)
  write(`${place}/${version}/page.css`, 'body {}')
  write(`${place}/${version}/plugin/module.js`, 'define()')
  write(`${place}/${version}/plugin/LICENSE`, 'words')
  write(`${place}/current.json`, JSON.stringify({ version }))
}

/** Seconds later. */
function later(seconds: number): void {
  const now = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(now + seconds * 1000)
}

describe('the live pages without a build', () => {
  it('are the plain page at / and at /plain, its parts, and nothing else', () => {
    const pages = createLivePages([join(folder, 'nowhere')])
    expect(pages.hasPanel()).toBe(false)
    expect(pages.at('/')).toEqual(pages.at('/plain'))
    expect(pages.at('/')?.body).toContain('src="/live.js"')
    expect(pages.at('/live.js')?.type).toMatch(/^text\/javascript/)
    expect(pages.at('/live.css')?.type).toMatch(/^text\/css/)
    expect(pages.at('/live.json')?.body).toBe('{"panel":false}\n')
    for (const path of ['/panel/', `/panel/${VERSION}/host.js`, '/panel//host.js', '/other'])
      expect(pages.at(path), path).toBeUndefined()
  })

  it.each([
    ['half written', '{"version": "0123'],
    ['of another shape', '[]'],
    ['with a path for a version', '{"version": "../../../../etc"}'],
  ])('stay so where the list of the build is %s', (_, text) => {
    write('a/current.json', text)
    expect(createLivePages([join(folder, 'a')]).hasPanel()).toBe(false)
  })
})

describe('the live pages with a build', () => {
  it('show the panel at / and the plain page at /plain', () => {
    writeBuild('a')
    const pages = createLivePages([join(folder, 'a')])
    expect(pages.hasPanel()).toBe(true)
    expect(pages.at('/')?.body).toContain(`src="/panel/${VERSION}/host.js"`)
    expect(pages.at('/plain')?.body).toContain('src="/live.js"')
    expect(pages.at('/live.json')?.body).toBe('{"panel":true}\n')
  })

  it('give each answer a nonce of its own, in the policy and in the page, and allow nothing inline', () => {
    writeBuild('a')
    const pages = createLivePages([join(folder, 'a')])
    const nonces = [pages.at('/'), pages.at('/')].map((answer) => {
      const policy = answer?.headers?.['content-security-policy'] ?? ''
      const nonce = /'nonce-([^']{22,})'/.exec(policy)?.[1] ?? ''
      expect(answer?.body).toContain(`nonce="${nonce}"`)
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      expect(answer?.body).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
      return nonce
    })
    expect(nonces[0]).not.toBe(nonces[1])
  })

  it('serve its files by their types, for good, and no others', () => {
    writeBuild('a')
    write('secret.js', 'secret')
    const pages = createLivePages([join(folder, 'a')])
    const host = pages.at(`/panel/${VERSION}/host.js`)
    expect(String(host?.body)).toBe('host of a')
    expect(host?.type).toBe('text/javascript; charset=utf-8')
    expect(host?.headers?.['cache-control']).toContain('immutable')
    expect(String(pages.at(`/panel/${VERSION}/plugin/module.js`)?.body)).toBe('define()')
    for (const path of [
      'plugin/LICENSE',
      'plugin',
      '',
      '../current.json',
      '../../secret.js',
      '..%2f..%2fsecret.js',
      'plugin/../host.js',
      '/host.js',
      '__proto__',
    ])
      expect(pages.at(`/panel/${VERSION}/${path}`), path).toBeUndefined()
    expect(pages.at('/panel/fedcba9876543210/host.js')).toBeUndefined()
  })

  it('prefer the build inside a release to the one beside it', () => {
    writeBuild('a')
    writeBuild('b')
    const pages = createLivePages([join(folder, 'b'), join(folder, 'a')])
    expect(String(pages.at(`/panel/${VERSION}/host.js`)?.body)).toBe('host of b')
  })

  it('notice a build that comes while they are served, and one that takes its place', () => {
    const pages = createLivePages([join(folder, 'a')])
    expect(pages.hasPanel()).toBe(false)
    writeBuild('a')
    later(2)
    expect(pages.hasPanel()).toBe(true)
    writeBuild('a', 'fedcba9876543210')
    later(2)
    expect(pages.at('/')?.body).toContain('/panel/fedcba9876543210/host.js')
  })

  it('answer nothing for a file that has gone since', () => {
    writeBuild('a')
    const pages = createLivePages([join(folder, 'a')])
    expect(pages.hasPanel()).toBe(true)
    rmSync(join(folder, 'a', VERSION, 'host.js'))
    expect(pages.at(`/panel/${VERSION}/host.js`)).toBeUndefined()
  })
})

it('looks for a build inside the processor, then beside it, from wherever its code lies', () => {
  const processor = resolve(import.meta.dirname, '../..')
  const expected = [join(processor, 'panel'), resolve(processor, '../plugin/dist-live')]
  expect(panelPlaces()).toEqual(expected)
  expect(panelPlaces(join(processor, 'dist/chunks'))).toEqual(expected)
  expect(panelPlaces(folder)).toEqual([])
})
