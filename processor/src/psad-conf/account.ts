import { isPicketDefault } from './defaults.ts'
import type { AccountLine, CarriedOver, Finding } from './carry.ts'

/** Values longer than this are cut where they are shown. */
const MAX_SHOWN = 120

/** What became of every key, a line each, with the findings first and the numbers last. */
export function accountText(carried: CarriedOver, file: string): string {
  const { account, missing, findings } = carried
  const lines = account.map(
    (line) => `${where(line.entry)} ${line.key} ${shown(line.entry.raw)}: ${fateText(line)}`,
  )
  const count = (state: AccountLine['state']): number =>
    account.filter((line) => line.state === state).length
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return [
    ...findings.map(findingText),
    ...lines,
    ...(missing.length === 0
      ? []
      : [`${file}: not in it, so that Picket's defaults hold: ${missing.join(', ')}`]),
    `${file}: ${account.length} keys: ${count('carried')} carried over, ${count('not')} not carried over, ${count('unknown')} unknown, ${count('wrong')} wrong; ${errors} errors, ${findings.length - errors} warnings`,
    '',
  ].join('\n')
}

export function findingText({ file, line, column, key, severity, message }: Finding): string {
  return `${file}:${line}:${column} ${severity}: ${key === undefined ? '' : `${key}: `}${message}`
}

function fateText({ state, how, settings, why, notes }: AccountLine): string {
  switch (state) {
    case 'carried': {
      const to = settings.map(({ path, value }) =>
        isPicketDefault(path, value) ? `${path} (its default)` : path,
      )
      const isChange = settings.some(({ path, value }) => !isPicketDefault(path, value))
      return [`carried over to ${to.join(', ')}`, ...(isChange ? [how, ...notes] : notes)]
        .filter((part) => part !== '')
        .join('; ')
    }
    case 'not':
      return `not carried over: ${[why, ...notes].join('; ')}`
    case 'wrong':
      return `not carried over: ${why === '' ? 'the value cannot be read' : why}`
    case 'unknown':
      return `not carried over: ${why}`
  }
}

function where({ file, line, column }: AccountLine['entry']): string {
  return `${file}:${line}:${column}`
}

function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
