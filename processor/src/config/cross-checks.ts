import { quote } from './checks.ts'
import type { Problem } from './explain.ts'

type Tree = Record<string, unknown>

/** A name becomes a folder below the state directory and a label of metrics. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/

/**
 * What no single key can tell: names used twice, a secret given in two ways. Looks at the values before they
 * are validated, so that these problems are reported together with all others.
 */
export function crossCheck(tree: unknown): Problem[] {
  const root = asTree(tree)
  const problems = secretProblems(asTree(root['http']), ['http'])
  for (const list of ['sources', 'sinks']) {
    const components = Array.isArray(root[list]) ? (root[list] as unknown[]) : []
    const firstWithName = new Map<string, number>()
    components.forEach((item, i) => {
      const component = asTree(item)
      problems.push(...secretProblems(component, [list, i]))
      const name = component['name']
      if (typeof name !== 'string') return
      const path = [list, i, 'name']
      const first = firstWithName.get(name)
      if (!NAME.test(name))
        problems.push({
          path,
          at: 'value',
          message: `${quote(name)} is no name: expected at most 64 letters, digits, dots, hyphens and underscores`,
        })
      else if (first !== undefined)
        problems.push({
          path,
          at: 'value',
          message: `${quote(name)} is the name of ${list}.${first} already: expected a name of its own`,
        })
      else firstWithName.set(name, i)
    })
  }
  return problems
}

function secretProblems(component: Tree, path: readonly (string | number)[]): Problem[] {
  const problems: Problem[] = []
  const has = (key: string): boolean => component[key] !== undefined && component[key] !== null
  for (const secret of ['token', 'password'])
    if (has(secret) && has(`${secret}File`))
      problems.push({
        path: [...path, `${secret}File`],
        at: 'key',
        message: `stands beside ${secret}: expected only one of the two`,
      })
  if ((has('password') || has('passwordFile')) && !has('username'))
    problems.push({
      path: [...path, has('password') ? 'password' : 'passwordFile'],
      at: 'key',
      message: 'has no username beside it: expected both',
    })
  if (has('username') && (has('token') || has('tokenFile')))
    problems.push({
      path: [...path, has('token') ? 'token' : 'tokenFile'],
      at: 'key',
      message: 'stands beside username: expected basic or bearer authentication, not both',
    })
  return problems
}

function asTree(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
}
