import type { AttackerColumn } from '../types'
import { addressOrder } from './address'
import type { Attacker, Level, Model } from './model'
import { portCount } from './port-text'
import { matches, parseSearch, searchIndex, type SearchIndex } from './search'
import type { Sparks } from './spark'

export interface Sort {
  readonly column: AttackerColumn
  readonly descending: boolean
}

export const DEFAULT_SORT: Sort = { column: 'level', descending: true }

export interface RowFilter {
  /** None: all levels. */
  readonly levels: ReadonlySet<Level>
  readonly search: string
}

/** Attackers that the filter leaves, in the list's order. `index` is made when a search needs it. */
export function filterAttackers(
  attackers: readonly Attacker[],
  { levels, search }: RowFilter,
  index: () => SearchIndex = () => searchIndex(attackers),
): readonly Attacker[] {
  const terms = parseSearch(search)
  if (levels.size === 0 && terms.length === 0) return attackers
  const found = terms.length > 0 ? index() : undefined
  return attackers.filter(
    (attacker, place) =>
      (levels.size === 0 || levels.has(attacker.level)) &&
      (found === undefined || matches(attacker, place, terms, found)),
  )
}

/**
 * Sorted by one column; equal ones by level, packets and the list's order, so that rows do not change places between
 * refreshes. What is unknown comes last either way.
 */
export function sortAttackers(
  attackers: readonly Attacker[],
  { column, descending }: Sort,
  sparks?: Sparks,
): readonly Attacker[] {
  const sign = descending ? -1 : 1
  const keyed = attackers.map((attacker, place) => ({
    attacker,
    place,
    key: sortKey(attacker, column, sparks),
  }))
  keyed.sort(
    (a, b) =>
      compare(a.key, b.key, sign) ||
      b.attacker.level - a.attacker.level ||
      compare(a.attacker.packets, b.attacker.packets, -1) ||
      a.place - b.place,
  )
  return keyed.map(({ attacker }) => attacker)
}

/** Direction in which a column is first sorted: numbers and times from the highest, texts from A. */
export function firstDescending(column: AttackerColumn): boolean {
  return !TEXTS.has(column)
}

const TEXTS: ReadonlySet<AttackerColumn> = new Set(['source', 'kinds', 'os', 'country', 'reasons'])

type Key = string | number | undefined

function sortKey(attacker: Attacker, column: AttackerColumn, sparks?: Sparks): Key {
  switch (column) {
    case 'level':
      return attacker.level
    case 'source':
      return addressOrder(attacker.source)
    case 'activity':
      return sparks?.peaks[attacker.index]
    case 'packets':
      return attacker.packets
    case 'destinations':
      return attacker.destinationCount
    case 'ports':
      return portCount(attacker.ports)
    case 'kinds':
      return attacker.kinds.join(' ') || undefined
    case 'signatures':
      return attacker.signatures.length
    case 'os':
      return attacker.os
    case 'country':
      return attacker.country
    case 'firstSeen':
      return attacker.firstSeen
    case 'lastSeen':
      return attacker.lastSeen
    case 'reasons':
      return attacker.reasons[0]
  }
}

const isUnknown = (key: Key) => key === undefined || Number.isNaN(key)

function compare(a: Key, b: Key, sign: number): number {
  if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b))
  if (a === b) return 0
  return (a as string) < (b as string) ? -sign : sign
}

/** Columns that would be empty in every row. */
export function unknownColumns({ attackers, activity }: Model): ReadonlySet<AttackerColumn> {
  const unknown = new Set<AttackerColumn>([
    'kinds',
    'signatures',
    'os',
    'country',
    'firstSeen',
    'lastSeen',
    'reasons',
  ])
  for (const attacker of attackers) {
    if (unknown.size === 0) break
    if (attacker.kinds.length > 0) unknown.delete('kinds')
    if (attacker.signatures.length > 0) unknown.delete('signatures')
    if (attacker.os) unknown.delete('os')
    if (attacker.country) unknown.delete('country')
    if (!Number.isNaN(attacker.firstSeen)) unknown.delete('firstSeen')
    if (!Number.isNaN(attacker.lastSeen)) unknown.delete('lastSeen')
    if (attacker.reasons.length > 0) unknown.delete('reasons')
  }
  if (activity.length === 0) unknown.add('activity')
  return unknown
}
