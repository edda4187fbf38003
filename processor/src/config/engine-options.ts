import type { FingerprintTable } from '../core/fingerprint/fingerprint.ts'
import type { LevelEntry } from '../core/level-list/entry.ts'
import type { EngineOptions, TableOptions } from '../core/options.ts'
import type { Signature } from '../core/signature/signature.ts'
import type { Config } from './schema.ts'

/** What is read from the files that a configuration names. */
export interface LoadedFiles {
  readonly signatures: readonly Signature[]
  readonly levels: readonly LevelEntry[]
  readonly tables: TableOptions
  readonly fingerprints: readonly FingerprintTable[]
}

export const NO_FILES: LoadedFiles = {
  signatures: [],
  levels: [],
  tables: {},
  fingerprints: [],
}

/** What the configuration means for the engine. `retain`: report the whole input (analyze, backfill). */
export function engineOptions(
  config: Config,
  options: LoadedFiles & { readonly retain: boolean; readonly seed?: number },
): EngineOptions {
  const { detection } = config
  return {
    profile: detection.profile,
    homeNet: config.homeNet,
    zone: config.time.zone,
    timePattern: config.time.pattern ?? '',
    scanTimeoutMs: detection.scanTimeout,
    persistence: detection.persistence,
    dangerLevels: detection.dangerLevels,
    uniqueHosts: detection.uniqueHosts,
    portRangeScan: detection.portRangeScan,
    protocolScan: detection.protocolScan,
    minDangerLevel: detection.minDangerLevel,
    ipv6: detection.ipv6,
    requireText: detection.requireText,
    where: detection.where,
    kernelTimestamps: detection.kernelTimestamps,
    expectTcpOptions: detection.expectTcpOptions,
    replyRule: detection.replyRule,
    fwsnortMark: config.signatures.fwsnort.mark,
    variables: config.signatures.variables,
    exactSizes: config.signatures.exactSizes,
    levels: options.levels,
    tables: options.tables,
    fingerprints: {
      tables: options.fingerprints,
      maxHops: config.fingerprints.maxHops,
    },
    ignore: detection.ignore,
    health: detection.health,
    verdicts: detection.verdicts,
    limits: config.limits,
    signatures: options.signatures,
    retain: options.retain,
    seed: options.seed ?? 0,
  }
}

/** The options with what was read from files in its place. */
export function withFiles<T extends Pick<EngineOptions, 'fingerprints'>>(
  engine: T,
  { signatures, levels, tables, fingerprints }: LoadedFiles,
): T & Pick<EngineOptions, 'signatures' | 'levels' | 'tables' | 'fingerprints'> {
  return {
    ...engine,
    signatures,
    levels,
    tables,
    fingerprints: { ...engine.fingerprints, tables: fingerprints },
  }
}
