import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { picketPath } from './cli.ts'
import { canonical } from './address.ts'
import { PSAD_OPTIONS } from './psad.ts'

const run = promisify(execFile)

/** What a report says, in one form for both programs; lists are sorted. */
export interface Answer {
  readonly attackers: readonly string[]
  readonly signatures: readonly string[]
  readonly ports: readonly string[]
  readonly prefixes: Readonly<Record<string, number>>
  readonly protocols: Readonly<Record<string, number>>
  readonly os: readonly string[]
}

/** What Picket prints of a log, judging as psad. */
export async function picketText(
  log: string,
  conf: string,
  ...more: readonly string[]
): Promise<{ stdout: string; stderr: string }> {
  const args = ['analyze', '--profile', 'psad', '--psad-conf', conf, ...more, log]
  return await run(process.execPath, [picketPath, ...args], PSAD_OPTIONS)
}

export function psadAnswer(text: string): Answer {
  const section = (title: RegExp): string =>
    new RegExp(`${title.source}[^\\n]*\\n([\\s\\S]*?)\\n\\s*\\n`).exec(text)?.[1] ?? ''
  const between = (title: RegExp): string =>
    new RegExp(`${title.source}[^\\n]*\\n([^[]*)`).exec(text)?.[1] ?? ''
  const attackers = [
    ...text.matchAll(
      /^\s+([0-9a-f.:]+)(?: \(\S+\))?\s+DL: (\d), Packets: (\d+), Sig count: (\d+)/gm,
    ),
  ].map(([, source = '', level, packets, matches]) =>
    attacker(source, Number(level), Number(packets), Number(matches)),
  )
  const signatures = [
    ...text.matchAll(/^\s+".*" \((\w+)\),\s+Count: (\d+),\s+Unique sources: (\d+),\s+Sid: (\d+)/gm),
  ].map(([, protocol = '', count, sources, sid]) => `${sid} ${protocol} ${count} ${sources}`)
  const ports = [...between(/scanned ports:/).matchAll(/^\s+(\w+) (\d+)\s+(\d+) packets/gm)].map(
    ([, protocol = '', port, packets]) => `${protocol}/${port} ${packets}`,
  )
  const prefixes = [...section(/prefix counters:/).matchAll(/^\s+"(.*)": (\d+)$/gm)].map(
    ([, prefix = '', count]) => [prefix, Number(count)] as const,
  )
  const protocols = [
    ...section(/Total protocol packet counters:/).matchAll(/^\s+(\S+): (\d+) pkts/gm),
  ].map(([, name = '', count]) => [name, Number(count)] as const)
  return {
    attackers: attackers.sort(),
    signatures: signatures.sort(),
    ports: ports.sort(),
    prefixes: Object.fromEntries(prefixes),
    protocols: Object.fromEntries(protocols),
    os: osOf(text),
  }
}

/** `SOURCE LABEL` of each guess, which stand indented below their heading. */
function osOf(text: string): string[] {
  const found: string[] = []
  let source = ''
  let inside = false
  for (const line of text.split('\n')) {
    source = /^SRC:\s+([0-9a-f.:]+)/.exec(line)?.[1] ?? source
    if (inside && /^ {8}\S/.test(line)) found.push(`${canonical(source)} ${labelOf(line.trim())}`)
    else inside = line.includes('Source OS fingerprint')
  }
  return found.sort()
}

/** Picket prints genre, version and subtype of p0f's `genre:version:subtype:details`. */
function labelOf(label: string): string {
  const [genre = '', ...more] = label.split(':').slice(0, 3)
  return [genre.replace(/^[@*-]/, ''), ...more].filter((part) => part !== '').join(' ')
}

interface ReportLike {
  readonly attackers: readonly {
    source: string
    dangerLevel: number
    packets: number
    signatureMatches: number
  }[]
  readonly signatures: readonly { sid: number; protocol: string; count: number; sources: number }[]
  readonly ports: readonly { protocol: string; port: number; packets: number }[]
  readonly prefixes: Record<string, number>
  readonly protocols: Record<string, number>
  readonly sources: readonly { source: string; os?: readonly string[] }[]
}

export function picketAnswer(json: string): Answer {
  const report = JSON.parse(json) as ReportLike
  return {
    attackers: report.attackers
      .map(({ source, dangerLevel, packets, signatureMatches }) =>
        attacker(source, dangerLevel, packets, signatureMatches),
      )
      .sort(),
    signatures: report.signatures
      .map(({ sid, protocol, count, sources }) => `${sid} ${protocol} ${count} ${sources}`)
      .sort(),
    ports: report.ports
      .map(({ protocol, port, packets }) => `${protocol}/${port} ${packets}`)
      .sort(),
    prefixes: report.prefixes,
    protocols: report.protocols,
    os: report.sources
      .flatMap(({ source, os = [] }) =>
        os.map((label) => `${source} ${label.replace(/ \((?:likely|possible)\)$/, '')}`),
      )
      .sort(),
  }
}

function attacker(source: string, level: number, packets: number, matches: number): string {
  return `${canonical(source)} level ${level} packets ${packets} matches ${matches}`
}
