import type { Answer } from './answer.ts'

/** One number or text in which the two differ. */
export interface Delta {
  /** `sources/192.0.2.1/level`, `signatures/623/count`, … */
  readonly path: string
  readonly psad: number | string | undefined
  readonly picket: number | string | undefined
}

/** Every leaf in which two answers differ, by path. */
export function deltasOf(psad: Answer, picket: Answer): Delta[] {
  const theirs = leavesOf(psad)
  const ours = leavesOf(picket)
  const paths = [...new Set([...theirs.keys(), ...ours.keys()])].sort()
  return (
    paths
      .filter((path) => theirs.get(path) !== ours.get(path))
      // Where psad names several chains or interfaces there is nothing to compare.
      .filter((path) => !path.endsWith('/where') || theirs.has(path))
      .map((path) => ({ path, psad: theirs.get(path), picket: ours.get(path) }))
  )
}

function leavesOf(
  value: unknown,
  path = '',
  into = new Map<string, number | string>(),
): Map<string, number | string> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      leavesOf(inner, path === '' ? key : `${path}/${key}`, into)
  } else if (typeof value === 'number' || typeof value === 'string') into.set(path, value)
  return into
}

export function textOf({ path, psad, picket }: Delta): string {
  return `${path}: psad ${psad ?? 'nothing'}, picket ${picket ?? 'nothing'}`
}
