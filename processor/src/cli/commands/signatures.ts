import { Command } from 'commander'
import type { CliIo } from '../io.ts'
import {
  addDetectionOptions,
  collect,
  countArgument,
  examples,
  formatOption,
  globalOptions,
} from '../options.ts'
import type { DetectionOptions, Format } from '../options.ts'

interface ListOptions extends DetectionOptions {
  readonly format: Format
  readonly sid: readonly number[]
  readonly search?: string
}

interface UpdateOptions extends DetectionOptions {
  readonly from?: string
  readonly sha256?: string
  readonly checksum?: string
  readonly name?: string
  readonly rollback?: boolean
  readonly format: Format
}

/** `picket signatures list|check|update`. */
export function signaturesCommand(io: CliIo): Command {
  const command = new Command('signatures')
    .summary('list the rules in use, check a rule file, fetch newer rules')
    .description(
      'Rules that packets are matched against: the pack that comes with Picket, files of your own, files that were fetched.',
    )
  examples(
    command,
    'picket signatures list --search redis',
    'picket signatures check local.rules',
    'picket signatures update --from https://example.org/picket.rules',
  )
  command.addCommand(listCommand(io)).addCommand(checkCommand(io)).addCommand(updateCommand(io))
  return command
}

function listCommand(io: CliIo): Command {
  const list = new Command('list')
    .summary('what is loaded')
    .description(
      'Prints the rules that the configuration loads: sid, level, protocol, message, where from.',
    )
  addDetectionOptions(list)
    .addOption(formatOption())
    .option(
      '--sid <n>',
      'only this rule (repeatable)',
      (value: string, before: readonly number[]) => [...before, countArgument(value)],
      [],
    )
    .option('--search <text>', 'only rules with this in their message, class or references')
  examples(
    list,
    'picket signatures list',
    'picket signatures list --profile psad --format csv',
    'picket signatures list --sid 384 --format json',
  )
  return list.action(async (options: ListOptions) => {
    const [{ loadOfflineSettings }, { collectRules }, { listPieces }, { Output }] =
      await Promise.all([
        import('../settings.ts'),
        import('../rules.ts'),
        import('../rule-list.ts'),
        import('../output.ts'),
      ])
    const { engine, files } = await loadOfflineSettings(options, io)
    const set = await collectRules(files.signatures, { ...engine, stateDir: files.stateDir }, io)
    await new Output(io.stdout).writeAll(listPieces(set, engine, options))
  })
}

function checkCommand(io: CliIo): Command {
  const check = new Command('check')
    .summary('whether a rule file is sound')
    .description(
      'Reads rule files and names everything in them that is wrong or has no effect, with file:line:column.\n' +
        'Exits 0 if there is nothing, 1 if there is, 2 if a file cannot be read.',
    )
    .argument('<file...>', 'rule files')
    .option('--strict', 'count a rule with a warning as left out, as signatures.strict does')
    .option('--home-net <cidr>', 'what $HOME_NET stands for (repeatable)', collect, [])
  examples(check, 'picket signatures check local.rules', 'picket signatures check --strict *.rules')
  return check.action(
    async (
      files: readonly string[],
      options: { readonly strict?: boolean; readonly homeNet: readonly string[] },
    ) => {
      const { checkRuleFiles } = await import('../check-rules.ts')
      io.exit(await checkRuleFiles(files, options, io))
    },
  )
}

function updateCommand(io: CliIo): Command {
  const update = new Command('update')
    .summary('fetch newer rules')
    .description(
      'Fetches a rule file, proves it by its SHA-256 and puts it into signatures/ of the state directory, from where `run` and\n' +
        '`analyze` load it. Nothing is replaced on any failure; five versions are kept, and --rollback takes the last one back.',
    )
    .option(
      '--from <url-or-file>',
      'where from (default: signatures.updateUrl of the configuration)',
    )
    .option('--sha256 <hex>', 'what it must be')
    .option('--checksum <url-or-file>', 'a file of sha256sum (default: FROM.sha256)')
    .option(
      '--name <name>',
      'install it as NAME.rules (default: its own name; the pack is "picket")',
    )
    .option('--rollback', 'go back to the version before, without fetching anything')
  addDetectionOptions(update).addOption(formatOption())
  examples(
    update,
    'picket signatures update',
    'picket signatures update --from https://example.org/scan.rules --name scan',
    'picket signatures update --from ./picket.rules --sha256 "$SUM"',
    'picket signatures update --rollback',
  )
  return update.action(async (options: UpdateOptions) => {
    const { runUpdate } = await import('../update-rules.ts')
    await runUpdate(options, globalOptions(update).logLevel, io)
  })
}
