import type { EngineOptions } from '../core/options.ts'
import type { Signature } from '../core/signature/signature.ts'
import type { Config } from './schema.ts'

/** What the configuration means for the engine. `retain`: report the whole input (analyze, backfill). */
export function engineOptions(
  config: Config,
  options: {
    readonly signatures: readonly Signature[]
    readonly retain: boolean
    readonly seed?: number
  },
): EngineOptions {
  const { detection } = config
  return {
    profile: detection.profile,
    homeNet: config.homeNet,
    zone: config.time.zone,
    scanTimeoutMs: detection.scanTimeout,
    persistence: detection.persistence,
    dangerLevels: detection.dangerLevels,
    uniqueHosts: detection.uniqueHosts,
    ignore: detection.ignore,
    verdicts: detection.verdicts,
    limits: config.limits,
    signatures: options.signatures,
    retain: options.retain,
    seed: options.seed ?? 0,
  }
}
