import { parser as logql } from '@grafana/lezer-logql'
import { parser as promql } from '@prometheus-io/lezer-promql'
import type { SyntaxNode } from '@lezer/common'
import type { Language } from '../../helpers/grafana.ts'

/** The places of a query that its grammar cannot make sense of. */
export function syntaxErrors(expr: string, language: Language): string[] {
  const errors: string[] = []
  ;(language === 'logql' ? logql : promql).parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`${expr.slice(0, from)}⟨${expr.slice(from, to)}⟩`)
    },
  })
  return errors
}

/** What a PromQL query names. */
export interface Names {
  readonly metrics: readonly string[]
  /** Labels beside the metrics whose selectors they stand in. */
  readonly matched: readonly { readonly metric: string; readonly label: string }[]
  /** Labels that are grouped or joined by. */
  readonly grouped: readonly string[]
}

export function namesOf(expr: string): Names {
  const metrics = new Set<string>()
  const matched: { metric: string; label: string }[] = []
  const grouped = new Set<string>()
  const text = ({ from, to }: { from: number; to: number }): string => expr.slice(from, to)
  promql.parse(expr).iterate({
    enter: ({ name, node }) => {
      if (name === 'VectorSelector') {
        const metric = node.getChild('Identifier')
        if (metric !== null) metrics.add(text(metric))
        for (const label of descendants(node, 'LabelName'))
          matched.push({ metric: metric === null ? '' : text(metric), label: text(label) })
      }
      if (name === 'GroupingLabels')
        for (const label of descendants(node, 'LabelName')) grouped.add(text(label))
    },
  })
  return { metrics: [...metrics], matched, grouped: [...grouped] }
}

function descendants(node: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = []
  node.cursor().iterate((each) => {
    if (each.name === name) found.push(each.node)
  })
  return found
}
