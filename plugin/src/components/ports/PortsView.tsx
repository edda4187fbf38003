import { css } from '@emotion/css'
import { t } from '../../i18n'
import { useStyles2, useTheme2 } from '@grafana/ui'
import { useMemo, useState } from 'react'
import { rankPorts } from '../../data/ranking'
import { EmptyText } from '../canvas/EmptyText'
import { shades } from '../canvas/draw'
import { ShadeScale } from '../canvas/ShadeScale'
import { BAR_HEIGHT, ViewBar } from '../canvas/ViewBar'
import type { ViewProps } from '../view'
import type { PortAxis } from './heatLayout'
import { BAR_ROW, PortBars } from './PortBars'
import { PortHeatmap } from './PortHeatmap'
import { PortTreemap } from './PortTreemap'

const GAP = 16
/** Boxes that a treemap of this size can still show. */
const MOST_BOXES = 60

/** The *Ports* view: packets by port and time, and beside or below it, where there is room, the busiest ports. */
export function PortsView(props: ViewProps) {
  const { model, options, looks, actions, width, height } = props
  const styles = useStyles2(getStyles)
  const theme = useTheme2()
  const [axis, setAxis] = useState<PortAxis>('top')
  const withBar = height >= 200 && width >= 260
  const room = split(width, withBar ? height - BAR_HEIGHT : height)
  const { ranking: kind, protocol } = options.ports
  const places = kind === 'bars' ? Math.floor(room.ranking.height / BAR_ROW) : MOST_BOXES
  const ranking = useMemo(
    () => rankPorts(model.ports, protocol, places),
    [model.ports, protocol, places],
  )
  if (model.activity.length === 0 && ranking.ports.length === 0) {
    return (
      <EmptyText width={width} height={height}>
        {t('ports.empty', 'No ports asked for in this time range')}
      </EmptyText>
    )
  }
  return (
    <div className={styles.view} style={{ width, height }}>
      {withBar && (
        <ViewBar<PortAxis>
          label={t('ports.axis.label', 'Ports shown')}
          options={[
            { value: 'top', label: t('ports.axis.top', 'Top ports') },
            { value: 'all', label: t('ports.axis.all', 'All ports') },
          ]}
          value={axis}
          onChange={setAxis}
        >
          {width >= 480 && <ShadeScale colors={shades(theme)} />}
        </ViewBar>
      )}
      <div className={styles.body} style={{ flexDirection: room.beside ? 'row' : 'column' }}>
        <div className={styles.heat} style={room.heat}>
          <PortHeatmap {...props} {...room.heat} axis={axis} />
        </div>
        {room.ranking.height > 0 &&
          (kind === 'bars' ? (
            <PortBars
              ranking={ranking}
              looks={looks}
              actions={actions}
              width={room.ranking.width}
            />
          ) : (
            <PortTreemap ranking={ranking} looks={looks} actions={actions} {...room.ranking} />
          ))}
      </div>
    </div>
  )
}

function split(width: number, height: number) {
  if (width >= 620) {
    const side = Math.round(Math.max(200, Math.min(380, width * 0.28)))
    return {
      beside: true,
      heat: { width: width - side - GAP, height },
      ranking: { width: side, height },
    }
  }
  const below = height >= 420 ? Math.floor((height * 0.35) / BAR_ROW) * BAR_ROW : 0
  return {
    beside: false,
    heat: { width, height: below > 0 ? height - below - GAP : height },
    ranking: { width, height: below },
  }
}

const getStyles = () => ({
  view: css({ overflow: 'hidden' }),
  body: css({ display: 'flex', gap: GAP }),
  heat: css({ position: 'relative', flex: 'none', overflow: 'hidden' }),
})
