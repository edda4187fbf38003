import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  builtinRules,
  isNewerPack,
  PACK_VERSION,
  packVersionOf,
  parseClassifications,
  parseFwsnortRules,
  parseSidLevels,
  readRules,
  rulesOfProfile,
  withLevel,
} from '../core/index.ts'
import type {
  DangerLevel,
  EngineOptions,
  PackVersion,
  RuleLevels,
  RuleProblem,
  Signature,
} from '../core/index.ts'
import { ConfigError, PicketError } from '../errors.ts'
import { messageOf } from './errors.ts'
import type { CliIo } from './io.ts'
import { tellProblems } from './problems.ts'
import { readText } from './read-text.ts'

/** The part of the configuration that is about rules. */
export interface RuleSettings {
  readonly builtin: boolean
  readonly files: readonly string[]
  /** Any problem in a rule file is an error of the configuration. */
  readonly strict: boolean
  /** Danger level by sid. */
  readonly levels: Readonly<Record<string, number>>
  readonly levelFiles: readonly string[]
  readonly classifications: readonly string[]
  readonly fwsnort: { readonly dirs: readonly string[] }
}

/** What else decides which rules there are and how they are read. */
export interface RuleContext extends Pick<EngineOptions, 'homeNet' | 'profile' | 'variables'> {
  /** Names of IP options in place of the usual ones. */
  readonly ipOptions?: Readonly<Record<string, number>> | undefined
  /** Its folder `signatures` holds what `picket signatures update` fetched. */
  readonly stateDir: string
}

/** The rules in use, and how they came to be. */
export interface RuleSet {
  /** By sid, those of fwsnort behind the others. */
  readonly rules: readonly Signature[]
  readonly problems: readonly RuleProblem[]
  /** undefined: switched off. `file`: of a fetched one. */
  readonly pack: { readonly version: PackVersion; readonly file: string | undefined } | undefined
  /** Rules that the profile does not use. */
  readonly unused: number
}

/**
 * The rules that a configuration asks for, with the operator's levels. What is wrong inside a file is said on stderr and leaves
 * only that rule out. Throws a PicketError that names a file which cannot be read and, where rules are strict, a ConfigError with
 * all problems.
 */
export async function loadRules(
  settings: RuleSettings,
  context: RuleContext,
  io: CliIo,
): Promise<readonly Signature[]> {
  const { rules, problems } = await collectRules(settings, context, io)
  tellProblems(problems, 'rule left out', io)
  return rules
}

/**
 * As `loadRules`, without telling. A file of the configuration comes before one that was fetched, and that before the pack: the
 * first has the sid. Two files of the configuration with the same sid are a problem.
 */
export async function collectRules(
  settings: RuleSettings,
  { homeNet, variables, ipOptions, profile, stateDir }: RuleContext,
  io: CliIo,
): Promise<RuleSet> {
  const rules = new Map<number, Signature>()
  const problems: RuleProblem[] = []
  const psad = profile === 'psad'
  const add = (text: string, file: string, onDouble?: (rule: Signature) => void): void => {
    const read = readRules(text, { file, homeNet, variables, ipOptions, psad })
    problems.push(...read.problems)
    for (const rule of read.rules) {
      if (rules.has(rule.sid)) onDouble?.(rule)
      else rules.set(rule.sid, rule)
    }
  }
  for (const file of settings.files)
    add(await readText(file, io, 'rule file'), file, (rule) =>
      problems.push(doubled(rule, rules.get(rule.sid)!)),
    )
  const fetched = await fetchedRules(stateDir, io)
  for (const { file, text } of fetched.files) add(text, file)
  let pack: RuleSet['pack']
  if (settings.builtin && fetched.pack !== undefined) {
    add(fetched.pack.text, fetched.pack.file)
    pack = fetched.pack
  } else if (settings.builtin) {
    for (const rule of builtinRules(homeNet, variables))
      if (!rules.has(rule.sid)) rules.set(rule.sid, rule)
    pack = { version: PACK_VERSION, file: undefined }
  }
  const fwsnort = await fwsnortRules(settings.fwsnort.dirs, io)
  const levels = await ruleLevels(settings, problems, io)
  if (settings.strict && problems.length > 0)
    throw new ConfigError(
      problems.map(({ file, line, column, message }) => ({
        file,
        line,
        column,
        path: '',
        message,
      })),
    )
  const all = [...rules.values()].sort((a, b) => a.sid - b.sid)
  const used = rulesOfProfile(all, profile)
  return {
    rules: [...used, ...fwsnort].map((rule) => withLevel(rule, levels)),
    problems,
    pack,
    unused: all.length - used.length,
  }
}

interface Fetched {
  readonly files: readonly { readonly file: string; readonly text: string }[]
  /** Only if it is newer than the built-in one. */
  readonly pack:
    { readonly file: string; readonly text: string; readonly version: PackVersion } | undefined
}

async function fetchedRules(stateDir: string, io: CliIo): Promise<Fetched> {
  // Most commands find no folder here: the code that fetches and writes is not needed for that.
  const { InstalledRules, PACK_NAME } = await import('../signatures/installed.ts')
  const shown = new InstalledRules(`${stateDir}/signatures`)
  const installed = new InstalledRules(resolve(io.cwd, stateDir, 'signatures'))
  const files: { file: string; text: string }[] = []
  let pack: Fetched['pack']
  try {
    for (const name of await installed.names()) {
      const text = (await installed.read(name))?.toString('utf8') ?? ''
      const file = shown.path(name)
      const version = packVersionOf(text)
      if (name !== PACK_NAME) files.push({ file, text })
      else if (version !== undefined && isNewerPack(version, PACK_VERSION))
        pack = { file, text, version }
    }
  } catch (error) {
    throw new PicketError('PICKET_FILE', `rule file ${messageOf(error)}`, { cause: error })
  }
  return { files, pack }
}

/** The levels of `levels`, then of the files: the first that names a sid or a class decides. */
async function ruleLevels(
  settings: RuleSettings,
  problems: RuleProblem[],
  io: CliIo,
): Promise<RuleLevels> {
  const bySid = new Map(
    Object.entries(settings.levels).map(([sid, level]) => [Number(sid), level as DangerLevel]),
  )
  const byClass = new Map<string, DangerLevel>()
  for (const file of settings.levelFiles) {
    const read = parseSidLevels(await readText(file, io, 'rule file'), file)
    problems.push(...read.problems)
    for (const [sid, level] of read.levels) if (!bySid.has(sid)) bySid.set(sid, level)
  }
  for (const file of settings.classifications) {
    const read = parseClassifications(await readText(file, io, 'rule file'), file)
    problems.push(...read.problems)
    for (const [name, level] of read.levels) if (!byClass.has(name)) byClass.set(name, level)
  }
  return { bySid, byClass }
}

/** The rules that fwsnort was made from; of two with one sid the first counts. */
async function fwsnortRules(dirs: readonly string[], io: CliIo): Promise<Signature[]> {
  const rules = new Map<number, Signature>()
  for (const dir of dirs) {
    for (const name of await rulesFiles(dir, io)) {
      const file = join(dir, name)
      for (const rule of parseFwsnortRules(await readText(file, io, 'rule file'), file))
        if (!rules.has(rule.sid)) rules.set(rule.sid, rule)
    }
  }
  return [...rules.values()]
}

async function rulesFiles(dir: string, io: CliIo): Promise<string[]> {
  try {
    const names = await readdir(resolve(io.cwd, dir))
    return names.filter((name) => name.endsWith('.rules')).sort()
  } catch (error) {
    throw new PicketError('PICKET_FILE', `rule folder ${messageOf(error)}`, { cause: error })
  }
}

function doubled(rule: Signature, first: Signature): RuleProblem {
  return {
    file: rule.file,
    line: rule.line,
    column: 1,
    severity: 'error',
    message: `sid ${rule.sid} stands in ${first.file}:${first.line} already`,
  }
}
