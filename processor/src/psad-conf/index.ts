/** psad.conf, read and carried over to Picket's configuration. Pure: files are read by who calls. */
export { accountText, findingText } from './account.ts'
export { carryOver } from './carry.ts'
export type { CarriedOver, Machine } from './carry.ts'
export { picketYaml } from './picket-yaml.ts'
export { readPsadConf } from './reader.ts'
export type { PsadText } from './reader.ts'
export { isRuleReference } from './table.ts'
