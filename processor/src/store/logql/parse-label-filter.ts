import type { SyntaxNode } from '@lezer/common'
import { compileIpTest } from './ip.ts'
import { labelName, parseMatcher } from './parse-log.ts'
import {
  bothConditions,
  eitherCondition,
  ipCondition,
  numberCondition,
  textCondition,
  type Comparison,
  type LabelCondition,
} from './stages/label-filter.ts'
import { childrenOf, type QueryTree } from './tree.ts'
import { durationNs, floatValue, sizeBytes, valueDurationNs } from './units.ts'

export function parseLabelFilter(tree: QueryTree, node: SyntaxNode): LabelCondition {
  const [first, second, third] = childrenOf(node)
  if (first === undefined) throw tree.unsupported(node)
  if (first.name === 'LabelFilter') {
    if (second === undefined) return parseLabelFilter(tree, first)
    const left = parseLabelFilter(tree, first)
    // With a comma between them there is no operator, and they are joined by `and`.
    const right = parseLabelFilter(tree, third ?? second)
    return second.name === 'Or' ? eitherCondition(left, right) : bothConditions(left, right)
  }
  switch (first.name) {
    case 'Matcher': {
      const { name, matches } = parseMatcher(tree, first)
      return textCondition(name, matches)
    }
    case 'IpLabelFilter':
      return parseIpFilter(tree, first)
    case 'NumberFilter':
      return parseNumberFilter(tree, first)
    case 'UnitFilter':
      return parseNumberFilter(tree, first.firstChild ?? first)
    default:
      throw tree.unsupported(first)
  }
}

function parseIpFilter(tree: QueryTree, node: SyntaxNode): LabelCondition {
  const text = tree.child(node, 'String')
  const test = tree.guard(text, () => compileIpTest(tree.string(text)))
  const name = labelName(tree, tree.child(node, 'Identifier'))
  return ipCondition(name, node.getChild('Neq') !== null, test)
}

function parseNumberFilter(tree: QueryTree, node: SyntaxNode): LabelCondition {
  const [nameNode, operatorNode, valueNode] = childrenOf(node)
  if (nameNode === undefined || operatorNode === undefined || valueNode === undefined) {
    throw tree.unsupported(node)
  }
  const name = labelName(tree, nameNode)
  const comparison = tree.text(operatorNode) as Comparison
  const text = tree.text(valueNode).replaceAll(/\s/g, '')
  const [wanted, read] = readers(node.name)
  const value = wanted(text)
  if (value === undefined) throw tree.error(`syntax error: unexpected ${text}`, valueNode)
  return numberCondition(name, comparison, value, read)
}

type Read = (text: string) => number | undefined

/** How the number in the query and the one in the label are read. */
function readers(kind: string): [wanted: Read, value: Read] {
  if (kind === 'DurationFilter') return [durationNs, valueDurationNs]
  if (kind === 'BytesFilter') return [sizeBytes, sizeBytes]
  return [floatValue, floatValue]
}
