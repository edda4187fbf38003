import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { picketPath } from './cli.ts'

/** New values of keys; a list is a key that stands several times. */
export type Changes = Readonly<Record<string, string | readonly string[]>>

/** What a report says, in one form for both programs; lists are sorted. */
export interface Answer {
  readonly attackers: readonly string[]
  readonly signatures: readonly string[]
  readonly ports: readonly string[]
  readonly prefixes: Readonly<Record<string, number>>
  readonly protocols: Readonly<Record<string, number>>
  readonly os: readonly string[]
}

/** A folder with psad's own psad.conf, changed, and files that the changes may name as `@name`. */
export class PsadFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'picket-psad-conf-'))

  constructor(files: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.path, 'log'))
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  write(name: string, text: string): string {
    const path = join(this.path, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  conf(changes: Changes): string {
    const all: Changes = {
      PSAD_DIR: '@log',
      PSAD_RUN_DIR: '@log',
      // Lists without a cut, so that both tell of everything.
      STATUS_IP_THRESHOLD: '0',
      STATUS_SIGS_THRESHOLD: '0',
      STATUS_PORTS_THRESHOLD: '0',
      ...changes,
    }
    let text = readFileSync('/etc/psad/psad.conf', 'utf8')
    for (const [key, value] of Object.entries(all)) {
      const lines = [value].flat().map((one) => `${key} ${one.replaceAll('@', `${this.path}/`)};`)
      const line = new RegExp(`^${key}\\s.*$`, 'm')
      if (!line.test(text)) throw new Error(`psad's own psad.conf has no ${key}`)
      text = text.replace(line, () => lines.join('\n'))
    }
    return this.write('psad.conf', text)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

const run = promisify(execFile)
const OPTIONS = {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
  env: { ...process.env, TZ: 'UTC' },
} as const

/** What psad prints of a log. */
export async function psadText(
  log: string,
  conf: string,
  ...more: readonly string[]
): Promise<string> {
  const args = ['-A', '-m', log, '-c', conf, '--no-whois', '--no-rdns', ...more]
  const { stdout, stderr } = await run('psad', args, OPTIONS)
  if (!stdout.includes('These results are available'))
    throw new Error(`psad did not finish: ${stdout}${stderr}`)
  return stdout
}

/** What Picket prints of a log, judging as psad. */
export async function picketText(
  log: string,
  conf: string,
  ...more: readonly string[]
): Promise<{ stdout: string; stderr: string }> {
  const args = ['analyze', '--profile', 'psad', '--psad-conf', conf, ...more, log]
  return await run(process.execPath, [picketPath, ...args], OPTIONS)
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

/** One spelling of an address for both. */
function canonical(address: string): string {
  if (!address.includes(':')) return address
  const groups = address
    .toLowerCase()
    .split(':')
    .map((group) => group.replace(/^0+(?=.)/, ''))
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::')
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
