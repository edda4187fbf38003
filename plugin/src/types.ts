import type { OptionsWithLegend, OptionsWithTooltip } from '@grafana/schema'

export const VIEWS = ['overview', 'attackers', 'ports', 'timeline', 'map'] as const
export type ViewName = (typeof VIEWS)[number]

/** Columns of the attackers table, in their order. */
export const ATTACKER_COLUMNS = [
  'level',
  'source',
  'activity',
  'packets',
  'destinations',
  'ports',
  'kinds',
  'signatures',
  'os',
  'country',
  'firstSeen',
  'lastSeen',
  'reasons',
] as const
export type AttackerColumn = (typeof ATTACKER_COLUMNS)[number]

/** What the panel reads: `auto` takes whatever the queries bring. */
export type InputOption = 'auto' | 'detections' | 'metrics' | 'lines'

/** How raw firewall lines are judged in the panel; the same meanings as in the processor's configuration. */
export interface DetectionOptions {
  /** Networks in CIDR form or `any`, separated by commas or blanks. */
  homeNet: string
  profile: 'picket' | 'psad'
  /** Packets at which levels 1 to 5 are reached, separated by commas. Empty: the profile's own. */
  dangerLevels: string
  /** Addresses and networks whose packets are left out. */
  ignoreSources: string
  /** Ports left out: `tcp/80`, `udp/1000-2000`. */
  ignorePorts: string
}

export interface EvidenceOptions {
  /** Uid of the Loki data source with the firewall's lines. Empty: the one that the panel queries, if it is Loki. */
  datasource: string
  /** LogQL stream selector of the firewall's lines, for rows that bring no evidence of their own: `{job="firewall"}`. */
  selector: string
}

export interface FilterOptions {
  /** Name of the dashboard variable that a click on an address sets; empty: an ad-hoc filter, where the dashboard has one. */
  sourceVariable: string
  portVariable: string
}

/** The panel's options as saved in a dashboard. */
export interface Options extends OptionsWithLegend, OptionsWithTooltip {
  /** Shape of these options, for migrations. */
  version: 1
  view: ViewName
  input: InputOption
  /** Sources below this level are left out. */
  minLevel: number
  detection: DetectionOptions
  evidence: EvidenceOptions
  filter: FilterOptions
  attackers: { columns: AttackerColumn[] }
  ports: { ranking: 'bars' | 'treemap'; protocol: 'all' | 'tcp' | 'udp' }
  timeline: { count: 'sources' | 'detections' }
  map: { columns: 'destination' | 'port' }
}
