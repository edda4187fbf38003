import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { LoadedFiles } from '../config/engine-options.ts'
import type { LoadedConfig } from '../config/load.ts'
import { CONFIG_PLACES, DEFAULT_STATE_DIR, isConfigVariable } from '../config/search.ts'
import { DEFAULT_ENGINE_OPTIONS } from '../core/options.ts'
import type { EngineOptions } from '../core/options.ts'
import { PSAD_LENGTHS } from '../report/lengths.ts'
import type { ReportLengths } from '../report/lengths.ts'
import type { FileSettings } from './files.ts'
import { DEFAULT_FINGERPRINTS } from './fingerprints.ts'
import type { CliIo } from './io.ts'
import { detectionOverlays } from './options.ts'
import type { DetectionOptions } from './options.ts'

/** The configuration with a command's shared options over it; `require`: a file and an input must be there. */
export async function loadSettings(
  options: DetectionOptions,
  io: CliIo,
  { require }: { readonly require: boolean },
): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load.ts')
  const base =
    options.psadConf === undefined
      ? []
      : await (await import('./psad-conf.ts')).psadConfOverlays(options.psadConf, io)
  return loadConfig({
    file: options.config,
    base,
    env: io.env,
    set: options.set,
    flags: detectionOverlays(options),
    cwd: io.cwd,
    require,
  })
}

/** What an offline command needs of the configuration. */
export interface OfflineSettings {
  readonly engine: Omit<EngineOptions, 'retain' | Exclude<keyof LoadedFiles, 'fingerprints'>>
  readonly files: FileSettings
  /** Lengths of the lists in the text report, 0 = all. */
  readonly lengths: ReportLengths
}

/** As `loadSettings`, but where nothing is configured the code that reads configurations is not even loaded. */
export async function loadOfflineSettings(
  options: DetectionOptions,
  io: CliIo,
): Promise<OfflineSettings> {
  if (await isConfigured(options, io)) {
    const [{ config }, { NO_FILES, engineOptions }] = await Promise.all([
      loadSettings(options, io, { require: false }),
      import('../config/engine-options.ts'),
    ])
    return {
      engine: engineOptions(config, { ...NO_FILES, retain: true }),
      files: config,
      lengths: config.report,
    }
  }
  return {
    engine: {
      ...DEFAULT_ENGINE_OPTIONS,
      ...(options.profile !== undefined && { profile: options.profile }),
      ...(options.homeNet.length > 0 && { homeNet: options.homeNet }),
    },
    files: {
      stateDir: DEFAULT_STATE_DIR,
      signatures: {
        ...NO_RULE_FILES,
        files: options.signatures,
        strict: options.strict ?? false,
      },
      autoDl: { files: options.autoDl },
      reputation: [],
      tables: {},
      fingerprints: DEFAULT_FINGERPRINTS,
    },
    lengths: PSAD_LENGTHS,
  }
}

/** No rules but the built-in ones, and no levels for them. */
const NO_RULE_FILES = {
  builtin: true,
  files: [],
  levels: {},
  levelFiles: [],
  classifications: [],
  fwsnort: { dirs: [] },
} as const

async function isConfigured(options: DetectionOptions, io: CliIo): Promise<boolean> {
  if (
    options.config !== undefined ||
    options.psadConf !== undefined ||
    options.where !== undefined ||
    options.set.length > 0
  )
    return true
  if (Object.keys(io.env).some(isConfigVariable)) return true
  for (const place of CONFIG_PLACES) {
    try {
      await access(resolve(io.cwd, place))
      return true
    } catch {
      // Not there: the next place.
    }
  }
  return false
}
