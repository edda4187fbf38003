import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { canonical } from '../helpers/address.ts'
import { picketPath } from '../helpers/cli.ts'
import { PSAD_OPTIONS, PsadFolder, psadText } from '../helpers/psad.ts'
import { answerOfPsad, answerOfReport } from './answer.ts'
import type { Answer, ReportLike } from './answer.ts'
import type { Setup } from './cases/case.ts'

/** Numbers of protocols by the names that psad's table and Picket's use. */
function protocolNumbers(): Map<string, number> {
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

const OWN_NAMES: readonly (readonly [string, number])[] = [
  ['esp', 50],
  ['ah', 51],
  ['sctp', 132],
  ['igmp', 2],
  ['hopopt', 0],
]

/** Both answers to a log under one set-up; without rules of its own, psad has its file and Picket its pack. */
export async function bothAnswers(
  log: string,
  setup: Setup,
): Promise<{ psad: Answer; picket: Answer }> {
  const folder = new PsadFolder(setup.files)
  try {
    const input = folder.write('input.log', log)
    const args = (setup.picket ?? []).map((arg) => arg.replaceAll('DIR', folder.path))
    const [theirs, ours] = await Promise.all([
      psadText(input, folder.conf(setup.conf ?? {}), ...(setup.psad ?? [])),
      picketJson(['--profile', 'psad', ...args, input]),
    ])
    const numbers = protocolNumbers()
    const psad = answerOfPsad(theirs, numbers)
    for (const [name, n] of OWN_NAMES) numbers.set(name, n)
    return { psad, picket: answerOfReport(ours, numbers) }
  } finally {
    folder.remove()
  }
}

const run = promisify(execFile)

async function picketJson(args: readonly string[]): Promise<ReportLike> {
  const { stdout } = await run(
    process.execPath,
    [picketPath, 'analyze', '--format', 'json', ...args],
    PSAD_OPTIONS,
  )
  return JSON.parse(stdout) as ReportLike
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
