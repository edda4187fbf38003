import type { SyntaxNode } from '@lezer/common'
import { isLabelName } from '../label-set.ts'
import {
  VECTOR_OPERATIONS,
  type AggregationExpr,
  type Grouping,
  type LabelReplaceExpr,
  type MetricExpr,
  type VectorOperation,
} from './ast.ts'
import { parseBinary } from './parse-binary.ts'
import { labelName } from './parse-log.ts'
import { parseRangeAggregation } from './parse-range.ts'
import { compileRe2 } from './regex.ts'
import { listMembers, type QueryTree } from './tree.ts'
import { floatValue } from './units.ts'

export function parseMetric(tree: QueryTree, node: SyntaxNode): MetricExpr {
  const inner = node.firstChild
  switch (inner?.name) {
    case 'MetricExpr':
      return parseMetric(tree, inner)
    case 'RangeAggregationExpr':
      return parseRangeAggregation(tree, inner)
    case 'VectorAggregationExpr':
      return parseVectorAggregation(tree, inner)
    case 'BinOpExpr':
      return parseBinary(tree, inner)
    case 'LiteralExpr':
      return { kind: 'literal', value: numberOf(tree, inner) }
    case 'VectorExpr':
      return { kind: 'vector', value: numberOf(tree, tree.child(inner, 'Number')) }
    case 'LabelReplaceExpr':
      return parseLabelReplace(tree, inner)
    default:
      throw tree.unsupported(inner ?? node)
  }
}

export function numberOf(tree: QueryTree, node: SyntaxNode): number {
  const text = tree.text(node).replaceAll(/\s/g, '')
  const value = /^[+-]?0x[0-9a-f]+$/i.test(text) ? Number(text) : floatValue(text)
  if (value === undefined) throw tree.error(`syntax error: unexpected ${text}`, node)
  return value
}

export function parseGrouping(tree: QueryTree, node: SyntaxNode | null): Grouping | undefined {
  if (node === null) return undefined
  const labels = node.getChild('Labels')
  return {
    without: node.getChild('Without') !== null,
    labels: labels === null ? [] : listMembers(labels).map((label) => labelName(tree, label)),
  }
}

const isRanking = (operation: VectorOperation): boolean =>
  operation === 'topk' || operation === 'bottomk'
const isSort = (operation: VectorOperation): boolean =>
  operation === 'sort' || operation === 'sort_desc'

function parseVectorAggregation(tree: QueryTree, node: SyntaxNode): AggregationExpr {
  const name = tree.text(tree.child(node, 'VectorOp'))
  const operation = VECTOR_OPERATIONS.find((known) => known === name)
  if (operation === undefined) throw tree.unsupported(node)
  const operand = parseMetric(tree, tree.child(node, 'MetricExpr'))
  if (operand.kind === 'literal') {
    throw tree.error(`unexpected literal for aggregation ${operation}`, node)
  }
  const number = node.getChild('Number')
  const parameter = number === null ? undefined : numberOf(tree, number)
  if (isRanking(operation)) {
    if (parameter === undefined)
      throw tree.error(`parameter required for operation ${operation}`, node)
    if (!Number.isInteger(parameter) || parameter <= 0) {
      throw tree.error(`invalid parameter (must be greater than 0) ${operation}(${parameter}`, node)
    }
  } else if (parameter !== undefined) {
    throw tree.error(`unsupported parameter for operation ${operation}(${parameter},`, node)
  }
  const grouping = parseGrouping(tree, node.getChild('Grouping'))
  if (isSort(operation) && grouping !== undefined) {
    throw tree.error(`grouping not allowed for ${operation} aggregation`, node)
  }
  return { kind: 'aggregation', operation, parameter, grouping, operand }
}

function parseLabelReplace(tree: QueryTree, node: SyntaxNode): LabelReplaceExpr {
  const operand = parseMetric(tree, tree.child(node, 'MetricExpr'))
  const strings = node.getChildren('String')
  const [target = '', replacement = '', source = '', pattern = ''] = strings.map((text) =>
    tree.string(text),
  )
  if (!isLabelName(target)) throw tree.error(`invalid label name in label_replace: ${target}`, node)
  const regex = tree.guard(strings[3] ?? node, () => compileRe2(`^(?s:${pattern})$`))
  const groups = regex.namedGroups()
  const replace = (value: string): string | undefined => {
    const matcher = regex.matcher(value)
    if (!matcher.matches()) return undefined
    // As Go expands: the longest name of letters, digits and `_`; a group that is not there is empty.
    return replacement.replaceAll(
      /\$(?:\$|(\w+)|\{(\w+)\})/g,
      (whole, bare?: string, braced?: string) => {
        const name = bare ?? braced
        if (name === undefined) return whole === '$$' ? '$' : whole
        const group = /^\d+$/.test(name) ? Number(name) : groups[name]
        return group === undefined || group > regex.groupCount() ? '' : (matcher.group(group) ?? '')
      },
    )
  }
  return { kind: 'label-replace', operand, target, replacement, source, replace }
}
