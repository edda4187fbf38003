import { suggestion } from '../config/suggest.ts'
import { ConfigError } from '../errors.ts'
import type { Carried, Fate, PathKind, Setting, Values } from './fate.ts'
import type { Place, PsadConf, PsadEntry } from './reader.ts'
import { fateOf, KNOWN_KEYS, tableKey } from './table.ts'
import { variablesIn } from './values.ts'

/** What a psad.conf says of the machine is looked up on the machine. */
export interface Machine {
  readonly kindOf: (path: string) => PathKind
  /** A file's text; empty if it cannot be read. */
  readonly readText: (path: string) => string
}

/** A value for Picket's configuration and where it comes from. */
export interface CarriedSetting {
  readonly path: string
  readonly value: unknown
  /** Keys of the psad.conf, the first one stands at `place`. */
  readonly keys: readonly string[]
  readonly place: Place
  readonly importOnly: boolean
}

/** What became of one key. */
export interface AccountLine {
  readonly key: string
  readonly entry: PsadEntry
  readonly state: 'carried' | 'not' | 'wrong' | 'unknown'
  /** Where it went. */
  readonly settings: readonly CarriedSetting[]
  /** How the value changed on the way, in words; may be empty. */
  readonly how: string
  /** Why it was not carried over, or what is wrong with it. */
  readonly why: string
  /** Carried over, but. */
  readonly notes: readonly string[]
}

/** Something that a person should look at. */
export interface Finding extends Place {
  readonly severity: 'error' | 'warning'
  readonly key: string | undefined
  readonly message: string
}

export interface CarriedOver {
  readonly settings: readonly CarriedSetting[]
  /** One line a key, in the order of the text. */
  readonly account: readonly AccountLine[]
  /** Keys of psad's own file that this one does not have and that would be carried over. */
  readonly missing: readonly string[]
  readonly findings: readonly Finding[]
}

/**
 * Carries a psad.conf over, key by key. Nothing is guessed: a value that cannot be used is a finding, and its key (with
 * those that only make sense together with it) is left out. Throws a ConfigError if no key is one of psad's.
 */
export function carryOver(conf: PsadConf, machine: Machine, file: string): CarriedOver {
  const known = [...conf.entries.keys()].filter((key) => fateOf(key) !== undefined)
  if (known.length === 0)
    throw new ConfigError([
      { file, path: '', message: 'is no psad.conf: expected lines such as HOME_NET any;' },
    ])
  const outcomes = new Map<Fate, Outcome>()
  for (const key of known) {
    const fate = fateOf(key)
    if (fate !== undefined && !outcomes.has(fate))
      outcomes.set(fate, outcomeOf(fate, conf, machine))
  }
  const uses = { byRules: variablesOfRules(conf, machine), byKeys: variablesOfKeys(conf) }
  const account = definitions(conf).map((entry): AccountLine => {
    const fate = fateOf(entry.key)
    if (fate === undefined) return unknownKey(entry, uses)
    return lineOf(entry, outcomes.get(fate)!, 'how' in fate ? fate.how : '')
  })
  return {
    settings: distinct(account.flatMap(({ settings }) => settings)),
    account,
    missing: KNOWN_KEYS.filter((key) => 'to' in fateOf(key)! && !conf.entries.has(key)),
    findings: [...conf.issues, ...account.flatMap(findingsOf)].sort(
      (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
    ),
  }
}

/** What became of the keys that share a fate. */
interface Outcome {
  readonly settings: readonly CarriedSetting[]
  readonly left: ReadonlyMap<string, string>
  readonly notes: ReadonlyMap<string, readonly string[]>
  readonly wrong: { readonly key: string; readonly message: string } | undefined
}

function outcomeOf(fate: Fate, conf: PsadConf, machine: Machine): Outcome {
  const left = new Map<string, string>()
  const notes = new Map<string, string[]>()
  const nothing = { settings: [], left, notes, wrong: undefined }
  if ('not' in fate) {
    for (const key of fate.keys) left.set(key, fate.not)
    const { switch: key } = fate
    if (key !== undefined && /^y(?:es)?$/i.test(conf.entries.get(key)?.value ?? ''))
      notes.set(key, ['it is on: what psad does with it ends with psad'])
    return nothing
  }
  const present = fate.keys.filter((key) => conf.entries.has(key))
  const unreadable = present.find((key) => conf.entries.get(key)?.value === undefined)
  // The reader has said why.
  if (unreadable !== undefined) return { ...nothing, wrong: { key: unreadable, message: '' } }
  let asked = present[0]!
  const ask = (key: string): void => {
    // What is wrong with a key that is absent is told of at the one that asks for it.
    if (conf.entries.has(key)) asked = key
  }
  const note = (key: string, message: string): void => {
    notes.set(key, [...(notes.get(key) ?? []), message])
  }
  const values: Values = {
    text(key) {
      ask(key)
      return conf.entries.get(key)?.value
    },
    texts(key) {
      ask(key)
      return (conf.repeated.get(key) ?? []).flatMap(({ value }) =>
        value === undefined ? [] : [value],
      )
    },
    entry: (key) => conf.entries.get(key),
    note,
    noteFor: (key) => (message) => note(key, message),
    leave: (key, why) => {
      left.set(key, why)
    },
    kindOf: machine.kindOf,
    fileText: (key) => {
      const path = conf.entries.get(key)?.value
      return path === undefined || path === '' ? '' : machine.readText(path)
    },
  }
  try {
    const settings = fate.carry(values).map((setting) => placed(setting, fate, left, conf))
    return { settings, left, notes, wrong: undefined }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { ...nothing, wrong: { key: asked, message: error.message } }
  }
}

/** The setting with the keys that it comes of. */
function placed(
  setting: Setting,
  fate: Carried,
  left: ReadonlyMap<string, string>,
  conf: PsadConf,
): CarriedSetting {
  const entries = (setting.keys ?? fate.keys)
    .filter((key) => !left.has(key))
    .flatMap((key) => conf.entries.get(key) ?? [])
  return {
    path: setting.path,
    value: setting.value,
    keys: entries.map(({ key }) => key),
    place: entries[0]!,
    importOnly: fate.importOnly === true,
  }
}

function lineOf(entry: PsadEntry, outcome: Outcome, how: string): AccountLine {
  const { key } = entry
  const notes = outcome.notes.get(key) ?? []
  const line = { key, entry, settings: [], how, notes }
  const { wrong } = outcome
  if (entry.value === undefined) return { ...line, state: 'wrong', why: '' }
  if (wrong?.key === key) return { ...line, state: 'wrong', why: wrong.message }
  if (wrong !== undefined)
    return { ...line, state: 'not', why: `it belongs to ${wrong.key}, which is wrong` }
  const why = outcome.left.get(tableKey(key))
  if (why !== undefined) return { ...line, state: 'not', why }
  return {
    ...line,
    state: 'carried',
    why: '',
    settings: outcome.settings.filter(({ keys }) => keys.includes(key)),
  }
}

/** Keys that psad does not have, but whose value the rules of SIGS_FILE use: psad lets rules use any key. */
function variablesOfRules(conf: PsadConf, machine: Machine): ReadonlySet<string> {
  const path = conf.entries.get('SIGS_FILE')?.value
  return path === undefined ? new Set() : variablesIn(machine.readText(path))
}

/** Names that stand with a `$` in the value of a key. */
function variablesOfKeys(conf: PsadConf): ReadonlySet<string> {
  return new Set(
    [...conf.entries.values()].flatMap(({ raw }) =>
      [...raw.matchAll(/\$([A-Za-z_]\w*)/g)].map(([, name = '']) => name),
    ),
  )
}

/** Every definition that counts, in the order of the texts. */
function definitions(conf: PsadConf): PsadEntry[] {
  const all = [...conf.entries.values()]
  const files = [...new Set(all.map(({ file }) => file))]
  return all
    .flatMap((entry) => conf.repeated.get(entry.key) ?? [entry])
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
}

function unknownKey(
  entry: PsadEntry,
  uses: { readonly byRules: ReadonlySet<string>; readonly byKeys: ReadonlySet<string> },
): AccountLine {
  const { key, value } = entry
  const line = { key, entry, settings: [], how: '', why: '', notes: [] }
  if (value === undefined) return { ...line, state: 'wrong' }
  if (uses.byRules.has(key)) {
    const setting: CarriedSetting = {
      path: `signatures.variables.${key}`,
      value,
      keys: [key],
      place: entry,
      importOnly: false,
    }
    return { ...line, state: 'carried', settings: [setting] }
  }
  if (uses.byKeys.has(key))
    return { ...line, state: 'not', why: `a key of your own that other keys use as $${key}` }
  const meant = suggestion(key, KNOWN_KEYS)
  return {
    ...line,
    state: 'unknown',
    why: `psad has no such key${meant || ', and no rule of SIGS_FILE uses it'}`,
  }
}

function findingsOf({ key, entry, state, why, notes }: AccountLine): Finding[] {
  const { file, line, column } = entry
  const at = { file, line, column, key }
  return [
    // Without a word of its own the text is at fault, which the reader has told.
    ...(state === 'wrong' && why !== ''
      ? [{ ...at, severity: 'error' as const, message: why }]
      : []),
    ...(state === 'unknown'
      ? [{ ...at, severity: 'warning' as const, message: `unknown key: ${why}` }]
      : []),
    ...notes.map((message) => ({ ...at, severity: 'warning' as const, message })),
  ]
}

function distinct(settings: readonly CarriedSetting[]): CarriedSetting[] {
  return [...new Set(settings)]
}
