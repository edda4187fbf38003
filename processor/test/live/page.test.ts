import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { LIVE_PAGE as page } from '../../src/live/page.ts'
import { LIVE_SCRIPT as script } from '../../src/live/script.ts'
import { LIVE_STYLE as style } from '../../src/live/style.ts'

describe('the plain live page', () => {
  it('runs under a policy without inline script, inline style or other hosts', () => {
    expect(page).not.toMatch(/<script(?![^>]* src="\/live\.js")/)
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i)
    for (const text of [page, script, style])
      expect(text).not.toMatch(/https?:|\/\/\w+\.|@import|url\(/)
    expect(script).not.toMatch(/\beval\b|new Function|\.style\b/)
  })

  it('never makes HTML of data', () => {
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment/,
    )
  })

  it('has a script that parses, and finds every element it asks for', () => {
    expect(() => new Script(script)).not.toThrow()
    const asked = [...script.matchAll(/\bat\('([\w-]+)'\)/g)].map(([, id]) => id)
    expect(asked.length).toBeGreaterThan(5)
    for (const id of asked) expect(page).toContain(`id="${id}"`)
  })

  it('names its regions, tables and columns for a screen reader', () => {
    const labelled = [...page.matchAll(/aria-labelledby="([\w-]+)"/g)].map(([, id]) => id)
    for (const id of labelled) expect(page).toContain(`id="${id}"`)
    expect(page).toContain('lang="en"')
    expect(page).toContain('role="status"')
    expect(page).not.toMatch(/<th(?! scope="col")[\s>]/)
  })

  it('gives level colours on which the digit can be read', () => {
    const dark = style.slice(style.indexOf('prefers-color-scheme'))
    const colours = [...style.slice(0, style.indexOf('@media')).matchAll(/--l(\d): (#\w{6})/g)]
    expect(colours).toHaveLength(6)
    for (const [, level, colour = ''] of colours) {
      expect(
        contrast(colour, level === '5' ? '#ffffff' : '#000000'),
        `level ${level}`,
      ).toBeGreaterThan(4.5)
    }
    const [, darkFive = ''] = /--l5: (#\w{6})/.exec(dark) ?? []
    expect(contrast(darkFive, '#ffffff')).toBeGreaterThan(4.5)
  })
})

/** https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((from) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
