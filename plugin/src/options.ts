import { ATTACKER_COLUMNS, type Options } from './types'

export const DEFAULT_OPTIONS: Options = {
  version: 1,
  view: 'overview',
  input: 'auto',
  minLevel: 1,
  detection: {
    homeNet: 'any',
    profile: 'picket',
    dangerLevels: '',
    ignoreSources: '',
    ignorePorts: '',
  },
  evidence: { datasource: '', selector: '' },
  filter: { sourceVariable: '', portVariable: '' },
  attackers: { columns: [...ATTACKER_COLUMNS] },
  ports: { ranking: 'bars', protocol: 'all' },
  timeline: { count: 'sources' },
  map: { columns: 'destination' },
  legend: {
    calcs: [],
    displayMode: 'list' as Options['legend']['displayMode'],
    placement: 'bottom',
    showLegend: true,
  },
  tooltip: {
    mode: 'multi' as Options['tooltip']['mode'],
    sort: 'desc' as Options['tooltip']['sort'],
  },
}
