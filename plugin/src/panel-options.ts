import type { PanelOptionsEditorBuilder, SelectableValue } from '@grafana/data'
import { t } from './i18n'
import { getDataSourceSrv } from '@grafana/runtime'
import { commonOptionsBuilder } from '@grafana/ui'
import { DEFAULT_OPTIONS } from './options'
import { ATTACKER_COLUMNS, type AttackerColumn, type Options, type ViewName } from './types'

const shows =
  (...views: ViewName[]) =>
  (options: Options) =>
    views.includes(options.view)

/** The options pane. */
export function addPanelOptions(builder: PanelOptionsEditorBuilder<Options>): void {
  addViewOptions(builder)
  addDetectionOptions(builder)
  addLinkOptions(builder)
  commonOptionsBuilder.addTooltipOptions(builder)
  commonOptionsBuilder.addLegendOptions(builder)
}

function addViewOptions(builder: PanelOptionsEditorBuilder<Options>): void {
  const view = [t('options.category.view', 'View')]
  builder
    .addSelect({
      path: 'view',
      name: t('options.view.name', 'View'),
      description: t('options.view.description', 'What the panel shows of the attackers'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.view,
      settings: {
        options: [
          {
            value: 'overview',
            label: t('options.view.overview', 'Overview'),
            description: t(
              'options.view.overview-description',
              'Levels, top attackers, top ports, timeline',
            ),
          },
          {
            value: 'attackers',
            label: t('options.view.attackers', 'Attackers'),
            description: t(
              'options.view.attackers-description',
              'Every source, with reasons and evidence',
            ),
          },
          {
            value: 'ports',
            label: t('options.view.ports', 'Ports'),
            description: t('options.view.ports-description', 'Ports over time and their ranking'),
          },
          {
            value: 'timeline',
            label: t('options.view.timeline', 'Timeline'),
            description: t('options.view.timeline-description', 'Danger levels over time'),
          },
          {
            value: 'map',
            label: t('options.view.map', 'Map of a scan'),
            description: t('options.view.map-description', 'Who asked whom, or which ports'),
          },
        ],
      },
    })
    .addSelect({
      path: 'minLevel',
      name: t('options.min-level.name', 'Lowest danger level'),
      description: t('options.min-level.description', 'Sources below this level are left out'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.minLevel,
      settings: { options: [0, 1, 2, 3, 4, 5].map((value) => ({ value, label: String(value) })) },
    })
    .addSelect({
      path: 'input',
      name: t('options.input.name', 'Input'),
      description: t(
        'options.input.description',
        'What to read from the queries. Automatic takes whatever they bring',
      ),
      category: view,
      defaultValue: DEFAULT_OPTIONS.input,
      settings: {
        options: [
          { value: 'auto', label: t('options.input.auto', 'Automatic') },
          { value: 'detections', label: t('options.input.detections', 'Detections of Picket') },
          { value: 'metrics', label: t('options.input.metrics', 'Metrics of Picket') },
          { value: 'lines', label: t('options.input.lines', 'Raw firewall lines') },
        ],
      },
    })
    .addMultiSelect({
      path: 'attackers.columns',
      name: t('options.columns.name', 'Columns'),
      description: t('options.columns.description', 'Those that do not fit are left out'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.attackers.columns,
      settings: { options: columnChoices() },
      showIf: shows('attackers'),
    })
    .addRadio({
      path: 'ports.ranking',
      name: t('options.ranking.name', 'Ranking'),
      description: t('options.ranking.description', 'How the most hit ports are ranked'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.ports.ranking,
      settings: {
        options: [
          { value: 'bars', label: t('options.ranking.bars', 'Bars') },
          { value: 'treemap', label: t('options.ranking.treemap', 'Treemap') },
        ],
      },
      showIf: shows('ports'),
    })
    .addRadio({
      path: 'ports.protocol',
      name: t('options.protocol.name', 'Protocol'),
      description: t('options.protocol.description', 'Which ports are shown'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.ports.protocol,
      settings: {
        options: [
          { value: 'all', label: t('options.protocol.all', 'All') },
          { value: 'tcp', label: 'TCP' },
          { value: 'udp', label: 'UDP' },
        ],
      },
      showIf: shows('ports'),
    })
    .addRadio({
      path: 'timeline.count',
      name: t('options.count.name', 'Count'),
      description: t('options.count.description', 'What the height of a bar means'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.timeline.count,
      settings: {
        options: [
          { value: 'sources', label: t('options.count.sources', 'Sources') },
          { value: 'detections', label: t('options.count.detections', 'Detections') },
        ],
      },
      showIf: shows('timeline', 'overview'),
    })
    .addRadio({
      path: 'map.columns',
      name: t('options.map.name', 'Columns of the map'),
      description: t('options.map.description', 'What each source is set against'),
      category: view,
      defaultValue: DEFAULT_OPTIONS.map.columns,
      settings: {
        options: [
          { value: 'destination', label: t('options.map.destinations', 'Destinations') },
          { value: 'port', label: t('options.map.ports', 'Ports') },
        ],
      },
      showIf: shows('map'),
    })
}

function addDetectionOptions(builder: PanelOptionsEditorBuilder<Options>): void {
  const detection = [t('options.category.detection', 'Detection in raw lines')]
  const mayHaveLines = (options: Options) => options.input === 'auto' || options.input === 'lines'
  builder
    .addTextInput({
      path: 'detection.homeNet',
      name: t('options.home-net.name', 'Home networks'),
      description: t(
        'options.home-net.description',
        'Your own networks, for signatures that tell inside from outside: 192.168.0.0/16, 2001:db8::/32. Or: any',
      ),
      category: detection,
      defaultValue: DEFAULT_OPTIONS.detection.homeNet,
      showIf: mayHaveLines,
    })
    .addRadio({
      path: 'detection.profile',
      name: t('options.profile.name', 'Profile'),
      description: t(
        'options.profile.description',
        'picket leaves out what is no attack; psad counts exactly as psad does',
      ),
      category: detection,
      defaultValue: DEFAULT_OPTIONS.detection.profile,
      settings: {
        options: [
          { value: 'picket', label: 'picket' },
          { value: 'psad', label: 'psad' },
        ],
      },
      showIf: mayHaveLines,
    })
    .addTextInput({
      path: 'detection.dangerLevels',
      name: t('options.danger-levels.name', 'Packets for levels 1 to 5'),
      description: t(
        'options.danger-levels.description',
        'Five rising numbers. Empty: 5, 15, 150, 1500, 10000',
      ),
      category: detection,
      defaultValue: DEFAULT_OPTIONS.detection.dangerLevels,
      settings: { placeholder: '5, 15, 150, 1500, 10000' },
      showIf: mayHaveLines,
    })
    .addTextInput({
      path: 'detection.ignoreSources',
      name: t('options.ignore-sources.name', 'Ignored sources'),
      description: t(
        'options.ignore-sources.description',
        'Addresses and networks that are no attackers, such as your own scanner',
      ),
      category: detection,
      defaultValue: DEFAULT_OPTIONS.detection.ignoreSources,
      settings: { placeholder: '198.51.100.7, 203.0.113.0/24' },
      showIf: mayHaveLines,
    })
    .addTextInput({
      path: 'detection.ignorePorts',
      name: t('options.ignore-ports.name', 'Ignored ports'),
      description: t('options.ignore-ports.description', 'Destination ports that are left out'),
      category: detection,
      defaultValue: DEFAULT_OPTIONS.detection.ignorePorts,
      settings: { placeholder: 'udp/137, tcp/6881-6889' },
      showIf: mayHaveLines,
    })
}

function addLinkOptions(builder: PanelOptionsEditorBuilder<Options>): void {
  const evidence = [t('options.category.evidence', 'Evidence and filters')]
  builder
    .addSelect({
      path: 'evidence.datasource',
      name: t('options.evidence-source.name', 'Loki with the firewall lines'),
      description: t(
        'options.evidence-source.description',
        'Where “Show the lines” looks. Empty: the data source of the query, or the only Loki there is',
      ),
      category: evidence,
      defaultValue: DEFAULT_OPTIONS.evidence.datasource,
      settings: { options: [], allowCustomValue: true, getOptions: lokiChoices },
    })
    .addTextInput({
      path: 'evidence.selector',
      name: t('options.evidence-selector.name', 'Streams with the firewall lines'),
      description: t(
        'options.evidence-selector.description',
        'LogQL stream selector, for rows that bring no evidence of their own (metrics)',
      ),
      category: evidence,
      defaultValue: DEFAULT_OPTIONS.evidence.selector,
      settings: { placeholder: '{job="firewall"}' },
    })
    .addTextInput({
      path: 'filter.sourceVariable',
      name: t('options.source-variable.name', 'Variable for the address'),
      description: t(
        'options.source-variable.description',
        'A click on an address sets this dashboard variable. Empty: an ad-hoc filter, where the dashboard has one',
      ),
      category: evidence,
      defaultValue: DEFAULT_OPTIONS.filter.sourceVariable,
      settings: { placeholder: 'source' },
    })
    .addTextInput({
      path: 'filter.portVariable',
      name: t('options.port-variable.name', 'Variable for the port'),
      description: t('options.port-variable.description', 'The same for a click on a port'),
      category: evidence,
      defaultValue: DEFAULT_OPTIONS.filter.portVariable,
      settings: { placeholder: 'port' },
    })
}

function columnChoices(): SelectableValue[] {
  const labels: Record<AttackerColumn, string> = {
    level: t('options.column.level', 'Level'),
    source: t('options.column.source', 'Source'),
    activity: t('options.column.activity', 'Activity'),
    packets: t('options.column.packets', 'Packets'),
    destinations: t('options.column.destinations', 'Destinations'),
    ports: t('options.column.ports', 'Ports'),
    kinds: t('options.column.kinds', 'Kinds of scan'),
    signatures: t('options.column.signatures', 'Signatures'),
    os: t('options.column.os', 'Operating system'),
    country: t('options.column.country', 'Country'),
    firstSeen: t('options.column.first-seen', 'First seen'),
    lastSeen: t('options.column.last-seen', 'Last seen'),
    reasons: t('options.column.reasons', 'Reasons'),
  }
  return ATTACKER_COLUMNS.map((value) => ({ value, label: labels[value] }))
}

async function lokiChoices(): Promise<SelectableValue<string>[]> {
  const none = { value: '', label: t('options.evidence-source.automatic', 'Automatic') }
  // Outside Grafana there is no such service, whatever its type says.
  const service = getDataSourceSrv() as ReturnType<typeof getDataSourceSrv> | undefined
  const found = service?.getList({ type: 'loki' }) ?? []
  return [none, ...found.map(({ uid, name }) => ({ value: uid, label: name }))]
}
