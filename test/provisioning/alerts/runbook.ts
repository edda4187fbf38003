/** A fenced block of a page. */
export interface Block {
  readonly language: string
  readonly text: string
}

export interface Runbook {
  readonly title: string
  readonly sections: readonly string[]
  readonly blocks: readonly Block[]
  /** What stands in backticks, outside of blocks. */
  readonly inline: readonly string[]
  /** Targets of links. */
  readonly links: readonly string[]
}

export function readRunbook(markdown: string): Runbook {
  const blocks: Block[] = []
  const prose = markdown.replaceAll(
    /^```(\w+)\n([\s\S]*?)^```$/gm,
    (_, language: string, text: string) => {
      blocks.push({ language, text: text.trim() })
      return ''
    },
  )
  const all = (pattern: RegExp): string[] =>
    [...prose.matchAll(pattern)].map(([, text = '']) => text)
  return {
    title: all(/^# (.*)$/gm)[0] ?? '',
    sections: all(/^## (.*)$/gm),
    blocks,
    inline: all(/`([^`]+)`/g),
    links: all(/\]\(([^)]+)\)/g),
  }
}

/** Words of the `picket` commands in a page, without `sudo` and what is piped elsewhere. */
export function picketCommands({ blocks, inline }: Runbook): string[][] {
  const lines = [
    ...blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n')),
    ...inline,
  ]
  return lines
    .map((line) => line.replace(/^sudo /, '').replace(/ [|>].*$/, ''))
    .filter((line) => line.startsWith('picket '))
    .map((line) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)]
        .slice(1)
        .map(([, quoted, bare]) => quoted ?? bare ?? ''),
    )
}
