import { parser } from '@grafana/lezer-logql'
import type { SyntaxNode, Tree } from '@lezer/common'
import { parseError, type StoreError } from '../store-error.ts'
import { unquote } from './strings.ts'

/** Loki's parser takes 128 KiB. */
const MAX_QUERY = 128 * 1024
const MAX_DEPTH = 2000

/** A query with its syntax tree, which has no errors but those that `isTolerated` names. */
export class QueryTree {
  readonly query: string
  readonly top: SyntaxNode

  private constructor(query: string, tree: Tree) {
    this.query = query
    const expression = tree.topNode.getChild('Expr')
    if (expression === null) throw parseError('syntax error: unexpected $end')
    this.top = expression
  }

  /** Throws a 400 with line and column. */
  static parse(query: string): QueryTree {
    if (query.length > MAX_QUERY)
      throw parseError(`input size too long (${query.length} > ${MAX_QUERY})`)
    if (query.trim() === '') throw parseError('syntax error: unexpected $end')
    let tree: Tree
    try {
      tree = parser.parse(query)
    } catch (error) {
      throw parseError(`query cannot be read: ${(error as Error).message}`)
    }
    checkErrors(query, tree)
    return new QueryTree(query, tree)
  }

  text(node: SyntaxNode): string {
    return this.query.slice(node.from, node.to)
  }

  error(message: string, node: SyntaxNode): StoreError {
    return parseError(message, this.query, node.from)
  }

  /** The node is known to the grammar and not to this store. */
  unsupported(node: SyntaxNode): StoreError {
    return this.error(
      `syntax error: unexpected ${this.text(node)}, not supported by this store`,
      node,
    )
  }

  child(node: SyntaxNode, name: string): SyntaxNode {
    const child = node.getChild(name)
    if (child === null) throw this.error(`syntax error: expected ${name}`, node)
    return child
  }

  string(node: SyntaxNode): string {
    const value = unquote(this.text(node))
    if (value === undefined) {
      throw this.error(`syntax error: invalid string ${this.text(node)}`, node)
    }
    return value
  }

  /** What `make` throws becomes an error at this node. */
  guard<T>(node: SyntaxNode, make: () => T): T {
    try {
      return make()
    } catch (error) {
      throw this.error((error as Error).message, node)
    }
  }
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

/** A list of the grammar is nested to the left, `List(List(a), b)`: its members in order, flat. */
export function listMembers(list: SyntaxNode): SyntaxNode[] {
  const members: SyntaxNode[] = []
  for (let node: SyntaxNode | null = list; node !== null;) {
    const children = childrenOf(node)
    const inner: SyntaxNode | undefined = children[0]?.name === list.name ? children[0] : undefined
    members.push(...children.slice(inner === undefined ? 0 : 1).reverse())
    node = inner ?? null
  }
  return members.reverse()
}

/**
 * Loki knows `[5m] offset 1h` behind an `unwrap`, this grammar does not: it leaves two error nodes, which
 * hold exactly `offset` and the duration.
 */
export function strayOffset(node: SyntaxNode): SyntaxNode | undefined {
  const errors = childrenOf(node).filter(({ type }) => type.isError)
  const [offset, duration] = errors
  if (errors.length !== 2 || offset?.firstChild?.name !== 'Offset') return undefined
  const inner = duration?.firstChild
  return inner?.name === 'Duration' && inner.nextSibling === null ? inner : undefined
}

function checkErrors(query: string, tree: Tree): void {
  let depth = 0
  let first: { at: number } | undefined
  tree.iterate({
    enter(node) {
      if (++depth > MAX_DEPTH) throw parseError('query is nested too deeply')
      if (!node.type.isError || (first !== undefined && first.at <= node.from)) return
      const parent = node.node.parent
      if (parent?.name === 'RangeAggregationExpr' && strayOffset(parent) !== undefined) return
      if (parent?.name === 'Selector' && /^\{\s*\}/.test(query.slice(parent.from))) throw tooWide()
      first = { at: node.from }
    },
    leave() {
      depth--
    },
  })
  if (first === undefined) return
  const rest = query.slice(first.at)
  const skipped = rest.length - rest.trimStart().length
  const at = first.at + (skipped < rest.length ? skipped : 0)
  throw parseError(`syntax error: unexpected ${tokenName(query.slice(at))}`, query, at)
}

/** A selector that every stream could match. */
export function tooWide(): StoreError {
  return parseError(
    'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
  )
}

/** What Loki's parser calls the thing that it did not expect. */
function tokenName(rest: string): string {
  if (rest.trim() === '') return '$end'
  const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0]
  if (word !== undefined) return 'IDENTIFIER'
  if (/^["'`]/.test(rest)) return 'STRING'
  if (/^\d/.test(rest)) return 'NUMBER'
  return /^(?:[|!=]~|[|!]=|==|[<>]=|[|!]>|.)/s.exec(rest)?.[0] ?? '$end'
}
