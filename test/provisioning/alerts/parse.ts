import { parser as logql } from '@grafana/lezer-logql'
import { parser as promql } from '@prometheus-io/lezer-promql'

export interface Parsed {
  /** Where the parser gave up: empty if all is well. */
  readonly errors: readonly string[]
  /** Texts of the nodes of a kind, in order. */
  texts(node: string): string[]
}

function parsed(parser: typeof logql, expression: string): Parsed {
  const nodes: { name: string; from: number; to: number }[] = []
  const errors: string[] = []
  parser.parse(expression).iterate({
    enter({ type, from, to }) {
      if (type.isError) errors.push(`at ${from}: ${expression.slice(from, to + 20)}`)
      nodes.push({ name: type.name, from, to })
    },
  })
  return {
    errors,
    texts: (node) =>
      nodes.filter(({ name }) => name === node).map(({ from, to }) => expression.slice(from, to)),
  }
}

export const parsePromql = (expression: string): Parsed => parsed(promql, expression)
export const parseLogql = (expression: string): Parsed => parsed(logql, expression)
