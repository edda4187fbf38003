import { LOKI, PROMETHEUS } from './queries.mjs'

const dataSource = (name, label, uid) => ({
  type: 'datasource',
  name,
  label,
  query: name,
  regex: '',
  refresh: 1,
  multi: false,
  includeAll: false,
  hide: 0,
  options: [],
  current: { selected: false, text: label, value: uid },
})

export const dataSources = [
  dataSource('loki', 'Loki', 'picket-loki'),
  dataSource('prometheus', 'Prometheus', 'picket-prometheus'),
]

const ALL = { selected: true, text: 'All', value: '$__all' }

/** Values of a label, of the streams that a selector names. */
const ofLabel = (label, stream) => ({
  type: 'query',
  name: label,
  datasource: LOKI,
  query: { label, refId: `variable-${label}`, stream, type: 1 },
  definition: '',
  refresh: 2,
  sort: 1,
  includeAll: true,
  hide: 0,
  options: [],
})

/** The stream of the firewall's lines. All, and what a Loki without any lines leads to, is every stream but Picket's own. */
export const job = {
  ...ofLabel('job', ''),
  label: 'Job',
  description: 'Label job of the streams that hold the firewall’s lines',
  regex: '/^(?!picket$).*$/',
  multi: false,
  allValue: '.+',
  current: { selected: true, text: 'firewall', value: 'firewall' },
}

export const host = {
  ...ofLabel('host', '{job=~"$job", job!="picket"}'),
  label: 'Firewall',
  description: 'Label host of the lines. Panels that read Prometheus show all firewalls',
  regex: '',
  multi: true,
  // Lines without the label belong to all.
  allValue: '.*',
  current: { ...ALL, text: ['All'], value: ['$__all'] },
}

export function level(lowest) {
  const values = ['0', '1', '2', '3', '4', '5']
  const current = String(lowest)
  return {
    type: 'custom',
    name: 'level',
    label: 'Level from',
    description: 'Lowest danger level that is shown. 0 brings notes, which raise no level',
    query: values.join(','),
    multi: false,
    includeAll: false,
    hide: 0,
    options: values.map((value) => ({ selected: value === current, text: value, value })),
    current: { selected: true, text: current, value: current },
  }
}

const textBox = (name, label, description, value) => ({
  type: 'textbox',
  name,
  label,
  description,
  query: value,
  hide: 0,
  options: [{ selected: true, text: value, value }],
  current: { selected: true, text: value, value },
})

/** One address: what a dashboard is about. */
export const address = textBox(
  'address',
  'Address',
  'An address, a network (203.0.113.0/24) or a range (203.0.113.1-203.0.113.9). ::/0 is all of IPv6',
  '0.0.0.0/0',
)

/** Any text: what is looked for in the detections. */
export const search = textBox(
  'address',
  'Address',
  'A source’s address, or its beginning, as Picket prints it. Empty: all of them',
  '',
)

export const port = textBox(
  'port',
  'Port',
  'One destination port, for all panels but the ranking. Empty: all of them',
  '',
)

/** Which Picket, where there are several. */
export const instance = {
  type: 'query',
  name: 'instance',
  label: 'Picket',
  description: 'Processors by their instance label in Prometheus',
  datasource: PROMETHEUS,
  query: {
    qryType: 1,
    query: 'label_values(picket_build_info,instance)',
    refId: 'variable-instance',
  },
  definition: 'label_values(picket_build_info,instance)',
  regex: '',
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
  hide: 0,
  options: [],
  current: { ...ALL, text: ['All'], value: ['$__all'] },
}
