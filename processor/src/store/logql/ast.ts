import type { StreamMatcher } from '../stream-index.ts'
import type { EntryLabels } from './entry-labels.ts'

/** What a stage does to one entry. Undefined: the entry is dropped; else the line, changed or not. */
export type StageFunction = (line: string, labels: EntryLabels, ns: bigint) => string | undefined

/** A stage that is ready to run. */
export interface Stage {
  /** Labels it reads, so that parsers before it keep them. */
  readonly reads: readonly string[]
  /** It fills labels from the line and can be left out where nobody asks for labels. */
  readonly isParser: boolean
  /** It may change labels or looks at them: without such stages a stream's labels are the entry's. */
  readonly touchesLabels: boolean
  readonly changesLine: boolean
  /** `needed`: the labels anybody reads later, undefined for all. */
  compile(needed: ReadonlySet<string> | undefined): StageFunction
}

export interface LogExpr {
  readonly kind: 'log'
  readonly matchers: readonly StreamMatcher[]
  readonly stages: readonly Stage[]
}

export const RANGE_OPERATIONS = [
  'count_over_time',
  'rate',
  'bytes_over_time',
  'bytes_rate',
  'sum_over_time',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'first_over_time',
  'last_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
  'absent_over_time',
] as const
export type RangeOperation = (typeof RANGE_OPERATIONS)[number]

export interface Grouping {
  readonly without: boolean
  readonly labels: readonly string[]
}

export interface Unwrap {
  readonly label: string
  /** Undefined: the value is no number. */
  readonly convert: (value: string) => number | undefined
  /** Filters behind it: they may drop the entry whose value is no number. */
  readonly filters: readonly Stage[]
}

export interface RangeExpr {
  readonly kind: 'range'
  readonly operation: RangeOperation
  readonly parameter: number | undefined
  readonly log: LogExpr
  readonly unwrap: Unwrap | undefined
  readonly rangeNs: bigint
  readonly offsetNs: bigint
  readonly grouping: Grouping | undefined
}

export const VECTOR_OPERATIONS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'sort',
  'sort_desc',
] as const
export type VectorOperation = (typeof VECTOR_OPERATIONS)[number]

export interface AggregationExpr {
  readonly kind: 'aggregation'
  readonly operation: VectorOperation
  readonly parameter: number | undefined
  readonly grouping: Grouping | undefined
  readonly operand: MetricExpr
}

export const BINARY_OPERATORS = [
  'or',
  'and',
  'unless',
  '==',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
] as const
export type BinaryOperator = (typeof BINARY_OPERATORS)[number]

export interface Matching {
  readonly on: boolean
  readonly labels: readonly string[]
  /** The side that may have several series for one of the other. */
  readonly many: 'left' | 'right' | undefined
  /** Labels that the result takes from the side with one. */
  readonly include: readonly string[]
}

export interface BinaryExpr {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly bool: boolean
  readonly matching: Matching | undefined
  readonly left: MetricExpr
  readonly right: MetricExpr
}

interface LiteralExpr {
  readonly kind: 'literal'
  readonly value: number
}

interface VectorExpr {
  readonly kind: 'vector'
  readonly value: number
}

export interface LabelReplaceExpr {
  readonly kind: 'label-replace'
  readonly operand: MetricExpr
  readonly target: string
  readonly replacement: string
  readonly source: string
  /** The replaced text, undefined where the expression does not match. */
  readonly replace: (value: string) => string | undefined
}

export type MetricExpr =
  RangeExpr | AggregationExpr | BinaryExpr | LiteralExpr | VectorExpr | LabelReplaceExpr
export type Expr = LogExpr | MetricExpr
