import { quote } from '../config/checks.ts'

/** What Perl and JavaScript write differently and mean alike. */
const REWRITTEN: Readonly<Record<string, string>> = {
  '\\A': '^',
  '\\z': '$',
  '\\Z': '$',
  '\\h': '[ \\t]',
  '\\e': '\\x1b',
  '\\a': '\\x07',
}

/** Classes in brackets: `[[:digit:]]`. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
}

/** Perl's own, without a counterpart here; JavaScript would read some of them as plain letters. */
const PERL_ONLY: readonly (readonly [RegExp, string])[] = [
  [/\\[QELUGKRXHVNlupPgo]/g, 'has no counterpart in JavaScript'],
  [/\(\?(?![:=!]|<[=!A-Za-z])[^)]?/g, 'groups of this kind are not in JavaScript'],
  [/(?:[*+?]|\{\d+(?:,\d*)?\})\+/g, 'possessive quantifiers are not in JavaScript'],
  [/\\x\{/g, 'write \\xNN or \\uNNNN'],
]

/**
 * A regular expression of psad.conf, which is Perl's, as JavaScript takes it. Throws a RangeError that says what has no
 * counterpart: JavaScript would read `\Q` as a Q and answer something else without a word.
 */
export function javascriptPattern(perl: string): string {
  // Escaped backslashes must not be taken for the beginning of something.
  const parts = perl.split(/(\\\\)/)
  const js = parts
    .map((part, i) => {
      if (i % 2 === 1) return part
      for (const [form, why] of PERL_ONLY) {
        const found = new RegExp(form.source).exec(part)
        if (found !== null)
          throw new RangeError(
            `${quote(perl)} is no regular expression here: ${quote(found[0])}: ${why}`,
          )
      }
      return part
        .replaceAll(/\\[AzZhea]/g, (text) => REWRITTEN[text] ?? text)
        .replaceAll(/\[:(\w+):\]/g, (text, name: string) => CLASSES[name] ?? text)
    })
    .join('')
  try {
    new RegExp(js)
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message.replace(/^Invalid regular expression: /, '')
        : String(error)
    throw new RangeError(`${quote(perl)} is no regular expression: ${reason}`, { cause: error })
  }
  return js
}
