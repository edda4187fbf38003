import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface PsadOptions {
  /** Keys of psad.conf with other values than the shipped ones. `DIR` in a value is the run's folder. */
  readonly conf?: Readonly<Record<string, string>>
  /** Files of the run's folder by name: signatures, auto_dl, snort_rule_dl and whatever the configuration names. */
  readonly files?: Readonly<Record<string, string>>
  /** Further arguments. */
  readonly args?: readonly string[]
}

/** A folder with a psad.conf for one run of the real psad. */
export interface PsadFolder {
  readonly dir: string
  readonly conf: string
  remove(): void
}

/** Writes psad's shipped configuration with changes, and the files it names, into a folder of its own. */
export function psadFolder(options: PsadOptions): PsadFolder {
  const dir = mkdtempSync(join(tmpdir(), 'picket-psad-'))
  mkdirSync(join(dir, 'log'))
  let conf = readFileSync('/etc/psad/psad.conf', 'utf8')
  const values = {
    PSAD_DIR: `${dir}/log`,
    PSAD_RUN_DIR: `${dir}/log`,
    // Lists without a cut, so that everything is shown.
    STATUS_IP_THRESHOLD: '0',
    STATUS_SIGS_THRESHOLD: '0',
    STATUS_PORTS_THRESHOLD: '0',
    ...options.conf,
  }
  for (const [key, value] of Object.entries(values)) {
    const line = `${key} ${value.replaceAll('DIR', dir)};`
    const old = new RegExp(`^${key}\\s[^\\n]*$`, 'm')
    conf = old.test(conf) ? conf.replace(old, () => line) : `${line}\n${conf}`
  }
  for (const [name, text] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
    const key = FILE_KEYS[name]
    if (key !== undefined)
      conf = conf.replace(new RegExp(`^${key}\\s.*$`, 'm'), `${key} ${dir}/${name};`)
  }
  writeFileSync(join(dir, 'psad.conf'), conf)
  return {
    dir,
    conf: join(dir, 'psad.conf'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** The key that names a file by which psad is configured. */
const FILE_KEYS: Readonly<Record<string, string>> = {
  signatures: 'SIGS_FILE',
  auto_dl: 'AUTO_DL_FILE',
  snort_rule_dl: 'SNORT_RULE_DL_FILE',
}

/** What `psad -A` prints of a log. Throws if it does not reach its end. */
export function psadText(log: string | Buffer, options: PsadOptions = {}): string {
  const folder = psadFolder(options)
  try {
    return psadTextIn(folder, log, options.args)
  } finally {
    folder.remove()
  }
}

export function psadTextIn(
  folder: PsadFolder,
  log: string | Buffer,
  args: readonly string[] = [],
): string {
  writeFileSync(join(folder.dir, 'input.log'), log)
  const { stdout, stderr } = spawnSync(
    'psad',
    ['-A', '-m', `${folder.dir}/input.log`, '-c', folder.conf, '--no-whois', '--no-rdns', ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, TZ: 'UTC' } },
  )
  if (!stdout.includes('Finished --Analyze cycle'))
    throw new Error(`psad did not finish: ${stdout.slice(-500)}${stderr.slice(-500)}`)
  return stdout
}
