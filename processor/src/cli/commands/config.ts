import { Command } from 'commander'
import type { CliIo } from '../io.ts'
import { addDetectionOptions, examples } from '../options.ts'
import type { DetectionOptions } from '../options.ts'
import { loadSettings } from '../settings.ts'
import { configImportCommand } from './config-import.ts'

/** `picket config check`, `picket config import` and `picket config schema`. */
export function configCommand(io: CliIo): Command {
  const config = new Command('config').summary(
    'check a configuration, import a psad.conf, print the schema',
  )
  config.description(
    'Validates a configuration and prints it as it takes effect; turns a psad.conf into one; prints the JSON schema for editors.',
  )
  examples(
    config,
    'picket config check --config picket.yaml',
    'picket config import /etc/psad/psad.conf > picket.yaml',
    'picket config schema > picket.schema.json',
  )

  const check = config
    .command('check')
    .summary('validate, and print the effective configuration, secrets masked')
    .description(
      'Validates the configuration, all problems at once, and prints it as it takes effect: defaults filled in, secrets masked.',
    )
    .option('--online', 'ask every input and sink whether it can be used, too')
    .action(async (options: DetectionOptions & { readonly online?: boolean }) => {
      const { config: loaded, file } = await loadSettings(options, io, { require: false })
      const { configText } = await import('../../config/print.ts')
      io.stdout.write(
        `# ${file ?? 'no file: defaults, environment and options only'}\n${configText(loaded)}`,
      )
      if (options.online === true) {
        const { checkOnline } = await import('../check-online.ts')
        if (!(await checkOnline(loaded, io))) io.exit(1)
      }
    })
  addDetectionOptions(check)
  examples(
    check,
    'picket config check',
    'picket config check --config /etc/picket/picket.yaml --online',
    'PICKET_DETECTION__SCANTIMEOUT=10m picket config check',
  )

  config.addCommand(configImportCommand(io))

  const schema = config
    .command('schema')
    .summary('print the JSON schema of the configuration file')
    .description(
      'Prints the JSON schema of the configuration file, with a sentence for every key. Editors complete and check with it.',
    )
    .action(async () => {
      const { configJsonSchema } = await import('../../config/json-schema.ts')
      io.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`)
    })
  examples(schema, 'picket config schema > picket.schema.json')
  return config
}
