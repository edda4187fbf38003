/** Where a configuration is looked for when none is named, in this order. */
export const CONFIG_PLACES = ['./picket.yaml', '/etc/picket/picket.yaml'] as const

export const DEFAULT_STATE_DIR = './picket-state'

/** Variables that begin with PICKET_ but are for tests and tools. */
const NOT_CONFIGURATION = /^PICKET_(?:FIXTURES|KILLS|TEST_.*)$/

/** Does a variable of the environment stand for a key of the configuration (or try to)? */
export function isConfigVariable(name: string): boolean {
  return name.startsWith('PICKET_') && !NOT_CONFIGURATION.test(name)
}
