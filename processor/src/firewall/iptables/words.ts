/** Words of an iptables-restore line: parted by blanks, in double or single quotes, `\` before a character in double quotes. */
export function splitWords(line: string): { words: string[] } | { openQuoteAt: number } {
  const words: string[] = []
  let i = 0
  while (i < line.length) {
    if (isBlank(line[i]!)) {
      i++
      continue
    }
    let word = ''
    for (; i < line.length && !isBlank(line[i]!); i++) {
      const quote = line[i]!
      if (quote !== '"' && quote !== "'") {
        word += quote
        continue
      }
      const from = i++
      for (; i < line.length && line[i] !== quote; i++) {
        if (line[i] === '\\' && quote === '"' && i + 1 < line.length) i++
        word += line[i]!
      }
      if (i >= line.length) return { openQuoteAt: from }
    }
    words.push(word)
  }
  return { words }
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t'
}

/** A word as a shell and iptables-restore both read it. */
export function quoteWord(word: string): string {
  return /^[\w./:,+=@%-]+$|^!$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`
}
