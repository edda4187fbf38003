import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** New values of keys; a list is a key that stands several times. */
export type Changes = Readonly<Record<string, string | readonly string[]>>

/** A folder with psad's own psad.conf, changed, and files that the changes may name as `@name`. */
export class PsadFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'picket-psad-'))

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
export const PSAD_OPTIONS = {
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
  const { stdout, stderr } = await run('psad', args, PSAD_OPTIONS)
  if (!stdout.includes('Finished --Analyze cycle'))
    throw new Error(`psad did not finish: ${stdout}${stderr}`)
  return stdout
}

/** Labels under `Source OS fingerprint(s)` (p0f) or `Source OS fingerprint` (posf). */
export interface PsadSystems {
  readonly kind: 'p0f' | 'posf'
  readonly labels: readonly string[]
}

/** The systems that psad names, by source. */
export function systemsOf(text: string): Map<string, PsadSystems> {
  const systems = new Map<string, PsadSystems>()
  for (const section of text.split(/^(?=SRC:)/m).slice(1)) {
    const source = /^SRC:\s+(\S+?),? /.exec(section)?.[1] ?? ''
    const found = /^ {4}Source OS fingerprint(\(s\))?:\n((?: {8}.*\n)+)/m.exec(section)
    if (found === null) continue
    systems.set(source, {
      kind: found[1] === undefined ? 'posf' : 'p0f',
      labels: (found[2] ?? '')
        .trimEnd()
        .split('\n')
        .map((line) => line.trim()),
    })
  }
  return systems
}
