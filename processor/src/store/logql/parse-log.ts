import type { SyntaxNode } from '@lezer/common'
import { isLabelName } from '../label-set.ts'
import type { StreamMatcher } from '../stream-index.ts'
import type { LogExpr, Stage } from './ast.ts'
import { parseLabelFilter } from './parse-label-filter.ts'
import { compileAnchored } from './regex.ts'
import { dropLabels, keepLabels, type LabelChoice } from './stages/drop-keep.ts'
import { decolorize, labelFormat, lineFormat } from './stages/format.ts'
import { jsonFields, jsonParser, parseJsonPath } from './stages/json.ts'
import { labelFilter } from './stages/label-filter.ts'
import { lineFilter, type LineFilterOperator, type LineFilterTerm } from './stages/line-filter.ts'
import { logfmtFields, logfmtParser } from './stages/logfmt.ts'
import { patternParser } from './stages/pattern.ts'
import { regexpParser } from './stages/regexp.ts'
import { unpackParser } from './stages/unpack.ts'
import { compileTemplate } from './template/template.ts'
import { childrenOf, listMembers, tooWide, type QueryTree } from './tree.ts'

/** `node` holds a selector and, maybe, a pipeline among its children. */
export function parseLog(tree: QueryTree, node: SyntaxNode): LogExpr {
  const pipeline = node.getChild('PipelineExpr')
  return {
    kind: 'log',
    matchers: parseSelector(tree, tree.child(node, 'Selector')),
    stages:
      pipeline === null ? [] : listMembers(pipeline).flatMap((stage) => parseStage(tree, stage)),
  }
}

/** Throws where the selector could match every stream. */
export function parseSelector(tree: QueryTree, selector: SyntaxNode): StreamMatcher[] {
  const list = selector.getChild('Matchers')
  const matchers = list === null ? [] : listMembers(list).map((node) => parseMatcher(tree, node))
  if (matchers.every(({ matches }) => matches(''))) {
    throw tooWide()
  }
  return matchers
}

export function parseMatcher(tree: QueryTree, node: SyntaxNode): StreamMatcher {
  const [nameNode, operatorNode, valueNode] = childrenOf(node)
  if (nameNode === undefined || operatorNode === undefined || valueNode === undefined) {
    throw tree.error('syntax error: unexpected matcher', node)
  }
  const name = labelName(tree, nameNode)
  const value = tree.string(valueNode)
  const operator = tree.text(operatorNode) as StreamMatcher['operator']
  switch (operator) {
    case '=':
      return { name, operator, value, matches: (text) => text === value }
    case '!=':
      return { name, operator, value, matches: (text) => text !== value }
    case '=~':
      return { name, operator, value, matches: tree.guard(valueNode, () => compileAnchored(value)) }
    case '!~': {
      const test = tree.guard(valueNode, () => compileAnchored(value))
      return { name, operator, value, matches: (text) => !test(text) }
    }
    default:
      throw tree.unsupported(operatorNode)
  }
}

export function labelName(tree: QueryTree, node: SyntaxNode): string {
  const name = tree.text(node)
  if (!isLabelName(name)) throw tree.error(`syntax error: unexpected ${name}`, node)
  return name
}

/** One node can hold several line filters. */
function parseStage(tree: QueryTree, stage: SyntaxNode): Stage[] {
  const node = stage.firstChild?.name === 'Pipe' ? stage.firstChild.nextSibling : stage.firstChild
  switch (node?.name) {
    case 'LineFilters':
      return listMembers(node).map((filter) => parseLineFilter(tree, filter))
    case 'LabelParser':
      return [parseLabelParser(tree, node)]
    case 'LogfmtParser':
      return [logfmtParser(keepsEmpty(tree, node))]
    case 'JsonExpressionParser':
      return [
        jsonFields(
          extractions(tree, node).map(({ name, source, at }) => ({
            name,
            path: tree.guard(at, () => parseJsonPath(source)),
          })),
        ),
      ]
    case 'LogfmtExpressionParser':
      keepsEmpty(tree, node)
      return [
        logfmtFields(extractions(tree, node).map(({ name, source }) => ({ name, key: source }))),
      ]
    case 'LabelFilter':
      return [labelFilter(parseLabelFilter(tree, node))]
    case 'LineFormatExpr': {
      const text = tree.child(node, 'String')
      return [lineFormat(tree.guard(text, () => compileTemplate(tree.string(text))))]
    }
    case 'LabelFormatExpr':
      return [parseLabelFormat(tree, node)]
    case 'DecolorizeExpr':
      return [decolorize()]
    case 'DropLabelsExpr':
      return [dropLabels(choices(tree, tree.child(node, 'DropLabels')))]
    case 'KeepLabelsExpr':
      return [keepLabels(choices(tree, tree.child(node, 'KeepLabels')))]
    default:
      throw tree.unsupported(node ?? stage)
  }
}

function parseLineFilter(tree: QueryTree, node: SyntaxNode): Stage {
  const operator = tree.text(tree.child(node, 'Filter')) as LineFilterOperator
  const terms: LineFilterTerm[] = []
  for (let part: SyntaxNode | null = node; part !== null; part = part.getChild('OrFilter')) {
    const kind = part.getChild('FilterOp') === null ? 'text' : 'ip'
    terms.push({ kind, value: tree.string(tree.child(part, 'String')) })
  }
  return tree.guard(node, () => lineFilter(operator, terms))
}

function parseLabelParser(tree: QueryTree, node: SyntaxNode): Stage {
  const kind = node.firstChild
  const text = node.getChild('String')
  switch (kind?.name) {
    case 'Json':
      return jsonParser()
    case 'Logfmt':
      return logfmtParser(false)
    case 'Unpack':
      return unpackParser()
    case 'Regexp':
      return tree.guard(text ?? node, () => regexpParser(tree.string(text ?? node)))
    case 'Pattern':
      return tree.guard(text ?? node, () => patternParser(tree.string(text ?? node)))
    default:
      throw tree.unsupported(kind ?? node)
  }
}

/** `--strict` would make errors of what is skipped here: refused rather than half done. */
function keepsEmpty(tree: QueryTree, node: SyntaxNode): boolean {
  let keeps = false
  for (const flags of node.getChildren('LogfmtParserFlags')) {
    for (const flag of listMembers(flags)) {
      if (tree.text(flag) !== '--keep-empty') throw tree.unsupported(flag)
      keeps = true
    }
  }
  if (keeps && node.name === 'LogfmtExpressionParser') throw tree.unsupported(node)
  return keeps
}

function extractions(
  tree: QueryTree,
  node: SyntaxNode,
): { name: string; source: string; at: SyntaxNode }[] {
  return listMembers(tree.child(node, 'LabelExtractionExpressionList')).map((item) => {
    const name = labelName(tree, tree.child(item, 'Identifier'))
    const source = item.getChild('String')
    return { name, source: source === null ? name : tree.string(source), at: source ?? item }
  })
}

function parseLabelFormat(tree: QueryTree, node: SyntaxNode): Stage {
  const seen = new Set<string>()
  return labelFormat(
    listMembers(tree.child(node, 'LabelsFormat')).map((item) => {
      const [target, , source] = childrenOf(item)
      if (target === undefined || source === undefined) throw tree.unsupported(item)
      const name = labelName(tree, target)
      if (seen.has(name)) {
        throw tree.error(
          `multiple label name '${name}' not allowed in a single format operation`,
          item,
        )
      }
      seen.add(name)
      if (source.name !== 'String') return { name, from: labelName(tree, source) }
      return { name, from: tree.guard(source, () => compileTemplate(tree.string(source))) }
    }),
  )
}

function choices(tree: QueryTree, list: SyntaxNode): LabelChoice[] {
  return listMembers(list).map((item) => {
    const matcher = item.getChild('Matcher')
    if (matcher !== null) return parseMatcher(tree, matcher)
    return { name: labelName(tree, tree.child(item, 'Identifier')), matches: undefined }
  })
}
