/** Picket's detection core: pure, event time only; runs in Node and in a browser. */
import { DEFAULT_ENGINE_OPTIONS } from './options.ts'
import type { EngineOptions, Profile } from './options.ts'
import { Engine } from './engine.ts'
import {
  BUILTIN_RULES,
  Matcher,
  NetTable,
  parseRules,
  printRule,
  readRule,
} from './signature/index.ts'
import type { RuleProblem, Signature } from './signature/index.ts'
import type { RuleVariables } from './signature/variables.ts'

export { formatAddress, parseAddressText } from './address.ts'
export { batchOf, NO_TIME } from './batch.ts'
export type { Labels, LineBatch } from './batch.ts'
export { DANGER_LEVELS, DETECTION_KINDS, SCAN_KINDS } from './detection.ts'
export type {
  DangerLevel,
  Detection,
  DetectionKind,
  EncodedDetection,
  Evidence,
  ScanKind,
} from './detection.ts'
export { sourceQuery } from './detect/outline.ts'
export type { DetectionOutline } from './detect/outline.ts'
export { Engine } from './engine.ts'
export type { Emit, EngineApi, EngineStats, FeedContext, FeedCounts } from './engine-api.ts'
export { builtinFingerprints, readPfOs, readPosf } from './fingerprint/index.ts'
export type { FingerprintProblem, FingerprintTable } from './fingerprint/index.ts'
export { feedMerged } from './merge.ts'
export type { MergeInput } from './merge.ts'
export { DEFAULT_ENGINE_OPTIONS, PROFILES } from './options.ts'
export type {
  EngineOptions,
  FingerprintOptions,
  IgnoreOptions,
  LimitOptions,
  Profile,
  TableOptions,
  VerdictOptions,
} from './options.ts'
export { LineReader, describe, parseLine } from './packet.ts'
export type { Packet, ParsedLine } from './packet.ts'
export { protocolName } from './protocols.ts'
export type * from './report.ts'
export { isNewerPack, Matcher, NetTable, PACK_VERSION, packVersionOf } from './signature/index.ts'
export type { PackVersion } from './signature/index.ts'
export type { RuleProblem, Signature } from './signature/index.ts'
export {
  parseClassifications,
  parseFwsnortRules,
  parseSidLevels,
  withLevel,
} from './signature/levels.ts'
export type { RuleLevels } from './signature/levels.ts'
export { parseAddressList } from './level-list/address-list.ts'
export { parseAutoDl } from './level-list/auto-dl.ts'
export type { AutoDlLine } from './level-list/auto-dl.ts'
export type { Criterion, LevelEntry } from './level-list/entry.ts'
export { parseIcmpTypes, parseIpOptions, parseProtocols } from './tables.ts'
export {
  F_LEFT_OUT,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_NANOS,
  R_PROTO,
  R_SECONDS,
  R_SRC,
  ROW,
} from './row.ts'
export type { PacketRows } from './row.ts'
export { isoTime } from './time-text.ts'
export { parsePortRange, parseProtocol } from './track/ignore.ts'

/** An engine with the given options over the defaults. With the psad profile Picket's own notes are left out. */
export function createEngine(options: Partial<EngineOptions> = {}): Engine {
  const all = { ...DEFAULT_ENGINE_OPTIONS, ...options }
  const psad = all.profile === 'psad'
  const wanted = rulesOfProfile(all.signatures, all.profile)
  if (wanted.length === 0) return new Engine({ ...all, signatures: wanted })
  // Rules of fwsnort come last: the matcher knows the others by their place in the list.
  const compiled = wanted.filter((rule) => rule.fwsnort !== true)
  const signatures = [...compiled, ...wanted.filter((rule) => rule.fwsnort === true)]
  const nets = new NetTable({
    homeNet: all.homeNet,
    variables: all.variables,
    ipOptions: all.tables.ipOptions,
  })
  return new Engine(
    { ...all, signatures },
    new Matcher(compiled, { nets, psad, psadSizes: !all.exactSizes }),
  )
}

/** The rules that count in a profile: in psad's no notes, which is what Picket's own are. */
export function rulesOfProfile(
  rules: readonly Signature[],
  profile: Profile,
): readonly Signature[] {
  return profile === 'psad' ? rules.filter(({ note }) => !note) : rules
}

/** How rules are read. */
export interface ReadRulesOptions {
  /** Named in problems. */
  readonly file: string
  readonly homeNet?: readonly string[]
  readonly variables?: RuleVariables
  /** Every rule is counted and told of, without effect on levels. */
  readonly note?: boolean
  /** A rule has psad's level whether psad ships it or not. */
  readonly psad?: boolean
  /** With any problem no rule is loaded. */
  readonly strict?: boolean
  readonly ipOptions?: Readonly<Record<string, number>> | undefined
}

/** The rules of a file's text. Rules with errors are left out and named in `problems`. */
export function readRules(
  text: string,
  { homeNet, variables, ipOptions, ...options }: ReadRulesOptions,
): { readonly rules: Signature[]; readonly problems: RuleProblem[] } {
  const nets = new NetTable({
    homeNet: homeNet ?? ['any'],
    ipOptions,
    ...(variables === undefined ? {} : { variables }),
  })
  return parseRules(text, { ...options, nets })
}

/** What the built-in rules name as their file. */
const BUILTIN_FILE = 'picket.rules'

/** The pack that is built in: Picket's own rules and those with psad's sids, version `PACK_VERSION`. */
export function builtinRules(
  homeNet: readonly string[] = ['any'],
  variables: RuleVariables = {},
): Signature[] {
  return readRules(BUILTIN_RULES, { file: BUILTIN_FILE, homeNet, variables }).rules
}

/** The rule in one plain form, networks put in: what it asks of a packet. */
export function plainRule(rule: Signature, homeNet: readonly string[] = ['any']): string {
  return printRule(readRule(rule.text, new NetTable({ homeNet })))
}
