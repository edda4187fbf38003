import type { SyntaxNode } from '@lezer/common'
import type { Expr, LogExpr } from './ast.ts'
import { parseLog, parseSelector } from './parse-log.ts'
import { parseMetric } from './parse-metric.ts'
import { QueryTree } from './tree.ts'
import type { StreamMatcher } from '../stream-index.ts'
import { parseError } from '../store-error.ts'

/** Reads a LogQL query. Throws a `StoreError` with status 400 and Loki's kind of sentence. */
export function parseQuery(query: string): Expr {
  const tree = QueryTree.parse(query)
  const [expression] = [tree.top.firstChild]
  if (expression === null) throw parseError('syntax error: unexpected $end')
  return expression.name === 'LogExpr'
    ? parseLogExpression(tree, expression)
    : parseMetric(tree, expression)
}

export function isLog(expression: Expr): expression is LogExpr {
  return expression.kind === 'log'
}

/** A selector alone, as `match[]` takes it. `{}` is allowed and matches everything. */
export function parseMatchers(query: string): readonly StreamMatcher[] {
  if (/^\s*\{\s*\}\s*$/.test(query)) return []
  const tree = QueryTree.parse(query)
  const expression = tree.top.firstChild
  if (expression?.name !== 'LogExpr') throw parseError('only label matchers are supported')
  if (expression.getChild('PipelineExpr') !== null) {
    throw parseError('only label matchers are supported')
  }
  return parseSelector(tree, tree.child(expression, 'Selector'))
}

function parseLogExpression(tree: QueryTree, node: SyntaxNode): LogExpr {
  const inner = node.getChild('LogExpr')
  return inner === null ? parseLog(tree, node) : parseLogExpression(tree, inner)
}
