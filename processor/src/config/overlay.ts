import { parse as parseYaml } from 'yaml'
import type { ConfigIssue } from '../errors.ts'
import { childOf, keysOf } from './key-tree.ts'
import type { KeyNode } from './key-tree.ts'
import { isConfigVariable } from './search.ts'
import { suggestion } from './suggest.ts'

/** One value laid over the file: from the environment, `--set` or a flag. */
export interface Overlay {
  readonly path: readonly string[]
  /** As the user knows it: `PICKET_HOMENET`, `--set`, `--home-net`. */
  readonly origin: string
  readonly value: unknown
}

/** A plain tree of objects, arrays and scalars that overlays are written into. */
export type Tree = Record<string, unknown>

const MAX_INDEX = 9999

/** `PICKET_SOURCES__0__URL=…` and its kin; unknown ones become issues. */
export function overlaysFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  keys: KeyNode,
): { overlays: Overlay[]; issues: ConfigIssue[] } {
  const overlays: Overlay[] = []
  const issues: ConfigIssue[] = []
  const names = Object.keys(env)
    .filter((name) => isConfigVariable(name) && env[name] !== undefined)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  for (const name of names) {
    const found = resolveEnvPath(name, keys)
    if ('problem' in found) issues.push({ path: name, message: found.problem })
    else
      addValue(overlays, issues, {
        path: found.path,
        origin: name,
        text: env[name] ?? '',
        node: found.node,
      })
  }
  return { overlays, issues }
}

function resolveEnvPath(
  name: string,
  keys: KeyNode,
): { path: string[]; node: KeyNode } | { problem: string } {
  let node = keys
  const path: string[] = []
  for (const part of name.slice('PICKET_'.length).split('__')) {
    const known = [...keysOf(node).keys()]
    // Words are joined: HOMENET is homeNet. In a record (headers) the name is taken in lower case.
    const key =
      node.kind === 'list' || node.kind === 'record'
        ? part.toLowerCase()
        : known.find((candidate) => candidate.toUpperCase() === part)
    const child = key === undefined ? undefined : childOf(node, key)
    if (key === undefined || child === undefined) {
      const meant = suggestion(
        part,
        known.map((candidate) => candidate.toUpperCase()),
      )
      const where = path.length === 0 ? '' : ` in ${path.join('.')}`
      return { problem: `no configuration key is called ${JSON.stringify(part)}${where}${meant}` }
    }
    path.push(key)
    node = child
  }
  return { path, node }
}

/** `--set key.path=value`, in order. */
export function overlaysFromSet(
  settings: readonly string[],
  keys: KeyNode,
): { overlays: Overlay[]; issues: ConfigIssue[] } {
  const overlays: Overlay[] = []
  const issues: ConfigIssue[] = []
  for (const setting of settings) {
    const at = setting.indexOf('=')
    const path = setting.slice(0, Math.max(at, 0)).split('.')
    if (at === -1 || path.includes('')) {
      issues.push({
        path: '--set',
        message: `${JSON.stringify(setting)} is no setting: expected key.path=value, as in detection.scanTimeout=10m`,
      })
      continue
    }
    let node: KeyNode | undefined = keys
    for (const part of path) node = node === undefined ? undefined : childOf(node, part)
    const text = setting.slice(at + 1)
    addValue(overlays, issues, { path, origin: '--set', text, node: node ?? { kind: 'value' } })
  }
  return { overlays, issues }
}

function addValue(
  overlays: Overlay[],
  issues: ConfigIssue[],
  {
    path,
    origin,
    text,
    node,
  }: { path: readonly string[]; origin: string; text: string; node: KeyNode },
): void {
  try {
    overlays.push({ path, origin, value: readValue(text, node) })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    issues.push({ path: origin, message: `${JSON.stringify(text)} is no YAML value: ${reason}` })
  }
}

/**
 * A value as YAML has it (`[a, b]`, `5`, `true`), but text where the key takes text: a LogQL selector or a
 * token must not be taken for a map, a number or a comment. A single word for a list is a list of one.
 */
function readValue(text: string, node: KeyNode): unknown {
  const isQuoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')$/s.test(text)
  if ((node.kind === 'text' || node.kind === 'duration') && !isQuoted) return text
  const value: unknown = parseYaml(text)
  if (node.kind === 'list' && value !== null && typeof value !== 'object')
    return [node.item.kind === 'text' ? text : value]
  return value
}

/** Writes overlays into the tree, later ones over earlier ones; what cannot be written becomes an issue. */
export function applyOverlays(tree: Tree, overlays: readonly Overlay[]): ConfigIssue[] {
  const issues: ConfigIssue[] = []
  for (const { path, origin, value } of overlays) {
    const problem = write(tree, path, value)
    if (problem !== undefined) issues.push({ path: origin, message: problem })
  }
  return issues
}

function write(tree: Tree, path: readonly string[], value: unknown): string | undefined {
  let parent: unknown = tree
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1
    const next = path[depth + 1]
    const empty = (): unknown => (next !== undefined && /^\d+$/.test(next) ? [] : {})
    if (Array.isArray(parent)) {
      const index = Number(key)
      if (!/^\d+$/.test(key) || index > Math.min(parent.length, MAX_INDEX))
        return `there is no ${path.slice(0, depth + 1).join('.')}: expected an index from 0 to ${parent.length}`
      if (isLast) parent[index] = value
      else parent[index] = container(parent[index]) ?? empty()
      parent = parent[index]
    } else {
      const object = parent as Tree
      // Own properties only, so that a path such as __proto__ is a key like any other.
      const current = Object.hasOwn(object, key) ? object[key] : undefined
      const child = isLast ? value : (container(current) ?? empty())
      Object.defineProperty(object, key, {
        value: child,
        enumerable: true,
        configurable: true,
        writable: true,
      })
      parent = child
    }
  }
  return undefined
}

function container(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined
}
