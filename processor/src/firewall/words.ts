import type { Chain, Place } from './model.ts'
import type { WatchedHook } from './probe.ts'

/** `INPUT` of iptables, `inet filter input` of nft: as each is named by who wrote it. */
export function chainTitle({ syntax, family, table, name }: Chain): string {
  if (syntax === 'nft') return `${family} ${table} ${name}`
  return table === 'filter' ? name : `${table} ${name}`
}

export function hookTitle(hook: WatchedHook): string {
  return hook === 'input' ? 'INPUT' : 'FORWARD'
}

/** `rules.v4:12`, `nft handle 7` */
export function placeText({ file, line, handle }: Place): string {
  return handle === undefined ? `${file}:${line}` : `${file} handle ${handle}`
}

/** `a, b and c` */
export function joinAnd(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
