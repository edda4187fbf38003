import { toLabelName } from '../../label-set.ts'
import type { Stage } from '../ast.ts'
import { JsonScan, JsonSyntaxError, textOf } from './json-scan.ts'

/** The member that holds the line that was packed. */
const PACKED_LINE = '_entry'

/** `| unpack`: the strings of a flat JSON object become labels, `_entry` the line. */
export function unpackParser(): Stage {
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: true,
    compile: () => (line, labels) => {
      let packed = line
      try {
        const scan = new JsonScan(line)
        if (scan.peek() !== 'object') throw new JsonSyntaxError('expecting json object')
        scan.members((name) => {
          const span = scan.value()
          if (span.kind !== 'string') return
          const text = textOf(line, span)
          if (name === PACKED_LINE) packed = text
          else labels.setParsed(toLabelName(name, '_'), text)
        })
        scan.end()
      } catch (error) {
        if (!(error instanceof JsonSyntaxError)) throw error
        labels.setError('JSONParserErr', error.message)
        return line
      }
      return packed
    },
  }
}
