import { compileRe2 } from '../regex.ts'
import { isLabelName } from '../../label-set.ts'
import type { Stage } from '../ast.ts'

/** `| regexp "(?P<name>…)"`: each named group becomes a label. Throws for a bad expression. */
export function regexpParser(source: string): Stage {
  const regex = compileRe2(source)
  const groups = Object.entries(regex.namedGroups())
  if (groups.length === 0) throw new Error('at least one named capture must be supplied')
  for (const [name] of groups) {
    if (!isLabelName(name)) throw new Error(`invalid extracted label name '${name}'`)
  }
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels) => {
      const matcher = regex.matcher(line)
      if (!matcher.find()) return line
      for (const [name, group] of groups) labels.setParsed(name, matcher.group(group) ?? '')
      return line
    },
  }
}
