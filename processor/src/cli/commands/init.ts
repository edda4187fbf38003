import { access, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { stringify } from 'yaml'
import type { FoundLines } from '../../clients/loki/index.ts'
import type { ConnectionConfig } from '../../config/connection.ts'
import { httpUrl, parseDuration } from '../../config/values.ts'
import { PicketError, UsageError } from '../../errors.ts'
import { silentLogger } from '../../telemetry/logger.ts'
import type { CliIo } from '../io.ts'
import { examples } from '../options.ts'

interface InitOptions {
  readonly loki: string
  readonly output: string
  readonly force?: boolean
  /** Ms. */
  readonly since?: number
  readonly tenant?: string
  readonly username?: string
  readonly passwordFile?: string
  readonly tokenFile?: string
  readonly caFile?: string
}

const HOUR_MS = 3_600_000
/** Looked through one after the other, until something is found: a busy Loki is asked for no more than it takes. */
const SINCE_MS = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS]
/** A stream with fewer firewall lines than this is read through the filter: the rest would be sent for nothing. */
const MOSTLY = 0.5

/** `picket init`: writes a configuration for the firewall lines that a Loki holds. */
export function initCommand(io: CliIo): Command {
  const command = new Command('init')
    .summary('look for firewall lines in a Loki and write a picket.yaml that reads them')
    .description(
      'Looks through the streams of a Loki for firewall lines, writes a picket.yaml that reads them and writes what is\nfound back, and says what it saw. An existing file is left alone.',
    )
    .requiredOption('--loki <url>', 'address of Loki, the part before /loki/api/v1', urlArgument)
    .option('-o, --output <file>', 'where to write; - prints to stdout', 'picket.yaml')
    .option('--force', 'overwrite an existing file')
    .option(
      '--since <duration>',
      'how far back to look (default: 1h, then 1d, then 7d, until something is found)',
      durationArgument,
    )
    .option('--tenant <name>', 'sent as X-Scope-OrgID')
    .option('--username <name>', 'basic authentication')
    .option('--password-file <file>', 'file with the password')
    .option('--token-file <file>', 'file with the bearer token')
    .option('--ca-file <file>', 'PEM file of the authority to trust')
  examples(
    command,
    'picket init --loki http://loki:3100',
    'picket init --loki https://logs.example.org --tenant edge --token-file /run/secrets/loki',
    'picket init --loki http://127.0.0.1:3100 --output -',
  )
  return command.action(async (options: InitOptions) => {
    const file = options.output === '-' ? undefined : resolve(io.cwd, options.output)
    if (file !== undefined && options.force !== true && (await exists(file))) {
      throw new UsageError(
        `${options.output} exists; --force overwrites it, --output FILE writes elsewhere`,
      )
    }
    const connection = connectionOf(options)
    const found = await look(io, options, connection)
    for (const one of found) io.stderr.write(`${describe(one)}\n`)
    const text = configuration(options.loki, connection, found)
    if (file === undefined) {
      io.stdout.write(text)
      return
    }
    await writeFile(file, text, { flag: options.force === true ? 'w' : 'wx' })
    io.stderr.write(
      `Wrote ${options.output}. Next: picket config check --online, then picket run.\n`,
    )
  })
}

async function look(
  io: CliIo,
  options: InitOptions,
  connection: ConnectionConfig,
): Promise<FoundLines[]> {
  const { createHttpClient } = await import('../../clients/http.ts')
  const { createLokiClient, findFirewallLines } = await import('../../clients/loki/index.ts')
  const http = createHttpClient({
    baseUrl: options.loki,
    connection,
    timeoutMs: 30_000,
    logger: silentLogger,
  })
  const loki = createLokiClient(http)
  const stretches = options.since === undefined ? SINCE_MS : [options.since]
  let labels = 0
  try {
    for (const sinceMs of stretches) {
      const to = BigInt(Date.now()) * 1_000_000n
      const range = { from: to - BigInt(sinceMs) * 1_000_000n, to }
      labels = (await loki.labels(range, io.stopped)).length
      io.stderr.write(
        `Looking for firewall lines of the last ${spoken(sinceMs)} at ${http.baseUrl}\n`,
      )
      const found = await findFirewallLines(loki, { ...range, signal: io.stopped })
      if (found.length > 0) return found
    }
  } finally {
    await loki.close()
  }
  const last = spoken(stretches.at(-1) ?? 0)
  throw new PicketError(
    'PICKET_INIT',
    labels === 0
      ? `${http.baseUrl} knows no labels in the last ${last}: nothing is stored there, or the tenant is another one (--tenant; an unknown tenant looks empty)`
      : `no firewall lines in the last ${last} at ${http.baseUrl}: nothing has SRC=, DST= and PROTO= in it. Does the firewall log (picket check-firewall), and does an agent send its log to this Loki?`,
  )
}

function connectionOf({
  tenant,
  username,
  passwordFile,
  tokenFile,
  caFile,
}: InitOptions): ConnectionConfig {
  return {
    ...(tenant !== undefined && { tenant }),
    ...(username !== undefined && { username }),
    ...(passwordFile !== undefined && { passwordFile }),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(caFile !== undefined && { tls: { caFile } }),
  }
}

function configuration(
  url: string,
  connection: ConnectionConfig,
  found: readonly FoundLines[],
): string {
  const sources = found.map((lines, i) => ({
    name: found.length === 1 ? 'firewall' : `firewall-${i + 1}`,
    type: 'loki',
    url,
    query: queryOf(lines),
    start: 'now',
    ...connection,
  }))
  const sinks = [{ name: 'detections', type: 'loki', url, ...connection }]
  return [
    '# Written by picket init. Every key has a default but these; picket config schema prints them all.',
    '# homeNet: the networks that are yours, as in [192.0.2.0/24]. With any, every destination counts.',
    stringify({ homeNet: ['any'], sources, sinks }, { lineWidth: 0 }),
  ].join('\n')
}

function queryOf({ selector, filter, share }: FoundLines): string {
  return share < MOSTLY ? selector + filter : selector
}

function describe(lines: FoundLines): string {
  const { selector, share, streams, newest } = lines
  const when = new Date(Number(newest.ns / 1_000_000n)).toISOString()
  const some = streams.length === 1 ? 'one stream' : `${streams.length} streams`
  const percent = share > 0 && share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`
  return `Found ${selector}: ${some}, ${percent} of the newest lines are the firewall's, the last at ${when}${
    share < MOSTLY ? '; read through a filter' : ''
  }`
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  )
}

function spoken(ms: number): string {
  if (ms % (24 * HOUR_MS) === 0) return ms === 24 * HOUR_MS ? 'day' : `${ms / (24 * HOUR_MS)} days`
  if (ms % HOUR_MS === 0) return ms === HOUR_MS ? 'hour' : `${ms / HOUR_MS} hours`
  return `${Math.round(ms / 60_000)} minutes`
}

function urlArgument(value: string): string {
  const url = httpUrl.safeParse(value)
  if (!url.success) throw new InvalidArgumentError('Expected an address as in http://loki:3100.')
  return url.data
}

function durationArgument(value: string): number {
  const ms = parseDuration(value)
  if (ms === undefined || ms < 60_000)
    throw new InvalidArgumentError('Expected a duration as in 6h or 7d, at least 1m.')
  return ms
}
