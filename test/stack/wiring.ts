import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { commandOf, environmentOf, mountedAs, mountedFile } from './compose.ts'
import { GRAFANA_TOKEN } from './grafana.ts'

/** Addresses, `host:port`, of the processes that stand for the services of docker-compose.yml. */
export type Addresses = Readonly<Record<string, string>>

interface Component {
  readonly type: string
  readonly url?: string
  readonly tokenFile?: string
}

interface PicketYaml {
  readonly sources: readonly Component[]
  readonly sinks: readonly Component[]
}

/**
 * The arguments and environment of Picket as docker-compose.yml has it, with its own picket.yaml. What a machine without containers
 * lacks is laid over it with `--set`: addresses, the port, the folder of the state, and the file of the secret.
 */
export function picketOf(addresses: Addresses, folder: string) {
  // With no command in the compose file, the image's: `run`, which looks for the configuration where it is by default.
  const words = commandOf('picket')
  const at = words.indexOf('--config')
  const inside = at < 0 ? '/etc/picket/picket.yaml' : (words[at + 1] ?? '')
  const config = mountedFile('picket', inside)
  if (config === undefined) throw new Error(`docker-compose.yml mounts no ${inside} into picket`)
  const yaml = parse(readFileSync(config, 'utf8')) as PicketYaml
  const environment = environmentOf('picket')

  const settings = [`http.listen=${addresses['picket'] ?? ''}`, `stateDir=${join(folder, 'state')}`]
  for (const list of ['sources', 'sinks'] as const)
    yaml[list].forEach(({ url, tokenFile }, i) => {
      if (url !== undefined) settings.push(`${list}.${i}.url=${replaced(url, addresses)}`)
      if (tokenFile === undefined) return
      writeFileSync(join(folder, 'token'), `${GRAFANA_TOKEN}\n`)
      settings.push(`${list}.${i}.tokenFile=${join(folder, 'token')}`)
    })
  return {
    sinks: yaml.sinks.map(({ type }) => type),
    /** Options of `run` and `backfill` alike. */
    options: ['--config', config, ...settings.flatMap((setting) => ['--set', setting])],
    env: Object.fromEntries(
      Object.entries(environment).filter(
        ([key]) => key.startsWith('PICKET_') && !key.endsWith('__URL'),
      ),
    ),
  }
}

/** The arguments of the simulator, and the file that it writes. */
export function simulatorOf(folder: string) {
  const args = commandOf('simulator')
  const at = args.indexOf('--out') + 1
  const file = join(folder, 'firewall.log')
  return { args: args.with(at, file), file }
}

/** The password that Grafana's administrator has in docker-compose.yml. */
export const grafanaPassword = (): string =>
  environmentOf('grafana')['GF_SECURITY_ADMIN_PASSWORD'] ?? 'admin'

interface PrometheusYaml {
  readonly global: object
  readonly rule_files?: readonly string[]
  readonly scrape_configs: readonly {
    readonly job_name: string
    readonly static_configs: readonly { readonly targets: readonly string[] }[]
  }[]
}

/**
 * Prometheus' own configuration with the addresses replaced, asking every second, so that nobody waits for it. Services that do not
 * run here are left out. Its rules stand beside it, as `files`.
 */
export function prometheusOf(addresses: Addresses) {
  const path = mountedAs('prometheus', 'prometheus.yml')
  const yaml = parse(readFileSync(path, 'utf8')) as PrometheusYaml
  const files: Record<string, string> = {}
  for (const pattern of yaml.rule_files ?? []) {
    const folder = join(dirname(path), dirname(pattern))
    // A pattern that fits nothing is none of Prometheus' troubles.
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      if (/\.ya?ml$/.test(name)) files[name] = readFileSync(join(folder, name), 'utf8')
  }
  const scrapes = yaml.scrape_configs
    .map((scrape) => ({
      ...scrape,
      static_configs: scrape.static_configs.map(({ targets }) => ({
        targets: targets.flatMap((target) => addresses[target.split(':')[0] ?? ''] ?? []),
      })),
    }))
    .filter(({ static_configs: [first] }) => first !== undefined && first.targets.length > 0)
  const config = stringify({
    ...yaml,
    global: { ...yaml.global, scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: Object.keys(files),
    scrape_configs: scrapes,
  })
  return { config, files, jobs: scrapes.map(({ job_name }) => job_name) }
}

function replaced(url: string, addresses: Addresses): string {
  const { hostname, pathname } = new URL(url)
  const address = addresses[hostname]
  if (address === undefined) throw new Error(`nothing stands for ${hostname}, which ${url} names`)
  return `http://${address}${pathname === '/' ? '' : pathname}`
}
