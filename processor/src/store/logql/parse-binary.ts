import type { SyntaxNode } from '@lezer/common'
import {
  BINARY_OPERATORS,
  type BinaryExpr,
  type BinaryOperator,
  type Matching,
  type MetricExpr,
} from './ast.ts'
import { labelName } from './parse-log.ts'
import { parseMetric } from './parse-metric.ts'
import { childrenOf, listMembers, type QueryTree } from './tree.ts'

interface Operator {
  readonly operator: BinaryOperator
  readonly bool: boolean
  readonly matching: Matching | undefined
  readonly node: SyntaxNode
}

/**
 * The grammar gives `*` and `^` no precedence over `+`: `1 + 2 * 3` comes as a tree for `(1 + 2) * 3`. So
 * the tree is laid flat and built anew by Loki's order, parentheses kept.
 */
export function parseBinary(tree: QueryTree, node: SyntaxNode): MetricExpr {
  const operands: MetricExpr[] = []
  const operators: Operator[] = []
  flatten(tree, node, operands, operators)
  return build(tree, operands, operators)
}

function flatten(
  tree: QueryTree,
  node: SyntaxNode,
  operands: MetricExpr[],
  operators: Operator[],
): void {
  const [left, operator, modifier, right] = childrenOf(node)
  if (
    left === undefined ||
    operator === undefined ||
    modifier === undefined ||
    right === undefined
  ) {
    throw tree.unsupported(node)
  }
  side(tree, left, operands, operators)
  operators.push(parseOperator(tree, operator, modifier))
  side(tree, right, operands, operators)
}

function side(
  tree: QueryTree,
  expression: SyntaxNode,
  operands: MetricExpr[],
  operators: Operator[],
): void {
  const node = expression.firstChild
  if (node?.name !== 'MetricExpr') {
    throw tree.error('unexpected type for leg of binary operation (log selector)', expression)
  }
  const inner = node.firstChild
  if (inner?.name === 'BinOpExpr') flatten(tree, inner, operands, operators)
  else operands.push(parseMetric(tree, node))
}

const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '>', '>=', '<', '<='],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
]

const levelOf = (operator: BinaryOperator): number =>
  LEVELS.findIndex((level) => level.includes(operator))

/** Two stacks, as for any calculator; `^` alone binds to the right. */
function build(
  tree: QueryTree,
  operands: readonly MetricExpr[],
  operators: readonly Operator[],
): MetricExpr {
  const values: MetricExpr[] = [operands[0]!]
  const waiting: Operator[] = []
  const reduce = (): void => {
    const right = values.pop()!
    const left = values.pop()!
    values.push(join(tree, waiting.pop()!, left, right))
  }
  for (const [i, operator] of operators.entries()) {
    const level = levelOf(operator.operator)
    for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
      const topLevel = levelOf(top.operator)
      if (topLevel < level || (topLevel === level && operator.operator === '^')) break
      reduce()
    }
    waiting.push(operator)
    values.push(operands[i + 1]!)
  }
  while (waiting.length > 0) reduce()
  return values[0]!
}

const isSetOperator = (operator: BinaryOperator): boolean => levelOf(operator) <= 1
const isComparison = (operator: BinaryOperator): boolean => levelOf(operator) === 2

function join(
  tree: QueryTree,
  operator: Operator,
  left: MetricExpr,
  right: MetricExpr,
): BinaryExpr {
  const { bool, matching, node } = operator
  if (isSetOperator(operator.operator) && (left.kind === 'literal' || right.kind === 'literal')) {
    throw tree.error(
      `unexpected literal for leg of logical/set binary operation (${operator.operator})`,
      node,
    )
  }
  if (bool && !isComparison(operator.operator)) {
    throw tree.error(`bool modifier is allowed behind comparisons only`, node)
  }
  if (isSetOperator(operator.operator) && matching?.many !== undefined) {
    throw tree.error(`no grouping allowed for ${operator.operator} operation`, node)
  }
  return { kind: 'binary', operator: operator.operator, bool, matching, left, right }
}

function parseOperator(tree: QueryTree, node: SyntaxNode, modifier: SyntaxNode): Operator {
  const operator = BINARY_OPERATORS.find((known) => known === tree.text(node))
  if (operator === undefined) throw tree.unsupported(node)
  const bool = modifier.getChild('Bool') !== null
  return { operator, bool, matching: parseMatching(tree, modifier), node }
}

function parseMatching(tree: QueryTree, modifier: SyntaxNode): Matching | undefined {
  const node = modifier.getChild('OnOrIgnoringModifier')
  if (node === null) return undefined
  const left = modifier.getChild('GroupLeft')
  const right = modifier.getChild('GroupRight')
  return {
    on: node.getChild('On') !== null,
    labels: labelsOf(tree, tree.child(node, 'GroupingLabels')),
    many: left === null ? (right === null ? undefined : 'right') : 'left',
    include: labelsOf(tree, modifier.getChild('GroupingLabels')),
  }
}

function labelsOf(tree: QueryTree, node: SyntaxNode | null): string[] {
  const list = node?.getChild('GroupingLabelList') ?? null
  if (list === null) return []
  return listMembers(list).map((label) => labelName(tree, label))
}
