import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../helpers/fixtures.ts'

interface Service {
  readonly command?: string | readonly string[]
  readonly environment?: Readonly<Record<string, string | number | null>> | readonly string[]
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[]
}

const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')) as {
  services: Readonly<Record<string, Service | undefined>>
}

export const serviceNames: readonly string[] = Object.keys(services)

function service(name: string): Service {
  const found = services[name]
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`)
  return found
}

/** The command line of a service, as its words. */
export function commandOf(name: string): string[] {
  const { command = [] } = service(name)
  return typeof command === 'string' ? command.trim().split(/\s+/) : [...command]
}

/** What a service gets from the environment; `\${NAME:-default}` is its default. */
export function environmentOf(name: string): Record<string, string> {
  const { environment = {} } = service(name)
  const pairs = Array.isArray(environment)
    ? (environment as readonly string[]).map((text) => text.split(/=([^]*)/).slice(0, 2))
    : Object.entries(environment)
  return Object.fromEntries(
    pairs.map(([key = '', value]) => [
      key,
      String(value ?? '').replace(
        /\$\{\w+(?::?[-?]([^}]*))?\}/g,
        (_, otherwise: string = '') => otherwise,
      ),
    ]),
  )
}

/** Where a path inside a service's container is in the checkout; undefined if it is no mounted file of it. */
export function mountedFile(name: string, path: string): string | undefined {
  for (const volume of service(name).volumes ?? []) {
    const [source = '', target = ''] =
      typeof volume === 'string' ? volume.split(':') : [volume.source, volume.target]
    if (!source.startsWith('.')) continue
    const inside =
      path === target ? '' : path.startsWith(`${target}/`) ? path.slice(target.length) : undefined
    if (inside === undefined) continue
    const file = join(root, source, inside)
    if (existsSync(file) && statSync(file).isFile()) return file
  }
  return undefined
}

/** The file of the checkout that stands in a service under this name, wherever it is mounted. */
export function mountedAs(name: string, fileName: string): string {
  for (const volume of service(name).volumes ?? []) {
    const target = typeof volume === 'string' ? volume.split(':')[1] : volume.target
    for (const path of [target ?? '', join(target ?? '', fileName)]) {
      const file = basename(path) === fileName ? mountedFile(name, path) : undefined
      if (file !== undefined) return file
    }
  }
  throw new Error(`docker-compose.yml mounts no ${fileName} into ${name}`)
}
