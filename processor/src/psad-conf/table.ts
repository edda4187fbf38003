import type { Fate } from './fate.ts'
import { ALERTS } from './keys/alerts.ts'
import { DETECTION } from './keys/detection.ts'
import { HOUSEKEEPING } from './keys/housekeeping.ts'
import { INPUT } from './keys/input.ts'
import { RESPONSE } from './keys/response.ts'
import { RULE_VARIABLES, RULES } from './keys/rules.ts'

/** Every key of psad 2.4.6's psad.conf with its fate, in the order of psad.md 9. */
export const PSAD_KEYS: readonly { readonly title: string; readonly fates: readonly Fate[] }[] = [
  { title: 'Detection', fates: DETECTION },
  { title: 'Signatures and lists', fates: RULES },
  { title: 'Input', fates: INPUT },
  { title: 'Alerts and reports', fates: ALERTS },
  { title: 'Response', fates: RESPONSE },
  { title: 'Housekeeping, files, programs', fates: HOUSEKEEPING },
]

/** The fate of a key; undefined for one that psad does not have. */
export function fateOf(key: string): Fate | undefined {
  return BY_KEY.get(tableKey(key))
}

/** The key as the table has it: numbered keys are one. */
export function tableKey(key: string): string {
  return key.replace(/^(IPT_AUTO_CHAIN)\d+$/, '$1#')
}

const BY_KEY: ReadonlyMap<string, Fate> = new Map(
  PSAD_KEYS.flatMap(({ fates }) => fates).flatMap((fate) =>
    fate.keys.map((key) => [key, fate] as const),
  ),
)

export const KNOWN_KEYS: readonly string[] = [...BY_KEY.keys()]

/** References from one variable of rules to another are left to the rule reader: `!$HOME_NET` is more than its text. */
export function isRuleReference(key: string, name: string): boolean {
  const isVariable = (word: string): boolean => (RULE_VARIABLES as readonly string[]).includes(word)
  return isVariable(key) && (name === 'HOME_NET' || isVariable(name))
}
