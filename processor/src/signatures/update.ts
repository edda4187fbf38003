import { join } from 'node:path'
import { lockStateDirectory } from '../checkpoint/lock.ts'
import { builtinRules, PACK_VERSION, isNewerPack, packVersionOf, readRules } from '../core/index.ts'
import type { PackVersion, RuleProblem, Signature } from '../core/index.ts'
import { HttpError, PicketError, UsageError } from '../errors.ts'
import { isSha256, sumFor, verify } from './checksum.ts'
import { compareRules } from './compare.ts'
import type { RuleChanges } from './compare.ts'
import { fetchBytes, isUrl, withoutSecrets } from './fetch-bytes.ts'
import type { FetchOptions } from './fetch-bytes.ts'
import { InstalledRules, isInstallName, PACK_NAME } from './installed.ts'
import type { StoreDisk } from './installed.ts'

/** Bounds of what is fetched: the pack has about 100 kB, and rule files of others some MB. */
const MAX_BYTES = 16 << 20
const MAX_CHECKSUM_BYTES = 1 << 20
const TIMEOUT_MS = 30_000

export interface UpdateOptions extends Pick<FetchOptions, 'cwd' | 'logger' | 'signal'> {
  readonly stateDir: string
  /** Name to install under; by default the pack's, or the file's own. */
  readonly name?: string | undefined
  /** Any problem in the file refuses it. */
  readonly strict: boolean
  readonly homeNet: readonly string[]
  readonly maxBytes?: number
  readonly timeoutMs?: number
  readonly disk?: StoreDisk
}

export interface UpdateSource {
  /** Address or path of the rule file. */
  readonly from: string
  readonly sha256?: string | undefined
  /** Address or path of a checksum file; without it and without `sha256` it is `from` with .sha256 behind. */
  readonly checksum?: string | undefined
}

/** What an update or a roll-back did. */
export interface UpdateResult {
  readonly outcome: 'installed' | 'unchanged' | 'not-newer' | 'rolled-back'
  readonly name: string
  readonly path: string
  readonly rules: number
  /** Of a pack: the version that came, and the one in use before. */
  readonly version: PackVersion | undefined
  readonly before: PackVersion | undefined
  readonly changes: RuleChanges
  readonly problems: readonly RuleProblem[]
}

/** A version of a rule file in use. */
interface Version {
  readonly bytes: Buffer | undefined
  readonly rules: readonly Signature[]
  readonly pack: PackVersion | undefined
}

/**
 * Fetches a rule file, proves it by its checksum, reads it and puts it into `stateDir/signatures`. On any failure what was
 * there stays. Throws PicketError (fetch, checksum, content) and UsageError (names, sums).
 */
export async function updateRules(
  source: UpdateSource,
  options: UpdateOptions,
): Promise<UpdateResult> {
  const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, ...options }
  if (source.sha256 !== undefined && !isSha256(source.sha256))
    throw new UsageError(`--sha256 "${source.sha256}" is no SHA-256: expected 64 hex digits`)
  const shown = withoutSecrets(source.from)
  const bytes = Buffer.from(await fetchBytes(source.from, limits))
  verify(bytes, source.sha256 ?? (await fetchedSum(source, limits)), shown)

  const text = bytes.toString('utf8')
  const pack = packVersionOf(text)
  const name = installName(options.name, pack, source.from)
  const { rules, problems } = readRules(text, { file: shown, homeNet: options.homeNet })
  if (rules.length === 0) throw noRules(shown, problems)
  if (options.strict && problems.length > 0)
    throw new PicketError(
      'PICKET_RULE',
      `${shown} was refused for what is wrong in it (signatures.strict):\n${problems.map(placed).join('\n')}`,
    )

  return withLock(options, async (installed) => {
    const present = await versionInUse(installed, name, options.homeNet)
    const result = {
      name,
      path: installed.path(name),
      rules: rules.length,
      version: pack,
      before: present.pack,
      changes: compareRules(present.rules, rules),
      problems,
    }
    if (present.bytes?.equals(bytes) === true) return { ...result, outcome: 'unchanged' }
    if (pack !== undefined && present.pack !== undefined && !isNewerPack(pack, present.pack))
      return { ...result, outcome: 'not-newer' }
    await installed.replace(name, bytes)
    return { ...result, outcome: 'installed' }
  })
}

/** Takes the version before the last update back; without one, the built-in pack. Throws PicketError if there is neither. */
export async function rollBackRules(options: UpdateOptions): Promise<UpdateResult> {
  const name = options.name ?? PACK_NAME
  return withLock(options, async (installed) => {
    const present = await versionInUse(installed, name, options.homeNet)
    if (!(await installed.rollBack(name))) {
      if (name !== PACK_NAME || present.bytes === undefined)
        throw new PicketError(
          'PICKET_RULE',
          `${installed.path(name)} has no version before it to go back to`,
        )
      await installed.remove(name)
    }
    const now = await versionInUse(installed, name, options.homeNet)
    return {
      outcome: 'rolled-back',
      name,
      path: installed.path(name),
      rules: now.rules.length,
      version: now.pack,
      before: present.pack,
      changes: compareRules(present.rules, now.rules),
      problems: [],
    }
  })
}

/** The folder of what was fetched. */
export function installedIn(stateDir: string, disk?: StoreDisk): InstalledRules {
  return new InstalledRules(join(stateDir, 'signatures'), disk)
}

/** Two updates at once would mix up each other's generations. */
async function withLock<T>(
  { stateDir, disk }: UpdateOptions,
  work: (installed: InstalledRules) => Promise<T>,
): Promise<T> {
  const installed = installedIn(stateDir, disk)
  const lock = await lockStateDirectory(installed.directory)
  try {
    return await work(installed)
  } finally {
    await lock.release()
  }
}

/** Of the pack the newer of the installed and the built-in one; of others what is installed. */
async function versionInUse(
  installed: InstalledRules,
  name: string,
  homeNet: readonly string[],
): Promise<Version> {
  const bytes = await installed.read(name)
  const text = bytes?.toString('utf8') ?? ''
  const pack = packVersionOf(text)
  if (name === PACK_NAME && (pack === undefined || !isNewerPack(pack, PACK_VERSION)))
    return { bytes, rules: builtinRules(homeNet), pack: PACK_VERSION }
  return { bytes, rules: readRules(text, { file: installed.path(name), homeNet }).rules, pack }
}

async function fetchedSum(
  { from, checksum }: UpdateSource,
  options: FetchOptions,
): Promise<string> {
  const where = checksum ?? besides(from)
  const shown = withoutSecrets(where)
  try {
    const bytes = await fetchBytes(where, { ...options, maxBytes: MAX_CHECKSUM_BYTES })
    return sumFor(fileName(from), new TextDecoder().decode(bytes), shown)
  } catch (error) {
    const isMissing =
      (error instanceof HttpError && error.status === 404) ||
      (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing) throw error
    throw new PicketError(
      'PICKET_RULE',
      `there is no checksum at ${shown}: expected one there, --sha256 HEX or --checksum URL-or-FILE`,
      { cause: error },
    )
  }
}

function besides(from: string): string {
  if (!isUrl(from)) return `${from}.sha256`
  const url = new URL(from)
  url.pathname += '.sha256'
  return url.href
}

function fileName(from: string): string {
  const path = isUrl(from) ? new URL(from).pathname : from
  return path.split(/[/\\]/).at(-1) ?? ''
}

function installName(
  asked: string | undefined,
  pack: PackVersion | undefined,
  from: string,
): string {
  const name =
    asked ?? (pack === undefined ? fileName(from).replace(/\.(?:rules|txt)$/, '') : PACK_NAME)
  if (!isInstallName(name))
    throw new UsageError(
      `"${name}" is no name for a rule file: expected letters, digits, ".", "_" and "-" (--name)`,
    )
  if ((name === PACK_NAME) !== (pack !== undefined))
    throw new UsageError(
      pack === undefined
        ? `${withoutSecrets(from)} is no signature pack, and only one can be called ${PACK_NAME}: give it another --name`
        : `${withoutSecrets(from)} is a signature pack, which is always called ${PACK_NAME}`,
    )
  return name
}

function noRules(from: string, problems: readonly RuleProblem[]): PicketError {
  const first = problems[0]
  return new PicketError(
    'PICKET_RULE',
    `${from} holds no rule that can be used${first === undefined ? '' : `, first of ${problems.length} problems: ${placed(first)}`}`,
  )
}

function placed({ line, column, message }: RuleProblem): string {
  return `line ${line}:${column} ${message}`
}
