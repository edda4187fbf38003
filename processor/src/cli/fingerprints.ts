import { builtinFingerprints, readPfOs, readPosf } from '../core/index.ts'
import type { FingerprintProblem, FingerprintTable, Profile } from '../core/index.ts'
import type { CliIo } from './io.ts'
import { tellProblems } from './problems.ts'
import { readText } from './read-text.ts'

/** What the configuration says of fingerprints, without what the engine wants to know itself. */
export interface FingerprintSettings {
  readonly builtin: boolean
  /** In the form of pf.os, and of psad's posf. */
  readonly files: readonly string[]
  readonly posfFiles: readonly string[]
}

export const DEFAULT_FINGERPRINTS: FingerprintSettings = { builtin: true, files: [], posfFiles: [] }

/**
 * The fingerprints that a configuration asks for, files first. What is wrong inside a file is said on stderr and leaves only that
 * fingerprint out. With the psad profile files are read as psad reads them.
 * Throws a PicketError that names a file which cannot be read.
 */
export async function loadFingerprints(
  settings: FingerprintSettings,
  profile: Profile,
  io: CliIo,
): Promise<FingerprintTable[]> {
  const psad = profile === 'psad'
  const tables: FingerprintTable[] = []
  const problems: FingerprintProblem[] = []
  for (const file of settings.files) {
    const read = readPfOs(await readText(file, io, 'fingerprint file'), { file, psad })
    problems.push(...read.problems)
    tables.push({ builtin: false, syn: read.fingerprints, posf: [] })
  }
  for (const file of settings.posfFiles) {
    const read = readPosf(await readText(file, io, 'fingerprint file'), { file, psad })
    problems.push(...read.problems)
    tables.push({ builtin: false, syn: [], posf: read.fingerprints })
  }
  if (settings.builtin) tables.push(builtinFingerprints())
  tellProblems(problems, 'fingerprint left out', io)
  return tables
}
