import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { reasonOf } from '../config/load.ts'
import type { Overlay } from '../config/overlay.ts'
import { ConfigError } from '../errors.ts'
import { carryOver, findingText, isRuleReference, readPsadConf } from '../psad-conf/index.ts'
import type { CarriedOver, Machine, PsadText } from '../psad-conf/index.ts'
import type { CliIo } from './io.ts'

/**
 * A psad.conf, with override files that are looked at before it, carried over to Picket's keys.
 * Throws a ConfigError for a file that cannot be read or is something else.
 */
export async function loadPsadConf(
  file: string,
  overrides: readonly string[],
  io: CliIo,
): Promise<CarriedOver> {
  const [main, ...before] = await Promise.all([file, ...overrides].map((name) => textOf(name, io)))
  const conf = readPsadConf(main!, before, { keep: isRuleReference })
  return carryOver(conf, machine(io), file)
}

/**
 * `--psad-conf`: the settings as overlays. Warnings go to stderr; what is wrong in the file is thrown as a ConfigError,
 * so that a run never goes by half of it.
 */
export async function psadConfOverlays(file: string, io: CliIo): Promise<Overlay[]> {
  const { settings, findings } = await loadPsadConf(file, [], io)
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length > 0)
    throw new ConfigError(errors.map(({ key = '', ...issue }) => ({ ...issue, path: key })))
  for (const finding of findings) io.stderr.write(`${findingText(finding)}\n`)
  return settings
    .filter(({ importOnly }) => !importOnly)
    .map(({ path, value, place }) => ({
      path: path.split('.'),
      origin: `${place.file}:${place.line}:${place.column}`,
      value,
    }))
}

async function textOf(file: string, io: CliIo): Promise<PsadText> {
  try {
    return { file, text: await readFile(resolve(io.cwd, file), 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError([{ file, path: '', message: `cannot be read: ${reasonOf(code)}` }], {
      cause: error,
    })
  }
}

function machine(io: CliIo): Machine {
  return {
    kindOf(path) {
      const found = statSync(resolve(io.cwd, path), { throwIfNoEntry: false })
      return found === undefined ? 'missing' : found.isDirectory() ? 'folder' : 'file'
    },
    readText(path) {
      try {
        return readFileSync(resolve(io.cwd, path), 'utf8')
      } catch {
        return ''
      }
    },
  }
}
