import type { SyntaxNode } from '@lezer/common'
import {
  RANGE_OPERATIONS,
  type RangeExpr,
  type RangeOperation,
  type Stage,
  type Unwrap,
} from './ast.ts'
import { parseLabelFilter } from './parse-label-filter.ts'
import { labelName, parseLog } from './parse-log.ts'
import { numberOf, parseGrouping } from './parse-metric.ts'
import { labelFilter } from './stages/label-filter.ts'
import { childrenOf, strayOffset, type QueryTree } from './tree.ts'
import { durationNs, floatValue, sizeBytes, valueDurationNs } from './units.ts'

/** The operations that count lines; all others but `rate` work on a number taken from them. */
const COUNTING: readonly RangeOperation[] = ['count_over_time', 'bytes_over_time', 'bytes_rate']
const WITH_OR_WITHOUT: readonly RangeOperation[] = ['rate', 'absent_over_time']
const WITH_GROUPING: readonly RangeOperation[] = [
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'first_over_time',
  'last_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
]

/** Go's durations end at 292 years. */
const MAX_DURATION_NS = 2 ** 63

export function parseRangeAggregation(tree: QueryTree, node: SyntaxNode): RangeExpr {
  const name = tree.text(tree.child(node, 'RangeOp'))
  const operation = RANGE_OPERATIONS.find((known) => known === name)
  if (operation === undefined) throw tree.unsupported(node)
  let range = tree.child(node, 'LogRangeExpr')
  for (
    let inner = range.getChild('LogRangeExpr');
    inner !== null;
    inner = range.getChild('LogRangeExpr')
  ) {
    range = inner
  }
  const number = node.getChild('Number')
  const unwrapNode = range.getChild('UnwrapExpr')
  const expression: RangeExpr = {
    kind: 'range',
    operation,
    parameter: number === null ? undefined : numberOf(tree, number),
    log: parseLog(tree, range),
    unwrap: unwrapNode === null ? undefined : parseUnwrap(tree, unwrapNode),
    rangeNs: duration(tree, tree.child(tree.child(range, 'Range'), 'Duration')),
    offsetNs: offsetOf(tree, node, range),
    grouping: parseGrouping(tree, node.getChild('Grouping')),
  }
  const problem = problemOf(expression)
  if (problem !== undefined) throw tree.error(problem, node)
  return expression
}

function problemOf({
  operation,
  parameter,
  unwrap,
  grouping,
  rangeNs,
}: RangeExpr): string | undefined {
  if (rangeNs <= 0n) return `invalid range of ${operation}: it must be longer than 0`
  if (grouping !== undefined && !WITH_GROUPING.includes(operation)) {
    return `grouping not allowed for ${operation} aggregation`
  }
  if (COUNTING.includes(operation) && unwrap !== undefined) {
    return `invalid aggregation ${operation} with unwrap`
  }
  if (![...COUNTING, ...WITH_OR_WITHOUT].includes(operation) && unwrap === undefined) {
    return `invalid aggregation ${operation} without unwrap`
  }
  if ((operation === 'quantile_over_time') !== (parameter !== undefined)) {
    return parameter === undefined
      ? `parameter required for operation ${operation}`
      : `parameter ${parameter} not supported for operation ${operation}`
  }
  return undefined
}

function offsetOf(tree: QueryTree, node: SyntaxNode, range: SyntaxNode): bigint {
  const offset = range.getChild('OffsetExpr')
  if (offset !== null) return duration(tree, tree.child(offset, 'Duration'))
  const stray = strayOffset(node)
  return stray === undefined ? 0n : duration(tree, stray)
}

function duration(tree: QueryTree, node: SyntaxNode): bigint {
  const ns = durationNs(tree.text(node))
  if (ns === undefined || ns > MAX_DURATION_NS) {
    throw tree.error(`not a valid duration string: ${JSON.stringify(tree.text(node))}`, node)
  }
  return BigInt(ns)
}

/** Filters behind `unwrap` are nested around it. */
function parseUnwrap(tree: QueryTree, node: SyntaxNode): Unwrap {
  const filters: Stage[] = []
  let at = node
  for (let inner = at.getChild('UnwrapExpr'); inner !== null; inner = at.getChild('UnwrapExpr')) {
    filters.unshift(labelFilter(parseLabelFilter(tree, tree.child(at, 'LabelFilter'))))
    at = inner
  }
  const label = labelName(tree, tree.child(at, 'Identifier'))
  const conversion = at.getChild('ConvOp')
  return { label, convert: converter(tree, conversion), filters }
}

function converter(tree: QueryTree, node: SyntaxNode | null): Unwrap['convert'] {
  const name = node === null ? '' : tree.text(node)
  switch (name) {
    case '':
      return floatValue
    case 'bytes':
      return sizeBytes
    case 'duration':
    case 'duration_seconds':
      return (value) => {
        const ns = valueDurationNs(value)
        return ns === undefined ? undefined : ns / 1e9
      }
    default:
      throw tree.unsupported(node ?? childrenOf(tree.top)[0]!)
  }
}
