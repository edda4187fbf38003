import { SOME } from '../condition.ts'
import { chainKey } from '../model.ts'
import type { Chain, Damage, Decision, Place, Reading, Step, TableFamily } from '../model.ts'
import { perMinute } from '../rate.ts'
import { baseOf, familyOf, newChain } from './chain.ts'
import { conditionOf, impliedBy } from './match.ts'
import { leftOf, listOf, numberOf, objectOf, textOf, valuesOf } from './json-values.ts'
import type { Json } from './json-values.ts'
import { decisionOf, mapEntries, xtSteps } from './decision.ts'

/** What `nft -j list ruleset` prints (libnftables-json(5)). Never throws. */
export function readNftJson(text: string, file: string): Reading {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return damaged(jsonDamage(error, text, file))
  }
  const objects = objectOf(document)['nftables']
  if (!Array.isArray(objects))
    return damaged({
      file,
      line: 1,
      column: 1,
      message: 'expected {"nftables": […]}, as nft -j list ruleset prints it',
    })
  return new JsonReader(file).read(objects)
}

function damaged(damage: Damage): Reading {
  return { chains: [], damages: [damage], unclosed: [] }
}

function jsonDamage(error: unknown, text: string, file: string): Damage {
  const message = error instanceof Error ? error.message : ''
  const position = /at position (\d+)/.exec(message)?.[1]
  const at = Math.min(position === undefined ? text.length : Number(position), text.length)
  const line = text.slice(0, at).split('\n').length
  const column = at - text.lastIndexOf('\n', at - 1)
  const found = at >= text.length ? 'the end' : JSON.stringify(text[at])
  return {
    file,
    line,
    column,
    message: `${found}: expected JSON, as nft -j list ruleset prints it`,
  }
}

class JsonReader {
  readonly #file: string
  readonly #chains = new Map<string, Chain>()
  readonly #sets = new Map<string, Map<string, readonly string[]>>()
  readonly #maps = new Map<string, Map<string, readonly (readonly [string, Decision])[]>>()
  readonly #dormant = new Set<string>()

  constructor(file: string) {
    this.#file = file
  }

  read(objects: readonly unknown[]): Reading {
    const all = objects.map(objectOf)
    for (const object of all) {
      this.#named(objectOf(object['set']))
      this.#named(objectOf(object['map']))
      const table = objectOf(object['table'])
      if (listOf(table['flags']).includes('dormant')) this.#dormant.add(tableKey(table))
    }
    for (const object of all) this.#chain(objectOf(object['chain']))
    for (const object of all) this.#rule(objectOf(object['rule']))
    const chains = [...this.#chains.values()].filter(
      ({ family, table }) => !this.#dormant.has(`${family} ${table}`),
    )
    return { chains, damages: [], unclosed: [] }
  }

  #named(set: Json): void {
    const name = textOf(set['name'])
    if (name === undefined) return
    const elements = listOf(set['elem']).map(elementOf)
    const table = tableKey(set)
    if (set['map'] === undefined)
      nested(this.#sets, table).set(
        name,
        elements.flatMap((element) => valuesOf(element)),
      )
    else nested(this.#maps, table).set(name, elements.flatMap(pairOf))
  }

  #chain(chain: Json): void {
    const family = familyOf(textOf(chain['family']) ?? '')
    const table = textOf(chain['table'])
    const name = textOf(chain['name'])
    if (family === undefined || table === undefined || name === undefined) return
    const made = newChain(family, table, name, this.#place(chain))
    const hook = textOf(chain['hook'])
    if (hook !== undefined)
      made.base = baseOf(textOf(chain['type']) ?? '', hook, numberOf(chain['prio']) ?? 0)
    made.policy = chain['policy'] === 'drop' ? 'drop' : 'accept'
    this.#chains.set(chainKey(family, table, name), made)
  }

  #rule(rule: Json): void {
    const family = textOf(rule['family']) as TableFamily
    const table = textOf(rule['table']) ?? ''
    const chain = this.#chains.get(chainKey(family, table, textOf(rule['chain']) ?? ''))
    if (chain === undefined) return
    const expressions = listOf(rule['expr'])
    chain.rules.push({
      place: this.#place(rule),
      text: short(expressions),
      steps: expressions.flatMap((expression) => this.#steps(objectOf(expression), tableKey(rule))),
    })
  }

  #place(object: Json): Place {
    const handle = numberOf(object['handle'])
    return { file: this.#file, line: 1, ...(handle === undefined ? {} : { handle }) }
  }

  #steps(expression: Json, table: string): Step[] {
    const [kind = '', body] = Object.entries(expression)[0] ?? []
    const value = objectOf(body)
    switch (kind) {
      case 'match':
        return this.#match(value, table)
      case 'vmap':
        return this.#map(value, table)
      case 'log':
        return [logOf(value)]
      case 'limit':
        return limitOf(body)
      case 'xt':
        return xtSteps(value['type'] === 'target', textOf(value['name']) ?? '')
      case 'jump':
      case 'goto':
        return listed(decisionOf(kind, textOf(value['target'])))
      case 'meter':
      case 'quota':
      case 'ct count':
      case 'set':
        return kind !== 'set' || JSON.stringify(value).includes('"limit"')
          ? [{ kind: 'condition', condition: SOME }]
          : []
      default:
        return listed(decisionOf(kind, undefined))
    }
  }

  #match(match: Json, table: string): Step[] {
    const operator = textOf(match['op']) ?? ''
    const { left, parts, mask } = leftOf(match['left'])
    const values = valuesOf(match['right'])
    const condition =
      parts.length > 1
        ? SOME
        : conditionOf(
            {
              left,
              ...(mask.length > 0 ? { mask } : {}),
              negated: operator === '!=',
              isRange: /[<>]/.test(operator),
              isExact: operator === '==',
              values,
            },
            this.#sets.get(table) ?? new Map<string, readonly string[]>(),
          )
    return [...parts.map(impliedBy), condition].flatMap((one) =>
      one.kind === 'any' ? [] : [{ kind: 'condition', condition: one } as const],
    )
  }

  #map(map: Json, table: string): Step[] {
    const { left, parts } = leftOf(map['key'])
    const named = textOf(map['data'])
    const pairs =
      named === undefined
        ? listOf(objectOf(map['data'])['set']).flatMap((element) => pairOf(element))
        : (this.#maps.get(table)?.get(named.slice(1)) ?? [])
    const sets = this.#sets.get(table) ?? new Map<string, readonly string[]>()
    const implied = parts
      .map(impliedBy)
      .filter(({ kind }) => kind !== 'any')
      .map((condition) => ({ kind: 'condition', condition }) as const)
    return [...implied, { kind: 'map', entries: mapEntries(left, parts.length, pairs, sets) }]
  }
}

function logOf(log: Json): Step {
  const flags = listOf(log['flags']).map(String)
  const to =
    log['group'] !== undefined
      ? 'netlink'
      : log['level'] === 'audit'
        ? 'audit'
        : ('kernel' as const)
  const has = (flag: string): boolean =>
    to !== 'kernel' || flags.includes('all') || flags.includes(flag)
  return {
    kind: 'log',
    log: {
      to,
      prefix: textOf(log['prefix']) ?? '',
      tcpOptions: has('tcp options'),
      ipOptions: has('ip options'),
      tcpSequence: has('tcp sequence'),
    },
  }
}

function limitOf(body: unknown): Step[] {
  // A string names a limit object.
  if (typeof body === 'string') return [{ kind: 'condition', condition: SOME }]
  const limit = objectOf(body)
  if (limit['inv'] === true) return [{ kind: 'condition', condition: SOME }]
  const rate = perMinute(numberOf(limit['rate']) ?? 0, textOf(limit['per']) ?? 'second')
  if (limit['rate_unit'] !== undefined && limit['rate_unit'] !== 'packets') return []
  if (rate === undefined) return []
  return [
    {
      kind: 'limit',
      limit: { perMinute: rate, burst: numberOf(limit['burst']) ?? 5, perSource: false },
    },
  ]
}

function pairOf(element: unknown): (readonly [string, Decision])[] {
  if (!Array.isArray(element)) return []
  const [key, verdict] = element as unknown[]
  const [kind = '', body] = Object.entries(objectOf(verdict))[0] ?? []
  const decision = decisionOf(kind, textOf(objectOf(body)['target']))
  return decision === undefined ? [] : [[valuesOf(key).join(' '), decision]]
}

function elementOf(element: unknown): unknown {
  const inner = objectOf(objectOf(element)['elem'])
  return inner['val'] ?? element
}

function tableKey(object: Json): string {
  // A table names itself, whatever is in it names the table.
  return `${textOf(object['family']) ?? ''} ${textOf(object['table']) ?? textOf(object['name']) ?? ''}`
}

function nested<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = map.get(key)
  if (inner === undefined) map.set(key, (inner = new Map<string, V>()))
  return inner
}

function short(expressions: readonly unknown[]): string {
  const text = JSON.stringify(expressions)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function listed(decision: Decision | undefined): Step[] {
  return decision === undefined ? [] : [decision]
}
