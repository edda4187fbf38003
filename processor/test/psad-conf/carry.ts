import { carryOver } from '../../src/psad-conf/carry.ts'
import type { CarriedOver } from '../../src/psad-conf/carry.ts'
import { readPsadConf } from '../../src/psad-conf/reader.ts'
import { isRuleReference } from '../../src/psad-conf/table.ts'

/** Files of the machine by path; `undefined` is a folder. */
export type Files = Readonly<Record<string, string | undefined>>

/** A psad.conf carried over on a machine that has nothing but the given files. */
export function carry(text: string, files: Files = {}): CarriedOver {
  const conf = readPsadConf({ file: 'psad.conf', text }, [], { keep: isRuleReference })
  return carryOver(
    conf,
    {
      kindOf: (path) =>
        !Object.hasOwn(files, path) ? 'missing' : files[path] === undefined ? 'folder' : 'file',
      readText: (path) => files[path] ?? '',
    },
    'psad.conf',
  )
}

/** What would be set, by path. */
export function settingsOf(carried: CarriedOver): Record<string, unknown> {
  return Object.fromEntries(carried.settings.map(({ path, value }) => [path, value]))
}

export function findingsOf(carried: CarriedOver): string[] {
  return carried.findings.map(
    ({ line, severity, key, message }) => `${line} ${severity} ${key ?? '-'}: ${message}`,
  )
}

/** Why a key was not carried over. */
export function whyNot(carried: CarriedOver, key: string): string | undefined {
  const line = carried.account.find((candidate) => candidate.key === key)
  return line?.state === 'carried' ? undefined : line?.why
}
