import {
  builtinFingerprints,
  builtinRules,
  DEFAULT_ENGINE_OPTIONS,
  Engine,
  Matcher,
  NetTable,
  rulesOfProfile,
  type EngineOptions,
} from '@picket/processor/core'
import type { DetectionSettings } from '../data/detection-settings'

/** Makes engines; compiled rules are kept, because compiling them costs as much as some ten thousand lines. */
export class EngineMaker {
  #key = ''
  #signatures: EngineOptions['signatures'] = []
  #matcher: Matcher | undefined

  /** The engine that `picket analyze` would make of these settings: the whole input is reported, nothing is forgotten. */
  make(settings: DetectionSettings): Engine {
    const { profile, homeNet, dangerLevels, ignoreNetworks, ignorePorts } = settings
    const key = JSON.stringify([profile, homeNet])
    if (key !== this.#key || this.#matcher === undefined) {
      const rules = builtinRules(homeNet).sort((a, b) => a.sid - b.sid)
      this.#signatures = rulesOfProfile(rules, profile)
      const { ipOptions } = DEFAULT_ENGINE_OPTIONS.tables
      const nets = new NetTable({ homeNet, variables: {}, ipOptions })
      this.#matcher = new Matcher(this.#signatures, {
        nets,
        psad: profile === 'psad',
        psadSizes: true,
      })
      this.#key = key
    }
    return new Engine(
      {
        ...DEFAULT_ENGINE_OPTIONS,
        profile,
        homeNet,
        dangerLevels: dangerLevels ?? DEFAULT_ENGINE_OPTIONS.dangerLevels,
        ignore: {
          ...DEFAULT_ENGINE_OPTIONS.ignore,
          networks: ignoreNetworks,
          ports: ignorePorts,
        },
        signatures: this.#signatures,
        fingerprints: {
          ...DEFAULT_ENGINE_OPTIONS.fingerprints,
          tables: [builtinFingerprints()],
        },
        retain: true,
      },
      this.#matcher,
    )
  }
}
