import { isLabelName, labelSet, type LabelSet } from '../label-set.ts'
import { StoreError } from '../store-error.ts'
import { listMembers, QueryTree } from './tree.ts'

/** The labels of a protobuf push, `{job="x", host="fw1"}`. Throws a 400. */
export function parseLabelText(text: string): LabelSet {
  if (/^\s*\{\s*\}\s*$/.test(text)) return labelSet([])
  try {
    const tree = QueryTree.parse(text)
    const expression = tree.top.firstChild
    const selector = expression?.name === 'LogExpr' ? expression.firstChild : null
    if (selector?.name !== 'Selector' || selector.nextSibling !== null) {
      throw new Error('not a set of labels')
    }
    const seen = new Set<string>()
    const pairs = listMembers(tree.child(selector, 'Matchers')).map((matcher) => {
      const name = tree.text(tree.child(matcher, 'Identifier'))
      if (matcher.getChild('Eq') === null || !isLabelName(name)) {
        throw new Error(`unexpected ${JSON.stringify(tree.text(matcher))}`)
      }
      if (seen.has(name)) throw new Error(`label ${name} stands there twice`)
      seen.add(name)
      return [name, tree.string(tree.child(matcher, 'String'))] as const
    })
    return labelSet(pairs)
  } catch (error) {
    throw new StoreError(400, `couldn't parse labels: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
