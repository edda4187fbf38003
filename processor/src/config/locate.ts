import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Document, LineCounter, Node } from 'yaml'
import type { ConfigIssue } from '../errors.ts'
import type { Overlay } from './overlay.ts'

/** A parsed file with the means to say where a key stands in it. */
export interface ConfigSource {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
}

export type KeyPath = readonly (string | number)[]

/**
 * Where a problem with the value at `path` is to be put right: the overlay that gave the value, else line and
 * column of the file. A key that is missing is placed at what should hold it.
 */
export function locate(
  path: KeyPath,
  overlays: readonly Overlay[],
  source: ConfigSource | undefined,
  at: 'value' | 'key' = 'value',
): Pick<ConfigIssue, 'file' | 'line' | 'column'> {
  const overlay =
    overlays.findLast(({ path: over }) => over.every((key, i) => key === String(path[i]))) ??
    // A key that is not in the file came with an overlay of something below it.
    (source?.document.hasIn(path) === true
      ? undefined
      : overlays.find(({ path: over }) => path.every((key, i) => String(key) === over[i])))
  if (overlay !== undefined) return { file: overlay.origin }
  if (source === undefined) {
    const related = overlays.find((candidate) =>
      path.slice(0, -1).every((key, i) => String(key) === candidate.path[i]),
    )
    return related === undefined || path.length < 2 ? {} : { file: related.origin }
  }
  const offset = offsetOf(source.document, path, at)
  const { line, col } = source.lines.linePos(offset)
  return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Offset of the value (or key) at the path, or of the nearest thing above it that is there. */
function offsetOf(document: Document, path: KeyPath, at: 'value' | 'key'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key: name }) => String(isScalar(name) ? name.value : name) === String(key),
      )
      if (pair === undefined) break
      const keyOffset = startOf(pair.key)
      const valueOffset = startOf(pair.value)
      offset = (isLast && at === 'key' ? keyOffset : (valueOffset ?? keyOffset)) ?? offset
      // A key without a value has an empty node somewhere behind it: the key says more.
      if (isScalar(pair.value) && pair.value.source === '') offset = keyOffset ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(key)]
      if (node === undefined) break
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? ((node as Node).range?.[0] ?? undefined) : undefined
}
