import type { z } from 'zod'
import { quote } from './checks.ts'
import { childOf, keysOf } from './key-tree.ts'
import type { KeyNode } from './key-tree.ts'
import type { KeyPath } from './locate.ts'
import { isSecretKey } from './secrets.ts'
import { suggestion } from './suggest.ts'

type ZodIssue = z.core.$ZodIssue

/** A problem before it has a place. `at` says whether the key or its value is wrong. */
export interface Problem {
  readonly path: KeyPath
  readonly message: string
  readonly at: 'value' | 'key'
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, as in [a, b]',
  tuple: 'a list, as in [a, b]',
  object: 'a group of keys',
  record: 'a group of keys',
}

/** A zod issue in the words of the person who wrote the value: what stands there, and what was expected. */
export function explain(issue: ZodIssue, root: unknown, keys: KeyNode): Problem[] {
  const path = issue.path as (string | number)[]
  const value = valueAt(root, path)
  const shown = isSecretKey(String(path.at(-1) ?? '')) ? 'the value' : quote(value)
  const problem = (message: string): Problem[] => [{ path, message, at: 'value' }]
  const expected = (what: string): Problem[] =>
    problem(
      value === undefined
        ? `is missing: expected ${what}`
        : value === null
          ? `is empty: expected ${what}`
          : `${shown} does not fit: expected ${what}`,
    )
  if (!ZOD_WORDS.test(issue.message)) return problem(withValue(issue.message, value, shown))
  switch (issue.code) {
    case 'unrecognized_keys': {
      const type = valueAt(root, [...path, 'type'])
      const node = nodeAt(keys, root, path)
      const known = node === undefined ? [] : [...keysOf(node, type).keys()]
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown key${suggestion(key, known) || `: expected one of ${known.join(', ')}`}`,
        at: 'key',
      }))
    }
    case 'invalid_type':
      return expected(
        nodeAt(keys, root, path)?.kind === 'duration'
          ? DURATION
          : (WORDS[issue.expected] ?? issue.expected),
      )
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      return expected(oneOf(allowed, value))
    }
    case 'invalid_union': {
      const node = nodeAt(keys, root, path.slice(0, -1))
      if (node?.kind === 'choice' && path.at(-1) === 'type')
        return expected(oneOf([...node.options.keys()], value))
      if (nodeAt(keys, root, path)?.kind === 'duration') return expected(DURATION)
      const wanted = new Set(
        issue.errors
          .flat()
          .map((inner) =>
            inner.code === 'invalid_type'
              ? (WORDS[inner.expected] ?? inner.expected)
              : inner.message,
          ),
      )
      return expected([...wanted].join(' or '))
    }
    case 'too_small':
      return issue.origin === 'array'
        ? expected(
            issue.exact === true
              ? `exactly ${issue.minimum} entries`
              : `${atLeast(issue.minimum)} in the list`,
          )
        : issue.origin === 'string'
          ? expected('text that is not empty')
          : expected(`${issue.minimum} or more`)
    case 'too_big':
      return issue.origin === 'array'
        ? expected(`at most ${issue.maximum} entries`)
        : expected(`${issue.maximum} or less`)
    default:
      return problem(issue.message)
  }
}

/** How messages begin that the schema did not word itself. */
const ZOD_WORDS = /^(?:Invalid|Too |Unrecognized)/

/** A message of the schema's own, with the value in front unless it names it. */
function withValue(message: string, value: unknown, shown: string): string {
  if (value === undefined) return `is missing: ${message}`
  return message.includes(shown) ? message : `${shown}: ${message}`
}

const DURATION = 'a duration, as in 500ms, 5s, 10m, 1h or 30d'

function atLeast(minimum: number | bigint): string {
  return Number(minimum) === 1 ? 'at least one entry' : `at least ${minimum} entries`
}

function oneOf(allowed: readonly string[], value: unknown): string {
  const list = allowed.length === 1 ? (allowed[0] ?? '') : `one of ${allowed.join(', ')}`
  return typeof value === 'string' ? `${list}${suggestion(value, allowed)}` : list
}

export function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

function nodeAt(keys: KeyNode, root: unknown, path: KeyPath): KeyNode | undefined {
  let node: KeyNode | undefined = keys
  for (const [depth, key] of path.entries()) {
    if (node === undefined) return undefined
    node = childOf(node, key, valueAt(root, [...path.slice(0, depth), 'type']))
  }
  return node
}
