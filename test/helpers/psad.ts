import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What `psad -A` said of a log, as far as it is compared. */
export interface PsadAnswer {
  readonly text: string
  readonly attackers: readonly {
    readonly source: string
    readonly dangerLevel: number
    readonly packets: number
  }[]
  readonly prefixes: Readonly<Record<string, number>>
  /** Labels under `Source OS fingerprint(s)` (p0f) or `Source OS fingerprint` (posf) of the sources that have some. */
  readonly systems: ReadonlyMap<string, PsadSystems>
}

export interface PsadSystems {
  readonly kind: 'p0f' | 'posf'
  readonly labels: readonly string[]
}

/** Runs the real psad over a log in a folder of its own, with an empty signature file. */
export function psadAnalyze(log: string | Buffer): PsadAnswer {
  const dir = mkdtempSync(join(tmpdir(), 'picket-psad-'))
  try {
    mkdirSync(join(dir, 'log'))
    const conf = readFileSync('/etc/psad/psad.conf', 'utf8')
      .replace(/^PSAD_DIR .*$/m, `PSAD_DIR ${dir}/log;`)
      .replace(/^PSAD_RUN_DIR .*$/m, `PSAD_RUN_DIR ${dir}/log;`)
      // Lists without a cut, so that every attacker is shown.
      .replace(/^STATUS_IP_THRESHOLD .*$/m, 'STATUS_IP_THRESHOLD 0;')
    writeFileSync(join(dir, 'psad.conf'), conf)
    writeFileSync(join(dir, 'signatures'), '')
    writeFileSync(join(dir, 'input.log'), log)
    const result = spawnSync(
      'psad',
      [
        '-A',
        '-m',
        `${dir}/input.log`,
        '-c',
        `${dir}/psad.conf`,
        '--signatures',
        `${dir}/signatures`,
        '--no-whois',
        '--no-rdns',
      ],
      { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, TZ: 'UTC' } },
    )
    return {
      text: result.stdout,
      attackers: attackersOf(result.stdout),
      prefixes: prefixesOf(result.stdout),
      systems: systemsOf(result.stdout),
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function attackersOf(text: string): PsadAnswer['attackers'] {
  // IPv6 sources are printed short there and in full in the detail section: take the detail section's.
  const attackers = []
  for (const match of text.matchAll(/^SRC:\s+(\S+?)(?: \(\S+\))?, DL: (\d), .*?Pkts: (\d+),/gm))
    attackers.push({
      source: match[1] ?? '',
      dangerLevel: Number(match[2]),
      packets: Number(match[3]),
    })
  return attackers
}

function prefixesOf(text: string): Record<string, number> {
  const section = /prefix counters:\n([\s\S]*?)\n\s*\n/.exec(text)?.[1] ?? ''
  return Object.fromEntries(
    [...section.matchAll(/^\s+"(.*)": (\d+)$/gm)].map((match) => [
      match[1] ?? '',
      Number(match[2]),
    ]),
  )
}

function systemsOf(text: string): Map<string, PsadSystems> {
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
