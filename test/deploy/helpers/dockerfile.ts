/** One instruction: `COPY --from=build /a b` has keyword COPY, flags { from: build } and the rest. */
export interface Instruction {
  readonly keyword: string
  readonly flags: Readonly<Record<string, string>>
  readonly rest: string
  /** From 1. */
  readonly line: number
}

export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

/** The stages of a Dockerfile, in order. */
export function stagesOf(text: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = []
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword === 'FROM') {
      const [base = '', , name] = instruction.rest.split(/\s+/)
      stages.push({ base, name, instructions: [] })
    } else stages.at(-1)?.instructions.push(instruction)
  }
  return stages
}

function instructionsOf(text: string): Instruction[] {
  const instructions: Instruction[] = []
  let start = 0
  let parts: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    if (parts.length === 0) start = index + 1
    parts.push(line.replace(/\\\s*$/, '').trim())
    if (/\\\s*$/.test(line)) continue
    instructions.push(instruction(parts.join(' '), start))
    parts = []
  }
  return instructions
}

function instruction(text: string, line: number): Instruction {
  const [, keyword = '', options = '', rest = ''] =
    /^(\S+)\s+((?:--[a-z][\w-]*=\S+\s+)*)(.*)$/.exec(text) ?? []
  const flags = [...options.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  return {
    keyword: keyword.toUpperCase(),
    flags: Object.fromEntries(flags) as Record<string, string>,
    rest: rest.trim(),
    line,
  }
}
