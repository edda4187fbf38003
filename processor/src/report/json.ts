import type { Report } from '../core/report.ts'

/**
 * The report as JSON in the order of the contract, two blanks of indentation. In pieces, one a source, because a
 * report of all sources can be longer than the longest string.
 */
export function* jsonPieces(report: Report): Generator<string> {
  let before = '{\n'
  for (const [key, value] of Object.entries(report)) {
    yield `${before}  ${JSON.stringify(key)}: `
    before = ',\n'
    if (key !== 'sources' || report.sources.length === 0) {
      yield indented(value, '  ')
      continue
    }
    let open = '[\n    '
    for (const source of report.sources) {
      yield open + indented(source, '    ')
      open = ',\n    '
    }
    yield '\n  ]'
  }
  yield '\n}\n'
}

export function reportJson(report: Report): string {
  return [...jsonPieces(report)].join('')
}

function indented(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`)
}
