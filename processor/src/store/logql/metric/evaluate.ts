import { labelSet } from '../../label-set.ts'
import { StoreError } from '../../store-error.ts'
import type {
  AggregationExpr,
  Grouping,
  LabelReplaceExpr,
  MetricExpr,
  RangeExpr,
  VectorOperation,
} from '../ast.ts'
import { aggregate } from './aggregation.ts'
import { evaluateBinary } from './binary.ts'
import { evaluateRange, type MetricContext } from './range.ts'
import { checkSeriesCount, constantSeries, type MetricValue, type Series } from './series.ts'

/** Evaluates a metric query at all points of the grid. Throws `StoreError`. */
export async function evaluateMetric(
  expression: MetricExpr,
  context: MetricContext,
): Promise<MetricValue> {
  switch (expression.kind) {
    case 'literal':
      return { kind: 'scalar', value: expression.value }
    case 'vector':
      return vector([constantSeries(labelSet([]), context.grid.steps, expression.value)])
    case 'range':
      return limited(await evaluateRange(expression, undefined, context), context)
    case 'aggregation':
      return limited(await evaluateAggregation(expression, context), context)
    case 'label-replace':
      return vector(replaceLabels(expression, await evaluateVector(expression.operand, context)))
    case 'binary': {
      const left = await evaluateMetric(expression.left, context)
      const right = await evaluateMetric(expression.right, context)
      return evaluateBinary(expression, left, right)
    }
  }
}

const vector = (series: Series[]): MetricValue => ({ kind: 'vector', series })

/**
 * Loki's limit holds for what goes into an outer function too, but not for the series right under an
 * aggregation, which it never counts.
 */
function limited(series: Series[], { store }: MetricContext): MetricValue {
  checkSeriesCount(series.length, store.limits.maxSeries)
  return vector(series)
}

async function evaluateAggregation(
  { operation, parameter, grouping, operand }: AggregationExpr,
  context: MetricContext,
): Promise<Series[]> {
  const isRange = operand.kind === 'range'
  const pushed = isRange && operation === 'sum' ? pushedGrouping(operand, grouping) : undefined
  const input =
    isRange && REDUCING.includes(operation)
      ? await evaluateRange(operand, pushed, context)
      : await evaluateVector(operand, context)
  return aggregate(operation, parameter, grouping, input)
}

/** These leave few series of many; the others show what they are given. */
const REDUCING: readonly VectorOperation[] = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'stddev',
  'stdvar',
]

const SUMMABLE: readonly RangeExpr['operation'][] = [
  'count_over_time',
  'rate',
  'bytes_over_time',
  'bytes_rate',
  'sum_over_time',
]

/** A sum of sums can be taken at once, with the labels of the result only. */
function pushedGrouping(operand: RangeExpr, grouping: Grouping | undefined): Grouping | undefined {
  if (!SUMMABLE.includes(operand.operation) || operand.grouping !== undefined) return undefined
  if (grouping?.without === true) return undefined
  return grouping ?? { without: false, labels: [] }
}

async function evaluateVector(expression: MetricExpr, context: MetricContext): Promise<Series[]> {
  const value = await evaluateMetric(expression, context)
  if (value.kind === 'vector') return value.series
  throw new StoreError(400, 'parse error : unexpected literal, expected a vector')
}

function replaceLabels({ target, source, replace }: LabelReplaceExpr, input: Series[]): Series[] {
  const seen = new Set<string>()
  return input.map((series) => {
    const value = replace(series.labels.map.get(source) ?? '')
    if (value === undefined && !seen.has(series.labels.key)) {
      seen.add(series.labels.key)
      return series
    }
    const labels = new Map(series.labels.pairs)
    if (value !== undefined) labels.set(target, value)
    const replaced = labelSet(labels)
    if (seen.has(replaced.key)) {
      throw new StoreError(400, 'vector cannot contain metrics with the same labelset')
    }
    seen.add(replaced.key)
    return { ...series, labels: replaced }
  })
}
