import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../helpers/fixtures.ts'

type Condition = { readonly condition: string; readonly required?: boolean }
export interface Mount {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
  readonly isBind: boolean
}

export interface Service {
  readonly image: string
  readonly build?: string
  readonly user?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly profiles?: readonly string[]
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly cap_add?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly mem_limit?: string
  readonly pids_limit?: number
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly network_mode?: string
  readonly volumes?: readonly (
    string | { type: string; source: string; target: string; read_only?: boolean }
  )[]
  readonly depends_on?: Readonly<Record<string, Condition>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly secrets?: readonly string[]
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes?: Readonly<Record<string, unknown>>
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>
}

/** A Compose file with its variables filled in, as `docker compose config` would read it. */
export function loadCompose(file: string, env: Readonly<Record<string, string>> = {}): Compose {
  const value: unknown = parse(readFileSync(join(root, file), 'utf8'), { merge: true })
  return interpolate(value, env) as Compose
}

function interpolate(value: unknown, env: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolateText(value, env)
  if (Array.isArray(value)) return value.map((item) => interpolate(item, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, interpolate(child, env)]),
  )
}

/** `${NAME:-default}`, `${NAME:?message}`, `${NAME}` and `$$`; anything else with a dollar is an error. */
function interpolateText(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\$|\$\{([A-Z_]+)(?::(-|\?)([^}]*))?\}|\$/g,
    (all: string, name?: string, kind?: string, rest?: string) => {
      if (all === '$$') return '$'
      if (name === undefined) throw new Error(`a lone $ in ${JSON.stringify(text)}`)
      const value = env[name] ?? ''
      if (value !== '') return value
      if (kind === '-') return rest ?? ''
      throw new Error(`${name} is not set: ${rest ?? ''}`)
    },
  )
}

export function mountsOf(service: Service): Mount[] {
  return (service.volumes ?? []).map((volume) => {
    const [source = '', target = '', mode] =
      typeof volume === 'string' ? volume.split(':') : [volume.source, volume.target]
    return {
      source,
      target,
      readOnly: mode === 'ro' || (typeof volume !== 'string' && volume.read_only === true),
      isBind: /^[./]/.test(source),
    }
  })
}
