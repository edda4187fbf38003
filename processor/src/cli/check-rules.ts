import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readRules } from '../core/index.ts'
import { ConfigError } from '../errors.ts'
import { checkNetwork } from '../config/checks.ts'
import { messageOf } from './errors.ts'
import type { CliIo } from './io.ts'
import { problemLine } from './problems.ts'

/**
 * Prints every problem of the files and a line for each file; the exit code: 0 no problem, 1 some. A file that cannot be read
 * throws a ConfigError, before anything is printed.
 */
export async function checkRuleFiles(
  files: readonly string[],
  options: { readonly strict?: boolean; readonly homeNet: readonly string[] },
  io: CliIo,
): Promise<0 | 1> {
  const homeNet = options.homeNet.length === 0 ? ['any'] : options.homeNet
  const issues = homeNet.flatMap((network) => {
    const message = checkNetwork(network)
    return message === undefined ? [] : [{ path: '--home-net', message }]
  })
  const texts = await Promise.all(
    files.map(async (file) => {
      try {
        return { file, text: await readFile(resolve(io.cwd, file), 'utf8') }
      } catch (error) {
        issues.push({ path: file, message: `cannot be read: ${reasonOf(error, file, io)}` })
        return { file, text: '' }
      }
    }),
  )
  if (issues.length > 0) throw new ConfigError(issues)

  let found = 0
  for (const { file, text } of texts) {
    const { rules, problems } = readRules(text, { file, homeNet })
    for (const problem of problems) io.stdout.write(problemLine(problem, 'rule left out'))
    const errors = problems.filter(({ severity }) => severity === 'error')
    const warned = new Set(
      problems.flatMap(({ severity, line }) =>
        severity === 'warning' ? [rules.findLast((rule) => rule.line <= line)] : [],
      ),
    )
    const left = errors.length + (options.strict === true ? warned.size : 0)
    const good = rules.length - (options.strict === true ? warned.size : 0)
    io.stdout.write(
      `${file}: ${count(good, 'rule')} good, ${left} left out, ${count(problems.length - errors.length, 'warning')}\n`,
    )
    found += problems.length
  }
  return found === 0 ? 0 : 1
}

function reasonOf(error: unknown, file: string, io: CliIo): string {
  return messageOf(error).replace(`${resolve(io.cwd, file)}: `, '')
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`
}
