import { Command } from 'commander'
import { buildApp } from '../../app.ts'
import type { App } from '../../app.ts'
import type { Config } from '../../config/schema.ts'
import { ConfigError } from '../../errors.ts'
import { createLogger } from '../../telemetry/log.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { failureOf } from '../errors.ts'
import type { CliIo } from '../io.ts'
import { addDetectionOptions, examples, globalOptions } from '../options.ts'
import type { DetectionOptions } from '../options.ts'
import { loadFiles } from '../files.ts'
import { loadSettings } from '../settings.ts'

/** `picket run`: until SIGTERM or SIGINT, or until every input has ended. SIGHUP reads the configuration again. */
export function runCommand(io: CliIo): Command {
  const command = new Command('run')
    .summary('read firewall lines, detect, write detections: until stopped')
    .description(
      'Reads firewall lines from the configured inputs, detects scans and writes detections to the sinks, until SIGTERM or SIGINT. SIGHUP reads the configuration again.',
    )
  addDetectionOptions(command)
  examples(
    command,
    'picket run --config /etc/picket/picket.yaml',
    'picket run --set sources.0.query=\'{job="firewall"}\'',
  )
  return command.action(async (options: DetectionOptions) => {
    const { logLevel } = globalOptions(command)
    const { config, file } = await loadSettings(options, io, { require: true })
    const logger = createLogger({ level: logLevel, stream: io.stderr })
    const app = await buildApp(config, {
      logger,
      env: io.env,
      reference: options.now === undefined ? undefined : Math.floor(options.now / 1000),
      loadFiles: (current) => filesOf(current, io),
    })
    io.onReload(() => void reload(app, options, io, logger))
    const stopped = abortOf(io.stopped)
    await app.start()
    logger.info({ file: file ?? 'no file' }, 'Configuration in use.')
    try {
      await Promise.race([stopped, app.finished])
    } finally {
      await app.stop()
    }
  })
}

/** Rules, levels and tables that a configuration keeps in files. */
export async function filesOf(config: Config, io: CliIo): ReturnType<typeof loadFiles> {
  const { homeNet, detection, signatures } = config
  return loadFiles(
    config,
    { homeNet, profile: detection.profile, variables: signatures.variables },
    io,
  )
}

/** Resolves when the signal aborts. */
export function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function reload(
  app: App,
  options: DetectionOptions,
  io: CliIo,
  logger: Logger,
): Promise<void> {
  try {
    const { config } = await loadSettings(options, io, { require: true })
    await app.reload(config)
  } catch (error) {
    const problems = error instanceof ConfigError ? error.issues.length : 1
    logger.error(
      { problems, reason: failureOf(error, { debug: false }).lines },
      'The new configuration is refused, the old one stays in use.',
    )
  }
}
