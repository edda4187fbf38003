/** Picket's detection core: pure, event time only; runs in Node and in a browser. */
import { DEFAULT_ENGINE_OPTIONS } from './options.ts'
import type { EngineOptions } from './options.ts'
import { Engine } from './engine.ts'
import { BUILTIN_RULES, Matcher, NetTable, parseRules } from './signature/index.ts'
import { PSAD_SIDS } from './signature/psad-sids.ts'
import type { RuleProblem, Signature } from './signature/index.ts'

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
export { Engine } from './engine.ts'
export type { Emit, EngineApi, EngineStats, FeedContext, FeedCounts } from './engine-api.ts'
export { feedMerged } from './merge.ts'
export type { MergeInput } from './merge.ts'
export { DEFAULT_ENGINE_OPTIONS, PROFILES } from './options.ts'
export type {
  EngineOptions,
  IgnoreOptions,
  LimitOptions,
  Profile,
  VerdictOptions,
} from './options.ts'
export { LineReader, describe, parseLine } from './packet.ts'
export type { Packet, ParsedLine } from './packet.ts'
export { protocolName } from './protocols.ts'
export type * from './report.ts'
export { Matcher, NetTable } from './signature/index.ts'
export type { RuleProblem, Signature } from './signature/index.ts'
export { isoTime } from './time-text.ts'
export { parsePortRange, parseProtocol } from './track/ignore.ts'

/**
 * An engine with the given options over the defaults. With the psad profile only rules with psad's own
 * sids are used.
 */
export function createEngine(options: Partial<EngineOptions> = {}): Engine {
  const all = { ...DEFAULT_ENGINE_OPTIONS, ...options }
  const psad = all.profile === 'psad'
  const signatures = psad
    ? all.signatures.filter((rule) => PSAD_SIDS.has(rule.sid))
    : all.signatures
  if (signatures.length === 0) return new Engine({ ...all, signatures })
  const nets = new NetTable({ homeNet: all.homeNet })
  return new Engine({ ...all, signatures }, new Matcher(signatures, { nets, psad }))
}

/**
 * The rules of a file's text. `note`: every one is counted and told of, without effect on levels. Rules with errors are left
 * out and named in `problems`.
 */
export function readRules(
  text: string,
  options: { readonly file: string; readonly homeNet?: readonly string[]; readonly note?: boolean },
): { readonly rules: Signature[]; readonly problems: RuleProblem[] } {
  const nets = new NetTable({ homeNet: options.homeNet ?? ['any'] })
  return parseRules(text, { file: options.file, nets, note: options.note ?? false })
}

/** Picket's own pack. */
export function builtinRules(homeNet: readonly string[] = ['any']): Signature[] {
  return readRules(BUILTIN_RULES, { file: 'picket.rules', homeNet }).rules
}
