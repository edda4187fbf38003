import { open, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { ConfigError, UsageError } from '../../errors.ts'
import {
  ADVISE,
  advise,
  answerCsv,
  answerJson,
  answerText,
  checkFirewall,
  isClean,
  readRuleset,
} from '../../firewall/index.ts'
import type { AdviseOption, RulesetText } from '../../firewall/index.ts'
import { messageOf } from '../errors.ts'
import { askHost, thisHost } from '../firewall-host.ts'
import type { Host, HostRules } from '../firewall-host.ts'
import type { CliIo } from '../io.ts'
import { collect, examples, formatOption, globalOptions, mayColor } from '../options.ts'
import type { Format } from '../options.ts'
import { Output } from '../output.ts'

interface CheckFirewallOptions {
  readonly rules: readonly string[]
  readonly advise: AdviseOption
  readonly format: Format
}

/** Of one file of rules. */
const MAX_BYTES = 64 * 1024 * 1024

/** Of a directory as /etc/ufw, in the order in which ufw loads them. */
const UFW_FILES = [
  'ufw.conf',
  'before.rules',
  'user.rules',
  'after.rules',
  'before6.rules',
  'user6.rules',
  'after6.rules',
]
const UFW_DEFAULTS = '../default/ufw'

/** `picket check-firewall`: 0 clean, 1 findings, 2 unreadable. */
export function checkFirewallCommand(io: CliIo, host: Host = thisHost()): Command {
  const command = new Command('check-firewall')
    .summary('does the firewall log what Picket needs to see?')
    .description(
      'Reads firewall rules, or asks the host for them, and says what of a scan would not be logged and what to add. Changes nothing.\n' +
        'Rules are what iptables-save, ip6tables-save, nft list ruleset or nft -j list ruleset print, or the rule files of ufw. Exits with 0 if all is well, 1 if there are errors or warnings, 2 if rules cannot be read.',
    )
    .option(
      '--rules <file>',
      'read rules from a file, from a directory as /etc/ufw, or from stdin for - (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option('--advise <firewall>', 'print what to add for this firewall')
        .choices(ADVISE)
        .default('fitting'),
    )
    .addOption(formatOption())
  examples(
    command,
    'sudo picket check-firewall',
    'picket check-firewall --rules rules.v4 --rules rules.v6',
    'ssh gateway sudo nft list ruleset | picket check-firewall --rules -',
    'sudo picket check-firewall --rules /etc/ufw --format json',
  )
  return command.action(async (options: CheckFirewallOptions) => {
    const { texts, isForwarding } =
      options.rules.length > 0
        ? { texts: await readFiles(options.rules, io), isForwarding: {} }
        : await hostRules(host, io)
    const reading = readRuleset(texts)
    if (reading.damages !== undefined)
      throw new ConfigError(reading.damages.map((damage) => ({ ...damage, path: '' })))
    const checked = checkFirewall({ ...reading.firewall, isForwarding })
    const answer = {
      kind: reading.kind,
      findings: checked.findings,
      advice: advise(checked, reading.kind, options.advise),
    }
    const output = new Output(io.stdout)
    output.write(
      options.format === 'json'
        ? answerJson(answer)
        : options.format === 'csv'
          ? answerCsv(answer)
          : answerText(answer, { color: mayColor(io.stdout, io, globalOptions(command)) }),
    )
    await output.flush()
    if (!isClean(checked.findings)) io.exit(1)
  })
}

async function hostRules(host: Host, io: CliIo): Promise<HostRules> {
  const rules = await askHost(host)
  const said = rules.asked.map((one) => `${one.command} (${one.said})`).join(', ')
  if (rules.isUnknown)
    throw new UsageError(
      `the host's rules cannot be read: asked ${said}. Run it as root, or give the rules: picket check-firewall --rules FILE`,
    )
  io.stderr.write(`Asked the host: ${said}\n`)
  return rules
}

async function readFiles(files: readonly string[], io: CliIo): Promise<RulesetText[]> {
  const texts: RulesetText[] = []
  for (const file of files) {
    if (file === '-') {
      texts.push({ file: 'stdin', text: await readStdin(io) })
      continue
    }
    const path = resolve(io.cwd, file)
    try {
      if ((await stat(path)).isDirectory()) texts.push(...(await readUfwDirectory(file, path)))
      else texts.push({ file, text: await readText(path) })
    } catch (error) {
      if (error instanceof UsageError) throw error
      throw new UsageError(`cannot read rules: ${messageOf(error)}`)
    }
  }
  return texts
}

async function readUfwDirectory(name: string, path: string): Promise<RulesetText[]> {
  const present = new Set(await readdir(path))
  const files = UFW_FILES.filter((file) => present.has(file))
  if (!files.some((file) => file.endsWith('.rules')))
    throw new UsageError(
      `--rules ${name}: the directory holds no rule files of ufw; expected one such as /etc/ufw, or a file`,
    )
  const texts: RulesetText[] = []
  for (const file of files)
    texts.push({ file: join(name, file), text: await readText(join(path, file)) })
  const defaults = await readText(join(path, UFW_DEFAULTS)).catch(() => undefined)
  if (defaults !== undefined) texts.push({ file: join(name, UFW_DEFAULTS), text: defaults })
  return texts
}

async function readText(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size > MAX_BYTES)
      throw new UsageError(
        `${path} has ${size} bytes: expected rules of at most ${MAX_BYTES} bytes`,
      )
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

async function readStdin(io: CliIo): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of io.stdin) {
    const buffer = Buffer.from(chunk as Uint8Array)
    bytes += buffer.length
    if (bytes > MAX_BYTES)
      throw new UsageError(`stdin has more than ${MAX_BYTES} bytes: expected rules`)
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString()
}
