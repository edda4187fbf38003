import { SURENESS } from './fingerprint.ts'
import type { OsLabel, Sureness } from './fingerprint.ts'

const SUFFIXES: Readonly<Record<Sureness, string>> = {
  exact: '',
  generic: ' (likely)',
  approximate: ' (possible)',
}

/**
 * A label of the p0f form, `genre:version:subtype:details`. A genre that begins with @ says of itself that it fits a group of
 * systems; * and - mark the stacks of tools.
 */
export function labelOf(raw: string): OsLabel {
  const [genre = '', version = '', subtype = ''] = raw.split(':').map((part) => part.trim())
  const text = [genre.replace(/^[@*-]/, ''), version, subtype].filter((part) => part !== '')
  return {
    text: text.join(' '),
    raw,
    sureness: genre.startsWith('@') ? 'approximate' : 'exact',
  }
}

/** `Windows 10 or 11 (likely)`. */
export function labelText({ text, sureness }: OsLabel): string {
  return text + SUFFIXES[sureness]
}

/** The texts of labels, most sure first, ties by text; a text that is said twice stands with its best sureness. */
export function labelTexts(labels: readonly OsLabel[]): string[] {
  const best = new Map<string, OsLabel>()
  for (const label of labels) {
    const known = best.get(label.text)
    if (known === undefined || rank(label) < rank(known)) best.set(label.text, label)
  }
  return [...best.values()]
    .sort((a, b) => rank(a) - rank(b) || (a.text < b.text ? -1 : 1))
    .map(labelText)
}

export function rank(label: OsLabel): number {
  return SURENESS.indexOf(label.sureness)
}
