import pc from 'picocolors'

/** Colour of a danger level: calm below 3, yellow at 3, red above; 5 stands out. */
export function levelColor(level: number, color: boolean): (text: string) => string {
  const { bold, cyan, red, yellow } = pc.createColors(color)
  if (level >= 5) return (text) => bold(red(text))
  if (level === 4) return red
  if (level === 3) return yellow
  return level > 0 ? cyan : String
}

export function list(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

/** Log lines are somebody else's text: control characters must not reach a terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, '\uFFFD')
}
