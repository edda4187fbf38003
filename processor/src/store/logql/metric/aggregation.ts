import type { Grouping, VectorOperation } from '../ast.ts'
import { sum, variance } from './accumulator.ts'
import { Grouper } from './group.ts'
import { emptySeries, withoutEmpty, type Series } from './series.ts'

/** One aggregation over all series, step by step. Without a grouping all series are one group. */
export function aggregate(
  operation: VectorOperation,
  parameter: number | undefined,
  grouping: Grouping | undefined,
  input: readonly Series[],
): Series[] {
  switch (operation) {
    case 'topk':
    case 'bottomk':
      return rank(operation === 'topk' ? -1 : 1, parameter ?? 1, grouping, input)
    case 'sort':
    case 'sort_desc':
      return sortByLast(operation === 'sort' ? 1 : -1, input)
    default:
      return reduceGroups(operation, grouping, input)
  }
}

function groupsOf(grouping: Grouping | undefined, input: readonly Series[]): Map<string, Series[]> {
  const grouper = new Grouper(grouping ?? { without: false, labels: [] })
  const groups = new Map<string, Series[]>()
  for (const series of input) {
    const { key } = grouper.ofSeries(series.labels)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [series])
    else group.push(series)
  }
  return groups
}

function reduceGroups(
  operation: Exclude<VectorOperation, 'topk' | 'bottomk' | 'sort' | 'sort_desc'>,
  grouping: Grouping | undefined,
  input: readonly Series[],
): Series[] {
  const grouper = new Grouper(grouping ?? { without: false, labels: [] })
  const results: Series[] = []
  for (const group of groupsOf(grouping, input).values()) {
    const result = emptySeries(grouper.ofSeries(group[0]!.labels), group[0]!.values.length)
    for (let step = 0; step < result.values.length; step++) {
      const values: number[] = []
      for (const { values: own, present } of group) if (present[step] === 1) values.push(own[step]!)
      if (values.length === 0) continue
      result.values[step] = reduceValues(operation, values)
      result.present[step] = 1
    }
    results.push(result)
  }
  return withoutEmpty(results)
}

function reduceValues(
  operation: Exclude<VectorOperation, 'topk' | 'bottomk' | 'sort' | 'sort_desc'>,
  values: readonly number[],
): number {
  switch (operation) {
    case 'sum':
      return sum(values)
    case 'avg':
      return sum(values) / values.length
    case 'count':
      return values.length
    case 'min':
      return values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least))
    case 'max':
      return values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most))
    case 'stdvar':
      return variance(values)
    case 'stddev':
      return Math.sqrt(variance(values))
  }
}

/** Smaller sign first; what is no number comes last in both directions. */
const compareValues = (sign: 1 | -1, a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : sign * (a - b)

/** The series stay as they are, without the steps at which they were not among the first. */
function rank(
  sign: 1 | -1,
  most: number,
  grouping: Grouping | undefined,
  input: readonly Series[],
): Series[] {
  const results: Series[] = []
  for (const group of groupsOf(grouping, input).values()) {
    const kept = group.map(({ labels, values }) => emptySeries(labels, values.length))
    const steps = group[0]!.values.length
    for (let step = 0; step < steps; step++) {
      const places = group.flatMap(({ present }, place) => (present[step] === 1 ? [place] : []))
      places.sort((a, b) => compareValues(sign, group[a]!.values[step]!, group[b]!.values[step]!))
      for (const place of places.slice(0, most)) {
        kept[place]!.values[step] = group[place]!.values[step]!
        kept[place]!.present[step] = 1
      }
    }
    results.push(...kept)
  }
  return sortByLast(sign, withoutEmpty(results))
}

/** An instant query has one step, and that decides; for a range the last one is as good as any. */
function sortByLast(sign: 1 | -1, input: readonly Series[]): Series[] {
  return [...input].sort((a, b) => compareValues(sign, a.values.at(-1)!, b.values.at(-1)!))
}
