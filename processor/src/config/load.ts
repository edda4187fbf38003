import { readFile } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { ConfigError } from '../errors.ts'
import type { ConfigIssue } from '../errors.ts'
import { crossCheck } from './cross-checks.ts'
import { explain } from './explain.ts'
import type { Problem } from './explain.ts'
import { keyTree } from './key-tree.ts'
import { locate } from './locate.ts'
import type { ConfigSource } from './locate.ts'
import { fillNames } from './names.ts'
import { applyOverlays, overlaysFromEnv, overlaysFromSet } from './overlay.ts'
import type { Overlay, Tree } from './overlay.ts'
import { configSchema } from './schema.ts'
import type { Config } from './schema.ts'
import { CONFIG_PLACES } from './search.ts'

export interface LoadOptions {
  /** `--config`; without it the usual places are searched. */
  readonly file?: string | undefined
  /** Values over the file's and under all others: `--psad-conf`. */
  readonly base?: readonly Overlay[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--set key.path=value`, in order. */
  readonly set?: readonly string[]
  /** Short forms of keys, over everything else. */
  readonly flags?: readonly Overlay[]
  readonly cwd: string
  /** `run` and `backfill` need a file and an input. */
  readonly require: boolean
}

export interface LoadedConfig {
  readonly config: Config
  /** The file that was read, as the user would name it; undefined if there was none. */
  readonly file: string | undefined
}

/**
 * The configuration: file, then `base`, PICKET_ variables, `--set` and flags, each over those before.
 * Throws a ConfigError that holds every problem at once.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const keys = keyTree(configSchema)
  const fromEnv = overlaysFromEnv(options.env, keys)
  const fromSet = overlaysFromSet(options.set ?? [], keys)
  const overlays = [
    ...(options.base ?? []),
    ...fromEnv.overlays,
    ...fromSet.overlays,
    ...(options.flags ?? []),
  ]
  const issues = [...fromEnv.issues, ...fromSet.issues]

  const found = await readConfig(options)
  if (found === undefined && options.require)
    throw new ConfigError([
      ...issues,
      {
        path: '',
        message: `no configuration: expected --config FILE, or one of ${CONFIG_PLACES.join(', ')}; \`picket init --loki URL\` writes one`,
      },
    ])
  const source = found === undefined ? undefined : parse(found)
  const syntax = source === undefined ? [] : syntaxIssues(source)
  // Behind a syntax error every other line of the file may be misread.
  if (syntax.length > 0) throw new ConfigError([...syntax, ...issues])

  const tree = treeOf(source)
  issues.push(...applyOverlays(tree, overlays))
  const problems: Problem[] = crossCheck(tree)
  fillNames(tree)
  const result = configSchema.safeParse(tree)
  if (!result.success)
    problems.push(...result.error.issues.flatMap((issue) => explain(issue, tree, keys)))
  if (options.require && noInput(tree))
    problems.push({
      path: ['sources'],
      at: 'key',
      message: 'no input: expected at least one entry, as in { type: loki, url: …, query: … }',
    })
  for (const { path, message, at } of problems)
    issues.push({ ...locate(path, overlays, source, at), path: path.join('.'), message })
  if (issues.length > 0 || !result.success) throw new ConfigError(issues.sort(byPlace))
  return { config: result.data, file: found?.file }
}

async function readConfig(
  options: LoadOptions,
): Promise<{ file: string; text: string } | undefined> {
  const places = options.file === undefined ? CONFIG_PLACES : [options.file]
  for (const place of places) {
    const file = shown(place, options.cwd)
    try {
      return { file, text: await readFile(resolve(options.cwd, place), 'utf8') }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' && options.file === undefined) continue
      throw new ConfigError([{ file, path: '', message: `cannot be read: ${reasonOf(code)}` }], {
        cause: error,
      })
    }
  }
  return undefined
}

function shown(place: string, cwd: string): string {
  if (isAbsolute(place)) return place
  const short = relative(cwd, resolve(cwd, place))
  return short.startsWith('..') ? place : short
}

/** Why a file cannot be read, in words. */
export function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
      return 'no such file'
    case 'EACCES':
      return 'permission denied'
    case 'EISDIR':
      return 'it is a directory'
    default:
      return code ?? 'unknown error'
  }
}

function parse({ file, text }: { file: string; text: string }): ConfigSource {
  const lines = new LineCounter()
  return { file, lines, document: parseDocument(text, { lineCounter: lines, prettyErrors: false }) }
}

/** Where the parser's own words need a translation. */
const SYNTAX: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands twice: expected each key once',
  TAB_AS_INDENT: 'a tab indents this line: expected blanks',
}

function syntaxIssues({ file, lines, document }: ConfigSource): ConfigIssue[] {
  return document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0])
    return {
      file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: '',
      message: SYNTAX[error.code] ?? error.message,
    }
  })
}

/** The file as plain values; an empty file is an empty configuration. */
function treeOf(source: ConfigSource | undefined): Tree {
  if (source === undefined) return {}
  let value: unknown
  try {
    value = source.document.toJS()
  } catch (error) {
    // Aliases without anchor, or so many that the file would explode.
    const message = error instanceof Error ? error.message : String(error)
    throw new ConfigError([{ file: source.file, path: '', message }], { cause: error })
  }
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Tree
  throw new ConfigError([
    {
      ...locate([], [], source),
      path: '',
      message: 'is no configuration: expected keys and values, as in `homeNet: [any]`',
    },
  ])
}

function noInput(tree: Tree): boolean {
  const { sources, http } = tree as { sources?: unknown; http?: { push?: unknown } | null }
  return (
    (sources === undefined ||
      sources === null ||
      (Array.isArray(sources) && sources.length === 0)) &&
    http?.push !== true
  )
}

function byPlace(a: ConfigIssue, b: ConfigIssue): number {
  if (a.line === undefined || b.line === undefined)
    return Number(a.line === undefined) - Number(b.line === undefined)
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0)
}
