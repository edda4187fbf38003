import { readFileSync } from 'node:fs'
import { picket } from '../helpers/cli.ts'
import { psadFolder, psadTextIn } from '../helpers/psad-run.ts'
import { answerOfPsad, answerOfReport, canonical } from './answer.ts'
import type { Answer, ReportLike } from './answer.ts'
import type { Setup } from './cases/case.ts'

/** Numbers of protocols by the names that psad's table and Picket's use. */
export function protocolNumbers(): Map<string, number> {
  const numbers = new Map<string, number>([
    ['icmp6', 58],
    ['udplite', 136],
  ])
  for (const line of readFileSync('/etc/psad/protocols', 'utf8').split('\n')) {
    const match = /^\s*([^\s#]+)\s+(\d+)\s+(\S+)/.exec(line)
    if (match === null) continue
    numbers.set(match[1]!, Number(match[2]))
  }
  return numbers
}

/** psad's own rules, for set-ups that name no others. */
const SHIPPED_RULES = ['--signatures', '/etc/psad/signatures', '--set', 'signatures.builtin=false']

const OWN_NAMES: readonly (readonly [string, number])[] = [
  ['esp', 50],
  ['ah', 51],
  ['sctp', 132],
  ['igmp', 2],
  ['hopopt', 0],
]

/** Both answers to a log under one set-up. */
export function bothAnswers(log: string, setup: Setup): { psad: Answer; picket: Answer } {
  const folder = psadFolder({
    ...(setup.conf === undefined ? {} : { conf: setup.conf }),
    ...(setup.files === undefined ? {} : { files: setup.files }),
  })
  try {
    const numbers = protocolNumbers()
    const psad = answerOfPsad(psadTextIn(folder, log), numbers)
    const own = setup.files?.['signatures'] === undefined ? SHIPPED_RULES : []
    const args = [...own, ...(setup.picket ?? []).map((arg) => arg.replaceAll('DIR', folder.dir))]
    const result = picket(['analyze', '--profile', 'psad', '--format', 'json', ...args, '-'], {
      input: log,
    })
    if (result.status !== 0) throw new Error(`picket: ${result.stderr}`)
    for (const [name, n] of OWN_NAMES) numbers.set(name, n)
    return { psad, picket: answerOfReport(JSON.parse(result.stdout) as ReportLike, numbers) }
  } finally {
    folder.remove()
  }
}

/** Lines of each source as far as they can be told, by canonical address. */
export function linesBySource(log: string): Map<string, string[]> {
  const lines = new Map<string, string[]>()
  for (const line of log.split('\n')) {
    const src = /SRC=([0-9A-Fa-f.:]+)/.exec(line)?.[1]
    if (src === undefined) continue
    const key = canonical(src)
    const list = lines.get(key) ?? []
    lines.set(key, list)
    list.push(line)
  }
  return lines
}
