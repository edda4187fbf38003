import { z } from 'zod'

// Strict, so that a misspelt key, which Grafana, Prometheus and Loki would refuse or not see, is a failure here.

/** As Prometheus writes durations. */
const duration = z.string().regex(/^(\d+(ms|s|m|h|d|w|y))+$/)
const uid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/)
const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
const labels = z.record(labelName, z.string().min(1))
const orgId = z.int().min(1)

const query = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: z.strictObject({ type: z.enum(['prometheus', 'loki']), uid }),
  editorMode: z.literal('code'),
  expr: z.string().min(1),
  queryType: z.literal('instant').optional(),
  instant: z.literal(true).optional(),
  range: z.literal(false).optional(),
})

const threshold = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: z.strictObject({ type: z.literal('__expr__'), uid: z.literal('__expr__') }),
  type: z.literal('threshold'),
  expression: z.string().regex(/^[A-Z]$/),
  conditions: z
    .array(
      z.strictObject({
        evaluator: z.strictObject({
          type: z.enum(['gt', 'lt']),
          params: z.array(z.number()).length(1),
        }),
      }),
    )
    .length(1),
})

const grafanaRule = z.strictObject({
  uid,
  title: z.string().min(1).max(190),
  condition: z.string().regex(/^[A-Z]$/),
  for: duration,
  keepFiringFor: duration.optional(),
  noDataState: z.enum(['OK', 'Alerting', 'NoData', 'KeepLast']),
  execErrState: z.enum(['OK', 'Alerting', 'Error', 'KeepLast']),
  labels,
  annotations: labels,
  data: z
    .array(
      z.strictObject({
        refId: z.string().regex(/^[A-Z]$/),
        datasourceUid: z.string(),
        relativeTimeRange: z.strictObject({ from: z.int().min(0), to: z.int().min(0) }),
        model: z.union([query, threshold]),
      }),
    )
    .min(2),
})

/** A file of `provisioning/alerting` with rules. */
export const grafanaRules = z.strictObject({
  apiVersion: z.literal(1),
  groups: z.array(
    z.strictObject({
      orgId,
      name: z.string().min(1),
      folder: z.string().min(1),
      interval: duration,
      rules: z.array(grafanaRule).min(1),
    }),
  ),
})

const matcher = z.tuple([labelName, z.enum(['=', '!=', '=~', '!~']), z.string()])
const grouping = {
  receiver: z.string(),
  group_by: z.array(labelName).optional(),
  group_wait: duration.optional(),
  group_interval: duration.optional(),
  repeat_interval: duration.optional(),
}

/** A file of `provisioning/alerting` with contact points, message templates and a policy. */
export const grafanaNotifications = z.strictObject({
  apiVersion: z.literal(1),
  contactPoints: z.array(
    z.strictObject({
      orgId,
      name: z.string().min(1),
      receivers: z.array(
        z.strictObject({
          uid,
          type: z.literal('email'),
          settings: z.strictObject({
            addresses: z.string().includes('@'),
            singleEmail: z.boolean(),
            subject: z.string(),
            message: z.string(),
          }),
        }),
      ),
    }),
  ),
  templates: z.array(z.strictObject({ orgId, name: z.string().min(1), template: z.string() })),
  policies: z.array(
    z.strictObject({
      orgId,
      ...grouping,
      routes: z.array(z.strictObject({ ...grouping, object_matchers: z.array(matcher).min(1) })),
    }),
  ),
})

const alertingRule = z.strictObject({
  alert: z.string().regex(/^Picket([A-Z][a-z]+)+$/),
  expr: z.string().min(1),
  for: duration,
  keep_firing_for: duration.optional(),
  labels,
  annotations: labels,
})

const recordingRule = z.strictObject({
  record: z.string().regex(/^picket:[a-z_]+:[a-z0-9_]+$/),
  expr: z.string().min(1),
})

/** A rule file of Prometheus, or of Loki's ruler, which took the format over. */
export const rulerFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string().min(1),
      interval: duration,
      rules: z.array(z.union([alertingRule, recordingRule])).min(1),
    }),
  ),
})
