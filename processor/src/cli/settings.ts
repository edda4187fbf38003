import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { LoadedConfig } from '../config/load.ts'
import { CONFIG_PLACES, isConfigVariable } from '../config/search.ts'
import { DEFAULT_ENGINE_OPTIONS } from '../core/options.ts'
import type { EngineOptions } from '../core/options.ts'
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
  return loadConfig({
    file: options.config,
    env: io.env,
    set: options.set,
    flags: detectionOverlays(options),
    cwd: io.cwd,
    require,
  })
}

/** What an offline command needs of the configuration. */
export interface OfflineSettings {
  readonly engine: Omit<EngineOptions, 'signatures' | 'retain'>
  readonly signatures: { readonly builtin: boolean; readonly files: readonly string[] }
}

/** As `loadSettings`, but where nothing is configured the code that reads configurations is not even loaded. */
export async function loadOfflineSettings(
  options: DetectionOptions,
  io: CliIo,
): Promise<OfflineSettings> {
  if (await isConfigured(options, io)) {
    const [{ config }, { engineOptions }] = await Promise.all([
      loadSettings(options, io, { require: false }),
      import('../config/engine-options.ts'),
    ])
    return {
      engine: engineOptions(config, { signatures: [], retain: true }),
      signatures: config.signatures,
    }
  }
  return {
    engine: {
      ...DEFAULT_ENGINE_OPTIONS,
      ...(options.profile !== undefined && { profile: options.profile }),
      ...(options.homeNet.length > 0 && { homeNet: options.homeNet }),
    },
    signatures: { builtin: true, files: options.signatures },
  }
}

async function isConfigured(options: DetectionOptions, io: CliIo): Promise<boolean> {
  if (options.config !== undefined || options.set.length > 0) return true
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
