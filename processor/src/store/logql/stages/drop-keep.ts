import type { Stage } from '../ast.ts'
import { ERROR, ERROR_DETAILS } from '../entry-labels.ts'

/** A label, or a label with a certain value. */
export interface LabelChoice {
  readonly name: string
  readonly matches: ((value: string) => boolean) | undefined
}

export function dropLabels(choices: readonly LabelChoice[]): Stage {
  return {
    reads: choices.map(({ name }) => name),
    isParser: false,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels) => {
      for (const { name, matches } of choices) {
        if (matches === undefined || matches(labels.get(name) ?? '')) labels.remove(name)
      }
      return line
    },
  }
}

/** Errors are kept in any case. */
export function keepLabels(choices: readonly LabelChoice[]): Stage {
  return {
    reads: choices.map(({ name }) => name),
    isParser: false,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels) => {
      for (const name of labels.names()) {
        if (name === ERROR || name === ERROR_DETAILS) continue
        const value = labels.get(name) ?? ''
        const isKept = choices.some(
          (choice) => choice.name === name && (choice.matches?.(value) ?? true),
        )
        if (!isKept) labels.remove(name)
      }
      return line
    },
  }
}
