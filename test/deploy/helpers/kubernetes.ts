import { z } from 'zod'

// Kubernetes' API as far as provisioning/kubernetes uses it: a key that is not here is a mistake, or wants adding.

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
const labels = z.record(
  z.string().regex(/^([a-z0-9.-]+\/)?[A-Za-z0-9][\w.-]*$/),
  z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/),
)
const metadata = z.strictObject({
  name,
  labels: labels.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})
const quantity = z.string().regex(/^\d+(m|Ki|Mi|Gi)?$/)
const port = z.int().min(1).max(65_535)
const selector = z.strictObject({ matchLabels: labels })

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: z.union([name, port]) }),
  periodSeconds: z.int().min(1),
  timeoutSeconds: z.int().min(1).optional(),
  failureThreshold: z.int().min(1).optional(),
})

const container = z.strictObject({
  name,
  image: z.string(),
  args: z.array(z.string()),
  ports: z.array(z.strictObject({ name, containerPort: port })),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.boolean(),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.strictObject({ drop: z.array(z.string()) }),
  }),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.strictObject({
    requests: z.record(z.enum(['cpu', 'memory']), quantity),
    limits: z.partialRecord(z.enum(['cpu', 'memory']), quantity),
  }),
  volumeMounts: z.array(
    z.strictObject({
      name,
      mountPath: z.string().startsWith('/'),
      readOnly: z.boolean().optional(),
    }),
  ),
})

const volume = z.union([
  z.strictObject({ name, configMap: z.strictObject({ name }) }),
  z.strictObject({
    name,
    secret: z.strictObject({ secretName: name, defaultMode: z.int().min(0).max(0o777) }),
  }),
  z.strictObject({ name, emptyDir: z.strictObject({ sizeLimit: quantity }) }),
])

const statefulSet = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.strictObject({
    replicas: z.int(),
    serviceName: name,
    selector,
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.strictObject({
        serviceAccountName: name,
        automountServiceAccountToken: z.boolean(),
        enableServiceLinks: z.boolean(),
        terminationGracePeriodSeconds: z.int().min(0),
        securityContext: z.strictObject({
          runAsNonRoot: z.boolean(),
          runAsUser: z.int(),
          runAsGroup: z.int(),
          fsGroup: z.int(),
          fsGroupChangePolicy: z.enum(['Always', 'OnRootMismatch']),
          seccompProfile: z.strictObject({ type: z.enum(['RuntimeDefault', 'Unconfined']) }),
        }),
        containers: z.array(container).min(1),
        volumes: z.array(volume),
      }),
    }),
    volumeClaimTemplates: z.array(
      z.strictObject({
        metadata,
        spec: z.strictObject({
          accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod'])),
          resources: z.strictObject({ requests: z.strictObject({ storage: quantity }) }),
        }),
      }),
    ),
  }),
})

const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']),
    selector: labels,
    ports: z.array(z.strictObject({ name, port, targetPort: z.union([name, port]) })),
  }),
})

const peers = z.array(z.strictObject({ namespaceSelector: selector }))
const policyPorts = z.array(z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port }))
const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata,
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.strictObject({ from: peers, ports: policyPorts })),
    egress: z.array(z.strictObject({ to: peers, ports: policyPorts })),
  }),
})

const namespace = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Namespace'),
  metadata,
})

const serviceAccount = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ServiceAccount'),
  metadata,
  automountServiceAccountToken: z.boolean(),
})

const serviceMonitor = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('ServiceMonitor'),
  metadata,
  spec: z.strictObject({
    jobLabel: z.string(),
    selector,
    endpoints: z.array(
      z.strictObject({ port: name, path: z.string(), interval: z.string().regex(/^\d+s$/) }),
    ),
  }),
})

const kustomization = z.strictObject({
  apiVersion: z.enum(['kustomize.config.k8s.io/v1beta1', 'kustomize.config.k8s.io/v1alpha1']),
  kind: z.enum(['Kustomization', 'Component']),
  namespace: name.optional(),
  resources: z.array(z.string()),
  labels: z.array(z.strictObject({ pairs: labels })).optional(),
  configMapGenerator: z.array(z.strictObject({ name, files: z.array(z.string()) })).optional(),
  images: z
    .array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() }))
    .optional(),
})

export const manifests = {
  'namespace.yaml': namespace,
  'serviceaccount.yaml': serviceAccount,
  'statefulset.yaml': statefulSet,
  'service.yaml': service,
  'networkpolicy.yaml': networkPolicy,
  'kustomization.yaml': kustomization,
  'servicemonitor/servicemonitor.yaml': serviceMonitor,
  'servicemonitor/kustomization.yaml': kustomization,
} as const
