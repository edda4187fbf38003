import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** One configured path; `*` in the last part stands for any characters but a slash. */
interface PathPattern {
  readonly text: string
  readonly folder: string
  /** Undefined for a plain path. */
  readonly name: RegExp | undefined
}

/** The configured paths, as a question. */
export class PathPatterns {
  readonly #patterns: readonly PathPattern[]

  constructor(paths: readonly string[]) {
    this.#patterns = paths.map((text) => ({
      text,
      folder: dirname(text),
      name: text.includes('*')
        ? new RegExp(`^${basename(text).split('*').map(escape).join('.*')}$`)
        : undefined,
    }))
  }

  /** The patterns that a path comes from. */
  matching(path: string): string[] {
    return this.#patterns
      .filter(({ text, folder, name }) =>
        name === undefined ? text === path : folder === dirname(path) && name.test(basename(path)),
      )
      .map(({ text }) => text)
  }

  /** The paths that are meant now, sorted: plain ones whether they exist or not. Throws what reading a folder throws. */
  async expand(): Promise<string[]> {
    const found = new Set<string>()
    for (const { text, folder, name } of this.#patterns) {
      if (name === undefined) found.add(text)
      else
        for (const entry of await namesIn(folder))
          if (name.test(entry)) found.add(join(folder, entry))
    }
    return [...found].sort()
  }
}

/** Names in a folder, sorted; none if it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}
