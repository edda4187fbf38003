import { labelSet, type LabelSet } from '../../label-set.ts'
import { StoreError } from '../../store-error.ts'
import type { BinaryExpr, BinaryOperator, Matching } from '../ast.ts'
import { emptySeries, withoutEmpty, type MetricValue, type Series } from './series.ts'

/** Undefined: the comparison does not hold. Loki gives NaN where others give infinity. */
function calculate(operator: BinaryOperator, left: number, right: number): number | boolean {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? Number.NaN : left / right
    case '%':
      return right === 0 ? Number.NaN : left % right
    case '^':
      return left ** right
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case 'and':
    case 'or':
    case 'unless':
      throw new StoreError(500, `${operator} has no value of its own`)
  }
}

export function evaluateBinary(
  expression: BinaryExpr,
  left: MetricValue,
  right: MetricValue,
): MetricValue {
  const { operator } = expression
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return { kind: 'scalar', value: Number(calculate(operator, left.value, right.value)) }
  }
  if (left.kind === 'vector' && right.kind === 'vector') {
    const series =
      operator === 'and' || operator === 'or' || operator === 'unless'
        ? combineSets(operator, expression.matching, left.series, right.series)
        : joinVectors(expression, left.series, right.series)
    return { kind: 'vector', series: withoutEmpty(series) }
  }
  const vector = left.kind === 'vector' ? left.series : right.kind === 'vector' ? right.series : []
  const scalar = left.kind === 'scalar' ? left.value : right.kind === 'scalar' ? right.value : 0
  const isLeft = left.kind === 'vector'
  const series = vector.map((one) =>
    mapSteps(one.labels, one.values.length, (step) => {
      if (one.present[step] !== 1) return undefined
      const value = one.values[step]!
      const result = isLeft
        ? calculate(operator, value, scalar)
        : calculate(operator, scalar, value)
      return outcome(result, expression.bool, value)
    }),
  )
  return { kind: 'vector', series: withoutEmpty(series) }
}

/** A comparison keeps the value or drops it; with `bool` it is 0 or 1. */
function outcome(result: number | boolean, bool: boolean, kept: number): number | undefined {
  if (typeof result === 'number') return result
  if (bool) return Number(result)
  return result ? kept : undefined
}

function mapSteps(
  labels: LabelSet,
  steps: number,
  valueAt: (step: number) => number | undefined,
): Series {
  const series = emptySeries(labels, steps)
  for (let step = 0; step < steps; step++) {
    const value = valueAt(step)
    if (value === undefined) continue
    series.values[step] = value
    series.present[step] = 1
  }
  return series
}

/** What two series have to agree on. */
function signature(labels: LabelSet, matching: Matching | undefined): string {
  return matching === undefined ? labels.key : matchedLabels(labels, matching).key
}

function matchedLabels(labels: LabelSet, { on, labels: names }: Matching): LabelSet {
  return labelSet(labels.pairs.filter(([name]) => names.includes(name) === on))
}

function bySignature(
  series: readonly Series[],
  matching: Matching | undefined,
): Map<string, Series[]> {
  const groups = new Map<string, Series[]>()
  for (const one of series) {
    const key = signature(one.labels, matching)
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return groups
}

function combineSets(
  operator: 'and' | 'or' | 'unless',
  matching: Matching | undefined,
  left: readonly Series[],
  right: readonly Series[],
): Series[] {
  const others = bySignature(operator === 'or' ? left : right, matching)
  const hasOther = (labels: LabelSet, step: number): boolean =>
    others.get(signature(labels, matching))?.some(({ present }) => present[step] === 1) ?? false
  const filter = (series: readonly Series[], wanted: boolean): Series[] =>
    series.map(({ labels, values, present }) =>
      mapSteps(labels, values.length, (step) =>
        present[step] === 1 && hasOther(labels, step) === wanted ? values[step] : undefined,
      ),
    )
  if (operator !== 'or') return filter(left, operator === 'and')
  return mergeEqual([...left, ...filter(right, false)])
}

/** `or` can bring the same labels from both sides, at different steps. */
function mergeEqual(series: readonly Series[]): Series[] {
  const merged = new Map<string, Series>()
  for (const one of series) {
    const known = merged.get(one.labels.key)
    if (known === undefined) {
      merged.set(one.labels.key, one)
      continue
    }
    merged.set(
      one.labels.key,
      mapSteps(one.labels, one.values.length, (step) =>
        known.present[step] === 1
          ? known.values[step]
          : one.present[step] === 1
            ? one.values[step]
            : undefined,
      ),
    )
  }
  return [...merged.values()]
}

function joinVectors(
  expression: BinaryExpr,
  left: readonly Series[],
  right: readonly Series[],
): Series[] {
  const { matching } = expression
  const manyIsLeft = matching?.many !== 'right'
  const [many, one] = manyIsLeft ? [left, right] : [right, left]
  const partners = bySignature(one, matching)
  const results = new Map<string, Series>()
  for (const series of many) {
    for (const partner of partners.get(signature(series.labels, matching)) ?? []) {
      const labels = resultLabels(series.labels, partner.labels, matching)
      const [a, b] = manyIsLeft ? [series, partner] : [partner, series]
      const result = mapSteps(labels, series.values.length, (step) => {
        if (a.present[step] !== 1 || b.present[step] !== 1) return undefined
        const value = calculate(expression.operator, a.values[step]!, b.values[step]!)
        return outcome(value, expression.bool, a.values[step]!)
      })
      addResult(results, result, matching)
    }
  }
  return [...results.values()]
}

function addResult(
  results: Map<string, Series>,
  result: Series,
  matching: Matching | undefined,
): void {
  const known = results.get(result.labels.key)
  if (known === undefined) {
    results.set(result.labels.key, result)
    return
  }
  for (let step = 0; step < result.values.length; step++) {
    if (result.present[step] !== 1) continue
    if (known.present[step] === 1) {
      throw new StoreError(
        400,
        matching?.many === undefined
          ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
          : 'multiple matches for labels: grouping labels must ensure unique matches',
      )
    }
    known.values[step] = result.values[step]!
    known.present[step] = 1
  }
}

function resultLabels(many: LabelSet, one: LabelSet, matching: Matching | undefined): LabelSet {
  if (matching === undefined) return many
  if (matching.many === undefined) return matchedLabels(many, matching)
  const labels = new Map(many.pairs)
  for (const name of matching.include) {
    const value = one.map.get(name)
    if (value === undefined) labels.delete(name)
    else labels.set(name, value)
  }
  return labelSet(labels)
}
