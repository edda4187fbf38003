import { resolve } from 'node:path'
import type { PackVersion, Signature } from '../core/index.ts'
import { UsageError } from '../errors.ts'
import { withoutSecrets } from '../signatures/fetch-bytes.ts'
import { rollBackRules, updateRules } from '../signatures/update.ts'
import type { UpdateResult } from '../signatures/update.ts'
import { createLogger } from '../telemetry/log.ts'
import type { CliIo } from './io.ts'
import type { DetectionOptions, Format, LogLevel } from './options.ts'
import { problemLine } from './problems.ts'
import { loadSettings } from './settings.ts'

interface UpdateWords extends DetectionOptions {
  readonly from?: string
  readonly sha256?: string
  readonly checksum?: string
  readonly name?: string
  readonly rollback?: boolean
  readonly format: Format
}

/** Rules of each kind of change that are named in text; JSON names all. */
const MAX_NAMED = 50

/** `picket signatures update`: fetches or rolls back, and says what is different. */
export async function runUpdate(words: UpdateWords, level: LogLevel, io: CliIo): Promise<void> {
  const { config } = await loadSettings(words, io, { require: false })
  const options = {
    cwd: io.cwd,
    logger: createLogger({ level, stream: io.stderr }),
    signal: io.stopped,
    stateDir: resolve(io.cwd, config.stateDir),
    name: words.name,
    strict: config.signatures.strict,
    homeNet: config.homeNet,
  }
  const from = words.from ?? config.signatures.updateUrl
  if (words.rollback === true && (words.from ?? words.sha256 ?? words.checksum) !== undefined)
    throw new UsageError('--rollback fetches nothing: expected no --from, --sha256 or --checksum')
  if (words.rollback !== true && from === undefined)
    throw new UsageError(
      'nothing to fetch from: expected --from URL-or-FILE, or signatures.updateUrl in the configuration',
    )
  const result =
    words.rollback === true || from === undefined
      ? await rollBackRules(options)
      : await updateRules({ from, sha256: words.sha256, checksum: words.checksum }, options)
  for (const problem of result.problems) io.stderr.write(problemLine(problem, 'rule left out'))
  io.stdout.write(
    words.format === 'json'
      ? `${JSON.stringify(asJson(result), null, 2)}\n`
      : asText(result, from === undefined ? '' : withoutSecrets(from)),
  )
}

function asJson(result: UpdateResult): object {
  const { outcome, name, path, rules, version, before, changes, problems } = result
  const plain = ({ sid, message }: Signature): object => ({ sid, message })
  return {
    outcome,
    name,
    path,
    rules,
    version: version ?? null,
    before: before ?? null,
    added: changes.added.map(plain),
    removed: changes.removed.map(plain),
    changed: changes.changed.map(plain),
    problems,
  }
}

function asText(result: UpdateResult, from: string): string {
  const { outcome, path, rules, version, before } = result
  switch (outcome) {
    case 'unchanged':
      return `${from} is what ${path} holds already: nothing to do.\n`
    case 'not-newer':
      return `${from} is ${versionText(version)}, and ${versionText(before)} is in use: nothing was replaced.\n`
    case 'installed':
    case 'rolled-back': {
      const what = version === undefined ? '' : `${versionText(version)}, `
      const count = `${rules} rule${rules === 1 ? '' : 's'}`
      const was = before === undefined ? '' : ` instead of ${versionText(before)}`
      const head =
        outcome === 'installed'
          ? `Installed ${path}: ${what}${count}${was}.`
          : `Went back to ${what}${count}${was}.`
      return `${head}\n${changesText(result)}A picket that runs takes them on SIGHUP.\n`
    }
  }
}

function versionText(version: PackVersion | undefined): string {
  return version === undefined ? 'no pack' : `pack version ${version.number} of ${version.date}`
}

function changesText({ changes }: UpdateResult): string {
  const named = (word: string, rules: readonly Signature[]): string => {
    const lines = rules.slice(0, MAX_NAMED).map(({ sid, message }) => `    ${sid} ${message}\n`)
    const more = rules.length > MAX_NAMED ? `    ... and ${rules.length - MAX_NAMED} more\n` : ''
    return rules.length === 0 ? '' : `  ${rules.length} ${word}\n${lines.join('')}${more}`
  }
  return (
    named('added', changes.added) +
    named('removed', changes.removed) +
    named('changed', changes.changed)
  )
}
