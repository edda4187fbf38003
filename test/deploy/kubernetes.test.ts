import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import type { z } from 'zod'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { manifests } from './helpers/kubernetes.ts'

// Not run by any test: a cluster. The schemas are ours, of the API as far as it is used here; where kubectl is installed, its kustomize
// puts the manifests together as well.

const folder = join(root, 'provisioning/kubernetes')
const read = <Name extends keyof typeof manifests>(
  name: Name,
): z.output<(typeof manifests)[Name]> =>
  manifests[name].parse(parse(readFileSync(join(folder, name), 'utf8'))) as z.output<
    (typeof manifests)[Name]
  >

const { spec } = read('statefulset.yaml')
const pod = spec.template.spec
const [container] = pod.containers
const config = parse(readFileSync(join(folder, 'picket.yaml'), 'utf8')) as {
  stateDir: string
  http: { listen: string }
  sources: { url: string }[]
  sinks: { url: string; tokenFile?: string }[]
}

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0
if (!hasKubectl) console.warn('Skipped: kubectl is not installed.')

describe('the manifests', () => {
  test.each(Object.keys(manifests) as (keyof typeof manifests)[])(
    '%s is what Kubernetes knows',
    (name) => {
      expect(() => read(name)).not.toThrow()
    },
  )

  test('are all named in the kustomization, and no file besides', () => {
    const { resources, configMapGenerator = [] } = read('kustomization.yaml')
    const named = [...resources, ...configMapGenerator.flatMap(({ files }) => files)]
    const files = readdirSync(folder).filter(
      (name) => name.endsWith('.yaml') && name !== 'kustomization.yaml',
    )
    expect(named.sort()).toEqual(files.sort())
  })

  test('select each other', () => {
    const labels = spec.template.metadata.labels
    expect(labels).toMatchObject(spec.selector.matchLabels)
    expect(labels).toMatchObject(read('service.yaml').spec.selector)
    expect(labels).toMatchObject(read('networkpolicy.yaml').spec.podSelector.matchLabels)
    expect(spec.serviceName).toBe(read('service.yaml').metadata.name)
    expect(pod.serviceAccountName).toBe(read('serviceaccount.yaml').metadata.name)
    const monitor = read('servicemonitor/servicemonitor.yaml').spec
    const { labels: common = [] } = read('kustomization.yaml')
    expect(common[0]?.pairs).toMatchObject(monitor.selector.matchLabels)
    expect(common[0]?.pairs[monitor.jobLabel]).toBe('picket')
    expect(monitor.endpoints[0]?.port).toBe(read('service.yaml').spec.ports[0]?.name)
  })
})

describe('the pod', () => {
  test('is one, with a state of its own, and ends before the next begins', () => {
    expect(spec.replicas).toBe(1)
    expect(spec.volumeClaimTemplates[0]?.spec.accessModes).toEqual(['ReadWriteOnce'])
    const state = container?.volumeMounts.find(
      ({ name }) => name === spec.volumeClaimTemplates[0]?.metadata.name,
    )
    expect(state?.mountPath).toBe(config.stateDir)
  })

  test('keeps to the standard `restricted`, which its namespace enforces, as the image’s user', () => {
    expect(read('namespace.yaml').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    })
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
    const { runAsUser, runAsGroup, fsGroup } = pod.securityContext
    expect(dockerfile).toContain(`\nUSER ${runAsUser}:${runAsGroup}\n`)
    expect(fsGroup).toBe(runAsGroup)
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(container?.resources.limits.memory).toBe('1Gi')
  })

  test('mounts volumes that there are, and has a writable /tmp', () => {
    const names = [
      ...pod.volumes,
      ...spec.volumeClaimTemplates.map(({ metadata }) => metadata),
    ].map(({ name }) => name)
    expect(container?.volumeMounts.map(({ name }) => name).sort()).toEqual(names.sort())
    expect(
      container?.volumeMounts.find(({ mountPath }) => mountPath === '/tmp')?.readOnly,
    ).toBeUndefined()
  })

  test('is started anew only when it is dead itself, not when Loki is', () => {
    expect(container?.startupProbe.httpGet.path).toBe('/healthz')
    expect(container?.livenessProbe.httpGet.path).toBe('/healthz')
    expect(container?.readinessProbe.httpGet.path).toBe('/readyz')
    for (const probe of [
      container?.startupProbe,
      container?.livenessProbe,
      container?.readinessProbe,
    ])
      expect(probe?.httpGet.port).toBe(container?.ports[0]?.name)
    expect(config.http.listen).toBe(`0.0.0.0:${container?.ports[0]?.containerPort ?? ''}`)
  })

  test('has a configuration that passes its own check, with its token where the secret is mounted', () => {
    const { status, stderr } = picket([
      'config',
      'check',
      '--config',
      'provisioning/kubernetes/picket.yaml',
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const secrets = container?.volumeMounts.find(({ name }) => name === 'secrets')?.mountPath
    expect(config.sinks.find(({ tokenFile }) => tokenFile !== undefined)?.tokenFile).toBe(
      `${secrets ?? ''}/grafana-token`,
    )
    expect(container?.args).toContain('/etc/picket/picket.yaml')
  })
})

describe('the network policy', () => {
  test('lets out to each address of the configuration, and in to the metrics', () => {
    const { ingress, egress, policyTypes } = read('networkpolicy.yaml').spec
    expect(policyTypes).toEqual(['Ingress', 'Egress'])
    for (const { url } of [...config.sources, ...config.sinks]) {
      const { hostname, port } = new URL(url)
      const namespace = hostname.split('.')[1]
      const ports = egress
        .filter(({ to }) =>
          to.some(
            (peer) =>
              peer.namespaceSelector.matchLabels['kubernetes.io/metadata.name'] === namespace,
          ),
        )
        .flatMap(({ ports }) => ports.map((allowed) => allowed.port))
      expect({ url, ports }).toMatchObject({
        ports: expect.arrayContaining([Number(port)]) as number[],
      })
    }
    expect(egress.flatMap(({ ports }) => ports)).toContainEqual({ protocol: 'UDP', port: 53 })
    expect(ingress.flatMap(({ ports }) => ports)).toEqual([
      { protocol: 'TCP', port: container?.ports[0]?.containerPort },
    ])
  })
})

describe.runIf(hasKubectl)('kubectl kustomize', () => {
  test('puts them together, all in one namespace, with the configuration’s name in the pod', () => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const objects = parseAllDocuments(stdout).map(
      (document) =>
        document.toJS() as { kind: string; metadata: { name: string; namespace?: string } },
    )
    expect(objects.map(({ kind }) => kind).sort()).toEqual([
      'ConfigMap',
      'Namespace',
      'NetworkPolicy',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ])
    for (const { kind, metadata } of objects)
      if (kind !== 'Namespace') expect(metadata.namespace).toBe('picket')
    const name = objects.find(({ kind }) => kind === 'ConfigMap')?.metadata.name ?? ''
    expect(name).toMatch(/^picket-config-\w+$/)
    expect(stdout.split(name)).toHaveLength(3)
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(stdout).toContain(`image: picket:${version}\n`)
  })
})
