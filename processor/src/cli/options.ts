import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { checkNetwork } from '../config/checks.ts'
import type { Overlay } from '../config/overlay.ts'
import { parseDuration } from '../config/values.ts'
import { formatAddress, parseAddressText } from '../core/address.ts'
import { PROFILES } from '../core/options.ts'
import type { Profile } from '../core/options.ts'
import type { CliIo } from './io.ts'
import { parseTime } from './time.ts'

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const FORMATS = ['text', 'json', 'csv'] as const
export type Format = (typeof FORMATS)[number]

/** Options that every command has. */
export interface GlobalOptions {
  readonly logLevel: LogLevel
  readonly color: boolean
}

export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--log-level <level>', 'how much to log').choices(LOG_LEVELS).default('info'),
    )
    .option('--no-color', 'no colours, also on a terminal')
}

export function globalOptions(command: Command): GlobalOptions {
  const { logLevel = 'info', color = true } = command.optsWithGlobals<Partial<GlobalOptions>>()
  return { logLevel, color }
}

/** Colours only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
export function mayColor(
  stream: CliIo['stdout'],
  io: CliIo,
  options: { readonly color: boolean },
): boolean {
  return stream.isTTY === true && options.color && (io.env['NO_COLOR'] ?? '') === ''
}

/** What `run`, `analyze`, `parse` and `backfill` share. */
export interface DetectionOptions {
  readonly config?: string
  readonly set: readonly string[]
  readonly profile?: Profile
  readonly psadConf?: string
  readonly signatures: readonly string[]
  readonly autoDl: readonly string[]
  readonly strict?: boolean
  readonly where?: string
  readonly homeNet: readonly string[]
  /** Reference time for lines without a year, in ms since 1970. */
  readonly now?: number
}

export function addDetectionOptions(command: Command): Command {
  return command
    .option(
      '-c, --config <file>',
      'configuration file (default ./picket.yaml, then /etc/picket/picket.yaml)',
    )
    .option('--set <key=value>', 'set a key of the configuration (repeatable)', collect, [])
    .addOption(
      new Option('--profile <profile>', 'judge as Picket does, or as psad -A').choices(PROFILES),
    )
    .option(
      '--psad-conf <file>',
      'detect as this psad.conf says; --set and other options go over it',
    )
    .option(
      '--signatures <file>',
      'load rules from a file besides the built-in ones (repeatable)',
      collect,
      [],
    )
    .option(
      '--auto-dl <file>',
      'levels given to addresses, as in psad’s auto_dl (repeatable)',
      collect,
      [],
    )
    .option('--strict', 'refuse rule files with any problem in them')
    .option('--where <criteria>', 'only packets that fit, as in "src:192.0.2.0/24, dpt:>1024"')
    .option('--home-net <cidr>', 'a network that is ours (repeatable)', collectNetwork, [])
    .option('--now <time>', 'reference time for lines without a year', timeArgument)
}

/** The short forms as values of the keys that they stand for. */
export function detectionOverlays(options: DetectionOptions): Overlay[] {
  const overlays: Overlay[] = []
  if (options.profile !== undefined)
    overlays.push({ path: ['detection', 'profile'], origin: '--profile', value: options.profile })
  if (options.signatures.length > 0)
    overlays.push({
      path: ['signatures', 'files'],
      origin: '--signatures',
      value: [...options.signatures],
    })
  if (options.autoDl.length > 0)
    overlays.push({ path: ['autoDl', 'files'], origin: '--auto-dl', value: [...options.autoDl] })
  if (options.strict === true)
    overlays.push({ path: ['signatures', 'strict'], origin: '--strict', value: true })
  if (options.where !== undefined)
    overlays.push({ path: ['detection', 'where'], origin: '--where', value: options.where })
  if (options.homeNet.length > 0)
    overlays.push({ path: ['homeNet'], origin: '--home-net', value: [...options.homeNet] })
  return overlays
}

export function addReportOptions(command: Command): Command {
  return command
    .addOption(formatOption())
    .option('--top <n>', 'cut lists to n entries, 0 for all of them', countArgument)
}

export function formatOption(): Option {
  return new Option('--format <format>', 'what to print').choices(FORMATS).default('text')
}

export interface NarrowingOptions {
  readonly ip?: string
  readonly danger?: number
  readonly summary?: boolean
}

/** What of a report is wanted. */
export function addNarrowingOptions(command: Command): Command {
  return command
    .option('--ip <address>', 'only this source', addressArgument)
    .option('--danger <n>', 'only sources at this danger level or above', levelArgument)
    .option('--summary', 'leave out the detail of each source')
}

/** In the form in which reports print addresses. */
function addressArgument(value: string): string {
  const ints = new Int32Array(4)
  if (value.includes('/') || value.includes('%') || !parseAddressText(value, ints))
    throw new InvalidArgumentError('Expected an IPv4 or IPv6 address.')
  return formatAddress(ints[0]!, ints[1]!, ints[2]!, ints[3]!)
}

function levelArgument(value: string): number {
  if (!/^[0-5]$/.test(value)) throw new InvalidArgumentError('Expected a danger level from 0 to 5.')
  return Number(value)
}

/** For options that may be given more than once. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value]
}

function collectNetwork(value: string, previous: readonly string[]): string[] {
  const problem = checkNetwork(value)
  if (problem !== undefined) throw new InvalidArgumentError(problem)
  return [...previous, value]
}

export function countArgument(value: string): number {
  if (!/^\d{1,9}$/.test(value))
    throw new InvalidArgumentError('Expected a whole number, 0 or more.')
  return Number(value)
}

/** A time span in ms. */
export function durationArgument(value: string): number {
  const ms = parseDuration(value)
  if (ms === undefined || ms <= 0)
    throw new InvalidArgumentError('Expected a duration as in 30s, 5m or 1h.')
  return ms
}

/** A time in ms since 1970. */
export function timeArgument(value: string): number {
  const ms = parseTime(value)
  if (ms === undefined)
    throw new InvalidArgumentError(
      'Expected a time as in 2026-01-31, 2026-01-31T12:00:00Z or 1769860800.',
    )
  return ms
}

/** Examples below a command's help. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`,
  )
}
