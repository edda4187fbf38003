import { readdirSync } from 'node:fs'
import { join } from 'node:path'

interface Pattern {
  readonly matches: (path: string) => boolean
  readonly text: string
  readonly isException: boolean
}

/** The files that a build sees: all of the folder but what `.dockerignore` leaves out, the last pattern that fits deciding. */
export function contextFiles(folder: string, ignore: string): string[] {
  const patterns = ignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(pattern)
  const files: string[] = []
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) {
        if (!isIgnored(path, patterns) || mayHoldException(path, patterns)) walk(path)
      } else if (!isIgnored(path, patterns)) files.push(path)
    }
  }
  walk('')
  return files.sort()
}

function isIgnored(path: string, patterns: readonly Pattern[]): boolean {
  const parts = path.split('/')
  const selfAndParents = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  const last = patterns.findLast(({ matches }) => selfAndParents.some(matches))
  return last !== undefined && !last.isException
}

function mayHoldException(folder: string, patterns: readonly Pattern[]): boolean {
  return patterns.some(({ isException, text }) => isException && text.startsWith(`${folder}/`))
}

function pattern(line: string): Pattern {
  const isException = line.startsWith('!')
  const text = line.replace(/^!/, '').replace(/^\/|\/$/g, '')
  const source = text
    .split(/(\*\*\/|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?'
      if (part === '*') return '[^/]*'
      if (part === '?') return '[^/]'
      return part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
    })
    .join('')
  const regexp = new RegExp(`^${source}$`)
  return { matches: (path) => regexp.test(path), text, isException }
}
