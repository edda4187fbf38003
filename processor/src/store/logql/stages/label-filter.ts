import type { Stage, StageFunction } from '../ast.ts'
import type { EntryLabels } from '../entry-labels.ts'

/** A condition on labels. It may set an error on the entry and let it pass. */
export interface LabelCondition {
  readonly reads: readonly string[]
  test(labels: EntryLabels): boolean
}

export type Comparison = '=' | '==' | '!=' | '>' | '>=' | '<' | '<='

/** An absent label is the empty text. */
export function textCondition(name: string, matches: (value: string) => boolean): LabelCondition {
  return { reads: [name], test: (labels) => matches(labels.get(name) ?? '') }
}

/**
 * `label > 5` and the same with durations and sizes. The entry without the label goes; the one whose
 * value is no number stays, with an error, whatever the comparison. One that has the label and an error
 * already passes: only conditions on text can drop it.
 */
export function numberCondition(
  name: string,
  comparison: Comparison,
  wanted: number,
  read: (value: string) => number | undefined,
): LabelCondition {
  const compare = comparisonOf(comparison)
  return {
    reads: [name],
    test: (labels) => {
      const value = labels.get(name)
      if (value === undefined) return false
      if (labels.error !== '') return true
      const number = read(value)
      if (number === undefined) {
        labels.setError('LabelFilterErr', `${JSON.stringify(value)} is no number`)
        return true
      }
      return compare(number, wanted)
    },
  }
}

export function ipCondition(
  name: string,
  isNegative: boolean,
  test: (address: string) => boolean,
): LabelCondition {
  return {
    reads: [name],
    test: (labels) => {
      const value = labels.get(name)
      if (value !== undefined && labels.error !== '') return true
      return value !== undefined && test(value) !== isNegative
    },
  }
}

export function bothConditions(left: LabelCondition, right: LabelCondition): LabelCondition {
  return {
    reads: [...left.reads, ...right.reads],
    test: (labels) => left.test(labels) && right.test(labels),
  }
}

export function eitherCondition(left: LabelCondition, right: LabelCondition): LabelCondition {
  return {
    reads: [...left.reads, ...right.reads],
    test: (labels) => left.test(labels) || right.test(labels),
  }
}

export function labelFilter(condition: LabelCondition): Stage {
  const run: StageFunction = (line, labels) => (condition.test(labels) ? line : undefined)
  return {
    reads: condition.reads,
    isParser: false,
    touchesLabels: true,
    changesLine: false,
    compile: () => run,
  }
}

function comparisonOf(comparison: Comparison): (a: number, b: number) => boolean {
  switch (comparison) {
    case '=':
    case '==':
      return (a, b) => a === b
    case '!=':
      return (a, b) => a !== b
    case '>':
      return (a, b) => a > b
    case '>=':
      return (a, b) => a >= b
    case '<':
      return (a, b) => a < b
    case '<=':
      return (a, b) => a <= b
  }
}
