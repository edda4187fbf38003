import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { hasPrometheus } from '../helpers/prometheus.ts'
import { composeValidator } from './helpers/compose-schema.ts'
import { loadCompose, mountsOf } from './helpers/compose.ts'
import type { Service } from './helpers/compose.ts'

// Not run by any test: the containers themselves. There is no container engine here.

const given = { LOKI_URL: 'http://loki.example:3100', GRAFANA_URL: 'http://grafana.example:3000' }
const demo = loadCompose('docker-compose.yml')
const production = loadCompose('docker-compose.production.yml', given)
const files = { 'docker-compose.yml': demo, 'docker-compose.production.yml': production }
const services = Object.entries(files).flatMap(([file, compose]) =>
  Object.entries(compose.services).map(([name, service]) => ({ file, name, service })),
)

/** Made where the panel is built, and nowhere in the repository. */
const BUILT = ['./plugin/dist', './secrets/grafana_token']

describe.each(Object.entries(files))('%s', (file, compose) => {
  test('is what the Compose specification allows', () => {
    const validate = composeValidator()
    const raw: unknown = parse(readFileSync(join(root, file), 'utf8'), { merge: true })
    expect(validate(raw), JSON.stringify(validate.errors)).toBe(true)
  })

  test('names only volumes, networks and secrets that it declares, and declares none besides', () => {
    const all = Object.values(compose.services)
    const volumes = all.flatMap((service) =>
      mountsOf(service)
        .filter(({ isBind }) => !isBind)
        .map(({ source }) => source),
    )
    expect(new Set(volumes)).toEqual(new Set(Object.keys(compose.volumes ?? {})))
    const networks = all.flatMap((service) => service.networks ?? [])
    expect(new Set(networks)).toEqual(new Set(Object.keys(compose.networks ?? {})))
    const secrets = all.flatMap((service) => service.secrets ?? [])
    expect(new Set(secrets)).toEqual(new Set(Object.keys(compose.secrets ?? {})))
  })

  test('mounts only what is in the repository', () => {
    const sources = Object.values(compose.services).flatMap((service) =>
      mountsOf(service)
        .filter(({ isBind }) => isBind)
        .map(({ source }) => source),
    )
    const missing = sources.filter(
      (source) => !BUILT.includes(source) && !existsSync(join(root, source)),
    )
    expect(missing).toEqual([])
  })
})

describe.each(services)('$name of $file', ({ file, service }) => {
  test('has an image with an exact version', () => {
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/)
  })

  test('may do little: no root, no capabilities, no new privileges, nothing to write but volumes and /tmp', () => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/)
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.cap_add).toBeUndefined()
    expect(service.privileged).toBeUndefined()
    expect(service.security_opt).toContain('no-new-privileges:true')
    expect(service.tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=/)])
    expect(service.mem_limit).toMatch(/^\d+[mg]$/)
    expect(service.pids_limit).toBeGreaterThan(0)
    for (const { isBind, readOnly, target } of mountsOf(service)) {
      if (isBind) expect({ target, readOnly }).toEqual({ target, readOnly: true })
      expect(target).not.toContain('docker.sock')
    }
  })

  test('publishes nothing beyond this machine', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  })

  test('tells its health, by its own check or its image’s', () => {
    // Picket's image brings one: image.test.ts runs it.
    if (service.healthcheck === undefined) expect(service.build).toBe('.')
    else expect(['CMD', 'CMD-SHELL']).toContain(service.healthcheck.test[0])
  })

  test('waits for the health of what it needs', () => {
    const all = files[file as keyof typeof files].services
    for (const [name, { condition, required = true }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy')
      expect(all[name]).toBeDefined()
      // A service of a profile is not there without it.
      expect(required).toBe(all[name]?.profiles === undefined)
    }
  })
})

describe('the stack', () => {
  test('publishes Grafana and Picket’s page alone', () => {
    const published = Object.entries(demo.services)
      .filter(([, { ports }]) => ports !== undefined)
      .map(([name]) => name)
    expect(published).toEqual(['grafana', 'picket'])
    expect(demo.networks?.['backend']).toEqual({ internal: true })
  })

  test('has the simulator in the profile demo and nothing else there', () => {
    const inProfiles = Object.entries(demo.services).filter(
      ([, { profiles }]) => profiles !== undefined,
    )
    expect(inProfiles.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['simulator', ['demo']],
    ])
  })

  test('ships the file that the simulator writes, or another', () => {
    const { simulator, alloy } = demo.services as { simulator: Service; alloy: Service }
    const out = simulator.command?.[simulator.command.indexOf('--out') + 1]
    expect(out).toBe(`/var/log/firewall/${alloy.environment?.['FIREWALL_LOG'] ?? ''}`)
    const volume = (service: Service): string | undefined =>
      mountsOf(service).find(({ target }) => target === '/var/log/firewall')?.source
    expect(volume(alloy)).toBe(volume(simulator))
    const other = loadCompose('docker-compose.yml', {
      FIREWALL_LOGS: '/var/log',
      FIREWALL_LOG: 'kern.log',
    })
    const mounts = mountsOf(other.services['alloy'] as Service)
    expect(mounts).toContainEqual(
      expect.objectContaining({ source: '/var/log', readOnly: true, isBind: true }),
    )
  })

  test('gives the simulator words that picket understands', () => {
    const { command = [] } = demo.services['simulator'] as Service
    const words = command.map((word) => (word.startsWith('/') ? '/dev/stdout' : word))
    const { status, stderr } = picket([...words, '--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('finds the simulator healthy while its file grows, by the check given there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'picket-simulator-'))
    const log = join(folder, 'firewall.log')
    const [, , ...args] = demo.services['simulator']?.healthcheck?.test ?? []
    const check = (): number | null =>
      spawnSync(
        process.execPath,
        args.map((arg) => arg.replace('/var/log/firewall/firewall.log', log)),
      ).status
    expect(check()).not.toBe(0)
    writeFileSync(log, '')
    expect(check()).toBe(0)
    const minuteAgo = Date.now() / 1000 - 60
    utimesSync(log, minuteAgo, minuteAgo)
    expect(check()).toBe(1)
    rmSync(folder, { recursive: true })
  })

  test('finds Alloy healthy when it answers 200, by the check given there', async () => {
    let code = 200
    const server = createServer((_, response) => response.writeHead(code).end()).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const [, command = '', ...args] = demo.services['alloy']?.healthcheck?.test ?? []
    const check = async (): Promise<number> => {
      const child = spawn(
        command,
        args.map((arg) => arg.replace('127.0.0.1/12345', `127.0.0.1/${port}`)),
        { stdio: 'ignore' },
      )
      const [status] = (await once(child, 'exit')) as [number]
      return status
    }
    expect(await check()).toBe(0)
    code = 503
    expect(await check()).toBe(1)
    server.close()
    await once(server, 'close')
    expect(await check()).toBe(1)
  })

  test('asks services by names that are there, from networks that they are in', () => {
    const text = (path: string): string => readFileSync(join(root, path), 'utf8')
    const users: Record<string, string> = {
      picket: text('provisioning/picket/picket.yaml'),
      prometheus: text('provisioning/prometheus/prometheus.yml').replace('localhost:9090', ''),
      grafana:
        text('provisioning/datasources/picket.yaml') +
        (demo.services['grafana']?.environment?.['GF_SMTP_HOST'] ?? ''),
      alloy: text('provisioning/shippers/alloy/compose.alloy'),
    }
    const found: string[] = []
    for (const [user, config] of Object.entries(users))
      for (const [, host = '', port = ''] of config.matchAll(/\b([a-z]+):(\d{4})\b/g)) {
        found.push(`${host}:${port}`)
        const shared = demo.services[host]?.networks?.filter((network) =>
          demo.services[user]?.networks?.includes(network),
        )
        expect({ user, host, shared }).not.toMatchObject({ shared: [] })
        expect(shared, `${user} asks ${host}`).toBeDefined()
      }
    expect([...new Set(found)].sort()).toEqual([
      'grafana:3000',
      'loki:3100',
      'mailpit:1025',
      'picket:9744',
      'prometheus:9090',
    ])
  })

  test('mounts the panel where Grafana looks for it, and lets it load unsigned', () => {
    const grafana = demo.services['grafana'] as Service
    const { id } = JSON.parse(readFileSync(join(root, 'plugin/src/plugin.json'), 'utf8')) as {
      id: string
    }
    expect(mountsOf(grafana)).toContainEqual(
      expect.objectContaining({
        source: './plugin/dist',
        target: `/var/lib/grafana/plugins/${id}`,
      }),
    )
    expect(grafana.environment?.['GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS']).toBe(id)
  })
})

describe('Picket’s configuration', () => {
  test.each([
    ['docker-compose.yml', demo],
    ['docker-compose.production.yml', production],
  ])('of %s passes its own check with the environment given there', (_, compose) => {
    const service = compose.services['picket'] as Service
    const config = mountsOf(service).find(({ target }) => target === '/etc/picket/picket.yaml')
    const { status, stdout, stderr } = picket(
      ['config', 'check', '--config', config?.source ?? ''],
      {
        env: { ...service.environment },
      },
    )
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const { stateDir, http, sources, sinks } = parse(stdout) as {
      stateDir: string
      http: { listen: string }
      sources: { url: string; query: string }[]
      sinks: { type: string; url: string }[]
    }
    expect(stateDir).toBe('/var/lib/picket')
    expect(http.listen).toBe('0.0.0.0:9744')
    expect(sources[0]?.query).toBe('{job="firewall"}')
    expect(sinks.map(({ type }) => type)).toEqual(['loki', 'grafana'])
    const url = compose === production ? given.LOKI_URL : 'http://loki:3100'
    expect([sources[0]?.url, sinks[0]?.url]).toEqual([url, url])
  })

  test('for production says which address is missing', () => {
    expect(() => loadCompose('docker-compose.production.yml')).toThrow(
      /LOKI_URL is not set: the address/,
    )
  })
})

describe.runIf(hasPrometheus)('Prometheus', () => {
  test('finds its configuration sound, rules included', () => {
    const { status, stdout, stderr } = spawnSync(
      'promtool',
      ['check', 'config', join(root, 'provisioning/prometheus/prometheus.yml')],
      { encoding: 'utf8' },
    )
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 })
  })
})
