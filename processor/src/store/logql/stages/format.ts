import type { Stage } from '../ast.ts'
import type { Template } from '../template/template.ts'
import { TemplateError } from '../template/value.ts'

/** `| line_format "{{.SRC}}"`: a new line. */
export function lineFormat(template: Template): Stage {
  return {
    reads: template.reads,
    isParser: false,
    touchesLabels: true,
    changesLine: true,
    compile: () => (line, labels, ns) => {
      try {
        return template.render({ line, ns, get: (name) => labels.get(name) ?? '' })
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        labels.setError('TemplateFormatErr', error.message)
        return line
      }
    },
  }
}

export interface LabelAssignment {
  readonly name: string
  /** Another label, which is renamed, or a template. */
  readonly from: string | Template
}

/** `| label_format new=old, other="{{.x}}"`. */
export function labelFormat(assignments: readonly LabelAssignment[]): Stage {
  const reads = assignments.flatMap(({ from }) => (typeof from === 'string' ? [from] : from.reads))
  return {
    reads,
    isParser: false,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels, ns) => {
      // Templates see the labels as they were at the first of them, renames before it done.
      let seen: Map<string, string> | undefined
      for (const { name, from } of assignments) {
        if (typeof from === 'string') {
          const category = labels.categoryOf(from)
          if (category === undefined) continue
          const value = labels.get(from)!
          labels.remove(from)
          labels.set(category, name, value)
          continue
        }
        try {
          const all = (seen ??= labels.all())
          const text = from.render({ line, ns, get: (label) => all.get(label) ?? '' })
          labels.set('parsed', name, text)
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
          labels.setError('TemplateFormatErr', error.message)
        }
      }
      return line
    },
  }
}

// eslint-disable-next-line no-control-regex -- the escape character is what it looks for
const COLOUR = /[\u001b\u009b]\[?[0-9;?]*[A-Za-z]/g

/** `| decolorize`: without the escape sequences of terminals. */
export function decolorize(): Stage {
  return {
    reads: [],
    isParser: false,
    touchesLabels: false,
    changesLine: true,
    compile: () => (line) => line.replace(COLOUR, ''),
  }
}
