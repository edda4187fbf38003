import type { Firewall } from './check.ts'
import { readIptables } from './iptables/read.ts'
import { chainKey } from './model.ts'
import type { Chain, Damage, Reading } from './model.ts'
import { readNftJson } from './nft/read-json.ts'
import { readNftText } from './nft/read-text.ts'
import { isUfwSettings, needsUfwFrame, readUfwSettings, ufwFindings, ufwFrame } from './ufw.ts'
import type { UfwSettings } from './ufw.ts'

export const FIREWALLS = ['iptables', 'nftables', 'ufw', 'firewalld'] as const
/** Who keeps the rules. */
export type FirewallKind = (typeof FIREWALLS)[number]

export interface RulesetText {
  /** As findings name it. */
  readonly file: string
  readonly text: string
  /** An empty text is an empty ruleset: it came from the program itself. */
  readonly mayBeEmpty?: boolean
}

export type Syntax = 'iptables' | 'nft' | 'nft-json' | 'ufw-settings'

export type RulesetReading =
  | { readonly kind: FirewallKind; readonly firewall: Firewall; readonly damages?: undefined }
  | { readonly damages: readonly Damage[] }

const EXPECTED =
  'expected what iptables-save, ip6tables-save, nft list ruleset or nft -j list ruleset print, or rule files of ufw'

/** Which of the forms a text has, by its content. Undefined: none. */
export function syntaxOf(text: string): Syntax | undefined {
  if (text.includes('\0')) return undefined
  if (/^\s*\{/.test(text)) return 'nft-json'
  if (/^[ \t]*\*(?:filter|nat|mangle|raw|security|broute)[ \t\r]*$/m.test(text)) return 'iptables'
  if (/^[ \t]*(?:(?:add|create)[ \t]+)?table[ \t]+\S+/m.test(text)) return 'nft'
  if (/^(?:add|insert)[ \t]+(?:rule|chain)[ \t]/m.test(text)) return 'nft'
  if (/^(?:\[\d+:\d+\] ?)?-[APN] \S+/m.test(text)) return 'iptables'
  return isUfwSettings(text) ? 'ufw-settings' : undefined
}

/** Reads texts that together are one host's firewall. Never throws. */
export function readRuleset(texts: readonly RulesetText[]): RulesetReading {
  const readings: Reading[] = []
  let settings: UfwSettings = new Map()
  for (const { file, text, mayBeEmpty } of texts) {
    const plain = text.replace(/^\uFEFF/, '')
    if (plain.trim() === '' && mayBeEmpty === true) continue
    switch (syntaxOf(plain)) {
      case 'iptables':
        readings.push(readIptables(plain, file))
        break
      case 'nft':
        readings.push(readNftText(plain, file))
        break
      case 'nft-json':
        readings.push(readNftJson(plain, file))
        break
      case 'ufw-settings':
        settings = new Map([...settings, ...readUfwSettings(plain, file)])
        break
      case undefined:
        readings.push({ chains: [], unclosed: [], damages: [unknown(plain, file)] })
    }
  }
  const damages = readings.flatMap((reading) => reading.damages)
  if (damages.length > 0) return { damages }
  const found = readings.flatMap(({ chains }) => chains)
  const isFrame = needsUfwFrame(found)
  // The frame first: what the files hold comes behind.
  const chains = merged(isFrame ? [...ufwFrame(found, settings), ...found] : found)
  return {
    kind: kindOf(chains, settings),
    firewall: {
      chains,
      unclosed: readings.flatMap(({ unclosed }) => unclosed),
      findings: ufwFindings(found, settings, isFrame),
    },
  }
}

function unknown(text: string, file: string): Damage {
  const first = text.trim().split('\n')[0]?.trim() ?? ''
  const found = text.includes('\0')
    ? 'it is not text'
    : first === ''
      ? 'it is empty'
      : JSON.stringify(first.slice(0, 60))
  return { file, line: 1, column: 1, message: `${found}: ${EXPECTED}` }
}

/** A chain whose rules stand in several files is one chain. */
function merged(chains: readonly Chain[]): Chain[] {
  const byKey = new Map<string, Chain>()
  for (const chain of chains) {
    const key = chainKey(chain.family, chain.table, chain.name)
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, { ...chain, rules: [...chain.rules] })
    else for (const rule of chain.rules) known.rules.push(rule)
  }
  return [...byKey.values()]
}

function kindOf(chains: readonly Chain[], settings: UfwSettings): FirewallKind {
  if (settings.size > 0 || chains.some(({ name }) => /^ufw6?-before-input$/.test(name)))
    return 'ufw'
  if (chains.some(({ table, name }) => table === 'firewalld' || name === 'INPUT_ZONES'))
    return 'firewalld'
  return chains.some(({ syntax, base }) => syntax === 'nft' && base !== undefined) &&
    !chains.some(({ syntax, table }) => syntax === 'iptables' && table === 'filter')
    ? 'nftables'
    : 'iptables'
}
