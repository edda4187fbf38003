import { LOKI } from './queries.mjs'

/**
 * What Picket found, on the time axis: the moments at which a source became dangerous, out of Loki, and the scans from
 * beginning to end, which Picket's Grafana sink writes into Grafana's own store.
 */
export const annotations = {
  list: [
    {
      builtIn: 1,
      datasource: { type: 'grafana', uid: '-- Grafana --' },
      enable: true,
      hide: true,
      iconColor: 'rgba(0, 211, 255, 1)',
      name: 'Annotations & Alerts',
      type: 'dashboard',
    },
    {
      name: 'High danger',
      datasource: LOKI,
      enable: true,
      hide: false,
      iconColor: 'red',
      expr: '{job="picket", kind=~"scan|sweep|level|signature", danger_level=~"[45]"} | json reason="reasons[0]", before="previousLevel" | before < 4',
      maxLines: 200,
      titleFormat: 'Level {{danger_level}}: {{source}}',
      textFormat: '{{reason}}',
      tagKeys: 'kind,scan',
    },
    {
      name: 'Scans',
      datasource: { type: 'grafana', uid: '-- Grafana --' },
      enable: true,
      hide: false,
      iconColor: 'orange',
      target: { type: 'tags', tags: ['picket'], matchAny: false, limit: 500 },
    },
  ],
}
