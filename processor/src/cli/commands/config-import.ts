import { access, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { PROFILES } from '../../core/options.ts'
import { UsageError } from '../../errors.ts'
import type { CliIo } from '../io.ts'
import { collect, examples } from '../options.ts'

interface ImportOptions {
  readonly override: readonly string[]
  readonly all?: boolean
  readonly profile?: string
  readonly output?: string
  readonly report?: string
  readonly force?: boolean
}

/** `picket config import`: a psad.conf as a picket.yaml, with an account of every key. */
export function configImportCommand(io: CliIo): Command {
  const command = new Command('import')
    .summary('turn a psad.conf into a Picket configuration')
    .description(
      'Prints a picket.yaml that does what a psad.conf does, and says on stderr of every key whether it was carried over, where to,\n' +
        'or why not. A value that cannot be used is told of and left out: nothing is guessed.',
    )
    .argument('<psad.conf>', 'the file, as in /etc/psad/psad.conf')
    .option(
      '--override <file>',
      'a file whose keys come before those of psad.conf (repeatable)',
      collect,
      [],
    )
    .option('--all', 'print also what is a default of Picket anyway')
    .addOption(
      new Option('--profile <profile>', 'set detection.profile: psad judges as psad -A').choices(
        PROFILES,
      ),
    )
    .option('-o, --output <file>', 'write the picket.yaml to a file')
    .option('--report <file>', 'write the account of the keys to a file')
    .option('--force', 'overwrite existing files')
  examples(
    command,
    'picket config import /etc/psad/psad.conf > picket.yaml',
    'picket config import /etc/psad/psad.conf --output picket.yaml --report import.txt',
    'picket config import psad.conf --override site.conf --profile psad',
  )
  return command.action(async (file: string, options: ImportOptions) => {
    for (const target of [options.output, options.report])
      if (target !== undefined && options.force !== true && (await exists(resolve(io.cwd, target))))
        throw new UsageError(`${target} exists; --force overwrites it`)
    const [{ loadPsadConf }, { accountText, picketYaml }] = await Promise.all([
      import('../psad-conf.ts'),
      import('../../psad-conf/index.ts'),
    ])
    const carried = await loadPsadConf(file, options.override, io)
    const yaml = picketYaml(carried.settings, {
      file,
      all: options.all === true,
      profile: options.profile,
    })
    await put(accountText(carried, file), options.report, io.stderr, options, io)
    await put(yaml, options.output, io.stdout, options, io)
  })
}

async function put(
  text: string,
  target: string | undefined,
  stream: CliIo['stdout'],
  { force }: ImportOptions,
  io: CliIo,
): Promise<void> {
  if (target === undefined) stream.write(text)
  else await writeFile(resolve(io.cwd, target), text, { flag: force === true ? 'w' : 'wx' })
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  )
}
