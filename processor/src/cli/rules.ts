import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  builtinRules,
  parseClassifications,
  parseFwsnortRules,
  parseSidLevels,
  readRules,
  withLevel,
} from '../core/index.ts'
import type { DangerLevel, EngineOptions, RuleLevels } from '../core/index.ts'
import type { RuleProblem, Signature } from '../core/signature/signature.ts'
import { PicketError } from '../errors.ts'
import { messageOf } from './errors.ts'
import type { CliIo } from './io.ts'
import { readText } from './read-text.ts'
import { tellProblems } from './problems.ts'

/** The part of the configuration that is about rules. */
export interface RuleSettings {
  readonly builtin: boolean
  readonly files: readonly string[]
  /** Danger level by sid. */
  readonly levels: Readonly<Record<string, number>>
  readonly levelFiles: readonly string[]
  readonly classifications: readonly string[]
  readonly fwsnort: { readonly dirs: readonly string[] }
}

/** What of the engine's options decides how rules are read. */
export interface RuleContext extends Pick<EngineOptions, 'homeNet' | 'profile' | 'variables'> {
  /** Names of IP options in place of the usual ones. */
  readonly ipOptions?: Readonly<Record<string, number>> | undefined
}

/**
 * The rules that a configuration asks for, with the operator's levels. A file's rule replaces the built-in one of the same
 * sid; of two files the first keeps it. What is wrong inside a file is said on stderr and leaves only that rule out.
 * Throws a PicketError that names a file which cannot be read.
 */
export async function loadRules(
  settings: RuleSettings,
  context: RuleContext,
  io: CliIo,
): Promise<Signature[]> {
  const rules = new Map<number, Signature>()
  const problems: RuleProblem[] = []
  const { homeNet, variables, ipOptions } = context
  for (const file of settings.files) {
    const read = readRules(await readText(file, io, 'rule file'), {
      file,
      homeNet,
      variables,
      ipOptions,
      psad: context.profile === 'psad',
    })
    problems.push(...read.problems)
    for (const rule of read.rules) {
      const first = rules.get(rule.sid)
      if (first === undefined) rules.set(rule.sid, rule)
      else problems.push(doubled(rule, first))
    }
  }
  if (settings.builtin)
    for (const rule of builtinRules(homeNet, variables))
      if (!rules.has(rule.sid)) rules.set(rule.sid, rule)
  tellProblems(problems, 'rule left out', io)
  const fwsnort = await fwsnortRules(settings.fwsnort.dirs, io)
  const levels = await ruleLevels(settings, io)
  return [...[...rules.values()].sort((a, b) => a.sid - b.sid), ...fwsnort].map((rule) =>
    withLevel(rule, levels),
  )
}

/** The levels of `levels`, then of the files: the first that names a sid or a class decides. */
async function ruleLevels(settings: RuleSettings, io: CliIo): Promise<RuleLevels> {
  const bySid = new Map(
    Object.entries(settings.levels).map(([sid, level]) => [Number(sid), level as DangerLevel]),
  )
  const byClass = new Map<string, DangerLevel>()
  const problems: RuleProblem[] = []
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
  tellProblems(problems, 'line left out', io)
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
    throw new PicketError('PICKET_RULE', `rule folder ${messageOf(error)}`, { cause: error })
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
