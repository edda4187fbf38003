import { LoadingState, type DataFrame, type PanelProps } from '@grafana/data'
import { useTheme2 } from '@grafana/ui'
import { useMemo, type ComponentType } from 'react'
import { readOptions } from '../migrations'
import type { Options, ViewName } from '../types'
import { AttackersView } from './attackers/AttackersView'
import { MapView } from './map/MapView'
import { NoData } from './NoData'
import { OverviewView } from './overview/OverviewView'
import { useLooks } from './parts/useLooks'
import { PortsView } from './ports/PortsView'
import { STATUS_HEIGHT, StatusLine } from './StatusLine'
import { TimelineView } from './timeline/TimelineView'
import { useActions } from './useActions'
import { useFieldActions } from './useFieldActions'
import { useModel } from './useModel'
import type { ViewProps } from './view'

const VIEW_COMPONENTS: Readonly<Record<ViewName, ComponentType<ViewProps>>> = {
  overview: OverviewView,
  attackers: AttackersView,
  ports: PortsView,
  timeline: TimelineView,
  map: MapView,
}

/** Below this a status line would take more than it tells, unless it warns. */
const STATUS_FROM_HEIGHT = 200

const NO_ANNOTATIONS: readonly DataFrame[] = []

/** Prepare, look whether there is something to show, draw. */
export function Panel(props: PanelProps<Options>) {
  const { data, fieldConfig, timeRange, timeZone, width, height, eventBus } = props
  const options = useMemo(() => readOptions(props.options), [props.options])
  const looks = useLooks(fieldConfig, useTheme2())
  const rowActions = useFieldActions(data.series, props.replaceVariables)
  const actions = useActions({ ...props, options }, rowActions.of)
  const { model, state, progress } = useModel(data, options, timeRange)

  if (model.inputs.length === 0 && state === 'ready') {
    return (
      <NoData
        panelId={props.id}
        data={data}
        fieldConfig={fieldConfig}
        problems={model.problems}
        width={width}
        height={height}
      />
    )
  }
  const warns = model.limit !== undefined || model.problems.length > 0
  const hasStatus = height >= STATUS_FROM_HEIGHT || (warns && height >= 3 * STATUS_HEIGHT)
  const View = VIEW_COMPONENTS[options.view]
  return (
    <div
      data-testid="picket-panel"
      aria-busy={state === 'working' || data.state === LoadingState.Loading}
      style={{ width, height }}
    >
      <View
        model={model}
        options={options}
        fieldConfig={fieldConfig}
        looks={looks}
        actions={actions}
        width={width}
        height={hasStatus ? height - STATUS_HEIGHT : height}
        timeRange={timeRange}
        timeZone={timeZone}
        eventBus={eventBus}
        annotations={data.annotations ?? NO_ANNOTATIONS}
      />
      {rowActions.dialog}
      {hasStatus && (
        <StatusLine model={model} progress={state === 'working' ? (progress ?? 0) : undefined} />
      )}
    </div>
  )
}
