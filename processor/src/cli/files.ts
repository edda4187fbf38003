import { lookup } from 'node:dns/promises'
import type { LoadedFiles } from '../config/engine-options.ts'
import { parseAddressList, parseAutoDl } from '../core/index.ts'
import type { DangerLevel, EngineOptions, LevelEntry } from '../core/index.ts'
import type { RuleProblem } from '../core/signature/signature.ts'
import { loadFingerprints } from './fingerprints.ts'
import type { FingerprintSettings } from './fingerprints.ts'
import type { CliIo } from './io.ts'
import { tellProblems } from './problems.ts'
import { readText } from './read-text.ts'
import { loadRules } from './rules.ts'
import type { RuleSettings } from './rules.ts'
import { loadTables } from './tables.ts'
import type { TableSettings } from './tables.ts'

/** The parts of a configuration that name files. */
export interface FileSettings {
  /** Its folder `signatures` holds what `picket signatures update` fetched. */
  readonly stateDir: string
  readonly signatures: RuleSettings
  readonly autoDl: { readonly files: readonly string[] }
  readonly reputation: readonly {
    readonly name: string
    readonly file: string
    readonly level: number
  }[]
  readonly tables: TableSettings
  readonly fingerprints: FingerprintSettings
}

/**
 * Everything that the configuration keeps in files of its own: rules, levels, tables. What is wrong inside a file is said on
 * stderr and leaves only that line out. Throws a PicketError that names a file which cannot be read.
 */
export async function loadFiles(
  settings: FileSettings,
  engine: Pick<EngineOptions, 'homeNet' | 'profile' | 'variables'>,
  io: CliIo,
): Promise<LoadedFiles> {
  const { options: tables, ipOptions } = await loadTables(settings.tables, io)
  const signatures = await loadRules(
    settings.signatures,
    { ...engine, ipOptions, stateDir: settings.stateDir },
    io,
  )
  const fingerprints = await loadFingerprints(settings.fingerprints, engine.profile, io)
  const levels: LevelEntry[] = []
  for (const file of settings.autoDl.files) levels.push(...(await autoDlOf(file, io)))
  for (const { name, file, level } of settings.reputation) {
    const { networks, problems } = parseAddressList(await readText(file, io, 'list'), file)
    tellProblems(problems, 'line left out', io)
    for (const network of networks)
      levels.push({ network, level: level as DangerLevel, criteria: [], list: name })
  }
  return { signatures, levels, tables, fingerprints }
}

/** The entries of an auto_dl file; host names are resolved here, once. */
async function autoDlOf(file: string, io: CliIo): Promise<LevelEntry[]> {
  const { entries, problems } = parseAutoDl(await readText(file, io, 'list'), file)
  const unresolved: RuleProblem[] = []
  const levels: LevelEntry[] = []
  for (const { address, isHost, level, criteria, line } of entries) {
    const networks = isHost ? await addressesOf(address) : [address]
    if (networks.length === 0)
      unresolved.push({
        file,
        line,
        column: 1,
        severity: 'error',
        message: `the name "${address}" has no address`,
      })
    for (const network of networks) levels.push({ network, level, criteria, list: 'auto_dl' })
  }
  tellProblems([...problems, ...unresolved], 'line left out', io)
  return levels
}

async function addressesOf(name: string): Promise<string[]> {
  try {
    const found = await lookup(name, { all: true })
    return [...new Set(found.map(({ address }) => address))]
  } catch {
    return []
  }
}
