import {
  builtinFingerprints,
  builtinRules,
  createEngine,
  DEFAULT_ENGINE_OPTIONS,
  type Engine,
} from '@picket/processor/core'
import type { DetectionSettings } from '../data/detection-settings'

/** The engine that `picket analyze` would make of these settings: the whole input is reported, nothing is forgotten. */
export function engineFor(settings: DetectionSettings): Engine {
  const { profile, homeNet, dangerLevels, ignoreNetworks, ignorePorts } = settings
  return createEngine({
    profile,
    homeNet,
    dangerLevels: dangerLevels ?? DEFAULT_ENGINE_OPTIONS.dangerLevels,
    ignore: {
      ...DEFAULT_ENGINE_OPTIONS.ignore,
      networks: ignoreNetworks,
      ports: ignorePorts,
    },
    signatures: builtinRules(homeNet).sort((a, b) => a.sid - b.sid),
    fingerprints: { ...DEFAULT_ENGINE_OPTIONS.fingerprints, tables: [builtinFingerprints()] },
    retain: true,
  })
}
