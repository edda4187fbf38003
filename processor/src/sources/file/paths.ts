import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** The files that the configured paths mean now, sorted; `*` in the last part only. */
export async function expandPaths(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const path of paths) {
    if (!path.includes('*')) {
      found.add(path)
      continue
    }
    const pattern = new RegExp(`^${basename(path).split('*').map(escape).join('.*')}$`)
    const folder = dirname(path)
    for (const name of await names(folder)) if (pattern.test(name)) found.add(join(folder, name))
  }
  return [...found].sort()
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}
