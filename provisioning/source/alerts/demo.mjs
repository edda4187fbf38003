/** Alerts that a message spells out; of the rest it tells the count. */
const MOST = 10

/**
 * One line an alert. Without a variable, because a `$` would have to be doubled in some versions and not in others; so the first ones are
 * cut off with `slice`.
 */
const TEMPLATE = `{{ define "picket.subject" -}}
{{ if .Alerts.Firing }}{{ len .Alerts.Firing }} × {{ else }}over: {{ end -}}
{{ .GroupLabels.alertname }}{{ if .CommonLabels.severity }} ({{ .CommonLabels.severity }}){{ end }}
{{- end }}

{{ define "picket.line" -}}
- {{ .Annotations.summary }}
{{ end }}

{{ define "picket.alerts" -}}
{{ range . }}{{ template "picket.line" . }}{{ end }}
{{- end }}

{{ define "picket.some" -}}
{{ if gt (len .) ${MOST} -}}
{{ template "picket.alerts" (slice . 0 ${MOST}) }}… the first ${MOST} of {{ len . }}.
{{ else -}}
{{ template "picket.alerts" . }}
{{- end }}
{{- with index . 0 }}
{{ .Annotations.description }}

Dashboard: {{ .Annotations.dashboard_url }}
Evidence: {{ .Annotations.evidence_url }}
Runbook: {{ if .Annotations.runbook_url }}{{ .Annotations.runbook_url }}{{ else }}{{ .Annotations.runbook }}{{ end }}
Silence: {{ .SilenceURL }}
{{ end }}
{{- end }}

{{ define "picket.message" -}}
{{ if .Alerts.Firing }}Firing:
{{ template "picket.some" .Alerts.Firing }}{{ end -}}
{{ if .Alerts.Resolved }}Over:
{{ template "picket.some" .Alerts.Resolved }}{{ end -}}
{{- end }}
`

/**
 * Contact point and policy of the demo. A policy tree replaces the organisation's whole tree, so this file is not for a Grafana that
 * somebody else uses too.
 */
export const DEMO = {
  apiVersion: 1,
  contactPoints: [
    {
      orgId: 1,
      name: 'picket-demo',
      receivers: [
        {
          uid: 'picket-demo-mail',
          type: 'email',
          settings: {
            addresses: 'security@example.org',
            singleEmail: true,
            subject: '{{ template "picket.subject" . }}',
            message: '{{ template "picket.message" . }}',
          },
        },
      ],
    },
  ],
  templates: [{ orgId: 1, name: 'picket', template: TEMPLATE }],
  policies: [
    {
      orgId: 1,
      receiver: 'picket-demo',
      // Without the source: ten thousand sources are one message.
      group_by: ['grafana_folder', 'alertname'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '4h',
      routes: [
        {
          receiver: 'picket-demo',
          object_matchers: [
            ['service', '=', 'picket'],
            ['severity', '=', 'info'],
          ],
          group_wait: '5m',
          repeat_interval: '1d',
        },
      ],
    },
  ],
}
