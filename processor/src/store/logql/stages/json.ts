import { toLabelName } from '../../label-set.ts'
import type { Stage } from '../ast.ts'
import type { EntryLabels } from '../entry-labels.ts'
import { isNeeded } from './needed.ts'
import { JsonScan, JsonSyntaxError, textOf } from './json-scan.ts'

const MAX_DEPTH = 64

/** `| json`: every string, number and boolean, nested names joined by `_`; lists and null are left out. */
export function jsonParser(): Stage {
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: false,
    compile: (needed) => (line, labels) => {
      try {
        const scan = new JsonScan(line)
        if (scan.peek() !== 'object') throw new JsonSyntaxError('Value is no object')
        flatten(scan, '', needed, labels, 0)
        scan.end()
      } catch (error) {
        if (!(error instanceof JsonSyntaxError)) throw error
        labels.setError('JSONParserErr', error.message)
      }
      return line
    },
  }
}

function flatten(
  scan: JsonScan,
  prefix: string,
  needed: ReadonlySet<string> | undefined,
  labels: EntryLabels,
  depth: number,
): void {
  if (depth > MAX_DEPTH) scan.fail()
  scan.members((member) => {
    const own = toLabelName(member, prefix === '' ? '_' : '')
    const name = prefix === '' ? own : `${prefix}_${own}`
    if (scan.peek() === 'object') {
      flatten(scan, name, needed, labels, depth + 1)
      return
    }
    const span = scan.value()
    if (span.kind === 'array' || own === '' || !isNeeded(needed, name)) return
    const text = textOf(scan.text, span)
    if (span.kind === 'literal' && text === 'null') return
    labels.setParsed(name, text)
  })
}

type Step = string | number

export interface JsonField {
  readonly name: string
  readonly path: readonly Step[]
}

const STEP = /\.?([a-zA-Z_][a-zA-Z0-9_-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y

/** `request.headers["x-id"][0]`. Throws if it is no such path. */
export function parseJsonPath(text: string): Step[] {
  const step = new RegExp(STEP)
  const path: Step[] = []
  while (step.lastIndex < text.length) {
    const isFirst = step.lastIndex === 0
    const match = step.exec(text)
    const dotted = match?.[0].startsWith('.') ?? false
    if (match === null || (isFirst ? dotted : match[1] !== undefined && !dotted)) {
      throw new Error(`cannot parse expression [${text}]: unexpected token`)
    }
    const [, name, index, quoted] = match
    path.push(
      index === undefined ? (name ?? (JSON.parse(`"${quoted!}"`) as string)) : Number(index),
    )
  }
  if (path.length === 0) throw new Error('cannot parse expression []: it is empty')
  return path
}

/** `| json a="path.b"`: fields taken singly, empty where they are absent, never an error. */
export function jsonFields(fields: readonly JsonField[]): Stage {
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels) => {
      for (const { name, path } of fields) labels.setParsed(name, valueAt(line, path))
      return line
    },
  }
}

function valueAt(line: string, path: readonly Step[]): string {
  let found = ''
  const descend = (scan: JsonScan, depth: number): void => {
    const kind = scan.peek()
    const step = path[depth]
    if (step === undefined) {
      const span = scan.value()
      const text = textOf(line, span)
      found = span.kind === 'literal' && text === 'null' ? '' : text
    } else if (kind === 'object' && typeof step === 'string') {
      scan.members((name) => (name === step ? descend(scan, depth + 1) : scan.value()))
    } else if (kind === 'array' && typeof step === 'number') {
      scan.elements((index) => (index === step ? descend(scan, depth + 1) : scan.value()))
    } else {
      scan.value()
    }
  }
  try {
    descend(new JsonScan(line), 0)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return ''
  }
  return found
}
