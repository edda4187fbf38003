import { t } from '../../i18n'
import { EmptyText } from '../canvas/EmptyText'
import type { ViewProps } from '../view'
import { TimelineChart } from './TimelineChart'

/** The *Timeline* view. */
export function TimelineView(props: ViewProps) {
  const { model, options, actions, width, height } = props
  const { count } = options.timeline
  if (count === 'detections' ? model.moments.length === 0 : isQuiet(props)) {
    return (
      <EmptyText width={width} height={height}>
        {count === 'detections'
          ? t('timeline.no-detections', 'No detections in this time range')
          : t('timeline.no-sources', 'No activity in this time range')}
      </EmptyText>
    )
  }
  return (
    <TimelineChart
      model={model}
      count={count}
      legend={options.legend}
      tooltip={options.tooltip}
      looks={props.looks}
      timeRange={props.timeRange}
      timeZone={props.timeZone}
      eventBus={props.eventBus}
      annotations={props.annotations}
      width={width}
      height={height}
      onZoom={actions.zoom}
    />
  )
}

function isQuiet({ model }: ViewProps): boolean {
  return model.activity.length === 0 && model.moments.length === 0
}
