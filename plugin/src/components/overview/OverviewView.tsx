import { css } from '@emotion/css'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import { useMemo, useState, type ReactNode } from 'react'
import { overviewLayout, type Box } from '../../data/layout'
import type { Attacker, Level, SignatureRow } from '../../data/model'
import { portRuns, type PortRun } from '../../data/port-runs'
import { portText } from '../../data/port-text'
import { serviceName } from '../../data/services'
import { sparks } from '../../data/spark'
import { exactNumber, plainText } from '../../data/text'
import { Count } from '../parts/Count'
import { eachText } from '../parts/eachText'
import { portsTitle } from '../parts/PortRanges'
import { Sparkline } from '../parts/Sparkline'
import { numbersOf } from '../ports/portText'
import { TimelineChart } from '../timeline/TimelineChart'
import { lookOf, type ViewProps } from '../view'
import { HighestLevel } from './HighestLevel'
import { LevelTiles } from './LevelTiles'
import { RankList } from './RankList'
import { RankRow, ShareBar } from './RankRow'

/** Steps of an activity picture. */
const BINS = 24
/** px of a list from which it has room for ports, or names of services, and for a picture. */
const DETAIL_FROM = 300
const PICTURE_FROM = 380
/** px. */
const ADDRESS_WIDTH = 116
const PORT_WIDTH = 72
const SID_WIDTH = 64

/** All of it at a glance: how many at each level, who, where, when, and by what they were known. */
export function OverviewView(props: ViewProps) {
  const { model, width, height } = props
  const styles = useStyles2(getStyles)
  const [levels, setLevels] = useState<ReadonlySet<Level>>(new Set())
  const boxes = useMemo(() => overviewLayout(width, height), [width, height])
  // Where there are no tiles to undo it, nothing is filtered.
  const chosen = boxes.some(({ part }) => part === 'tiles') ? levels : NO_LEVELS
  const atChosen = useMemo(() => {
    const of = <Row extends { readonly level: Level | undefined }>(rows: readonly Row[]) =>
      chosen.size === 0
        ? rows
        : rows.filter(({ level }) => level !== undefined && chosen.has(level))
    return {
      attackers: of(model.attackers),
      ports: portRuns(of(model.ports)),
      signatures: of(model.signatures),
    }
  }, [model, chosen])

  const content = (box: Box): ReactNode => {
    const size = { width: box.width, height: box.height }
    switch (box.part) {
      case 'highest':
        return <HighestLevel looks={props.looks} counts={model.levels} {...size} />
      case 'tiles':
        return (
          <LevelTiles
            looks={props.looks}
            counts={model.levels}
            atLeast={model.limit !== undefined}
            chosen={chosen}
            onChange={setLevels}
            {...size}
          />
        )
      case 'attackers':
        return <TopAttackers {...props} {...size} rows={atChosen.attackers} />
      case 'ports':
        return <TopPorts {...props} {...size} rows={atChosen.ports} />
      case 'signatures':
        return <TopSignatures {...props} {...size} rows={atChosen.signatures} />
      case 'timeline':
        return (
          <TimelineChart
            {...props}
            {...size}
            count={props.options.timeline.count}
            legend={{ ...props.options.legend, showLegend: false }}
            tooltip={props.options.tooltip}
            onZoom={props.actions.zoom}
          />
        )
    }
  }
  return (
    <div className={styles.view} style={{ width, height }} data-testid="picket-overview">
      {boxes.map((box) => (
        <div
          key={box.part}
          className={styles.box}
          style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
        >
          {content(box)}
        </div>
      ))}
    </div>
  )
}

const NO_LEVELS: ReadonlySet<Level> = new Set()

type ListProps<Row> = ViewProps & { readonly rows: readonly Row[] }

function TopAttackers(props: ListProps<Attacker>) {
  const { model, rows, looks, actions, timeRange, width, height } = props
  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()]
  const { attackers, activity } = model
  const pictures = useMemo(
    () => sparks(activity, attackers.length, from, to, BINS),
    [activity, attackers, from, to],
  )
  const filters = actions.canFilter('source')
  return (
    <RankList
      title={t('overview.attackers', 'Top attackers')}
      rows={rows}
      empty={t('overview.no-attackers', 'Nobody attacked.')}
      width={width}
      height={height}
    >
      {(attacker) => {
        const name = plainText(attacker.source, 100)
        return (
          <RankRow
            key={attacker.source}
            look={looks[attacker.level]}
            name={name}
            label={<bdi>{name}</bdi>}
            labelWidth={ADDRESS_WIDTH}
            detail={
              width >= DETAIL_FROM ? (
                <span title={portsTitle(attacker.ports, attacker.portsTruncated)}>
                  {plainText(portText(attacker.ports, 12).text)}
                </span>
              ) : undefined
            }
            picture={
              width >= PICTURE_FROM && activity.length > 0 ? (
                <Sparkline sparks={pictures} attacker={attacker.index} width={72} height={16} />
              ) : undefined
            }
            value={<Count value={attacker.packets} compact atLeast={model.limit !== undefined} />}
            onFilter={filters ? () => actions.filter('source', attacker.source) : undefined}
            href={actions.explore(attacker.evidence)}
          />
        )
      }}
    </RankList>
  )
}

function TopPorts(props: ListProps<PortRun>) {
  const { model, rows, looks, actions, width, height } = props
  const filters = actions.canFilter('port')
  const most = rows[0]?.each ?? 0
  return (
    <RankList
      title={t('overview.ports', 'Top ports')}
      rows={rows}
      empty={t('overview.no-ports', 'No port was asked for.')}
      width={width}
      height={height}
    >
      {(row) => {
        const isOne = row.high === row.port
        const name = plainText(`${row.protocol}/${numbersOf(row)}`, 40)
        const service = isOne ? (serviceName(row.protocol, row.port) ?? '') : ''
        return (
          <RankRow
            key={name}
            look={lookOf(looks, row.level)}
            name={name}
            label={name}
            labelWidth={PORT_WIDTH}
            // A range has no service: its name takes the place.
            detail={isOne ? <span title={service}>{service}</span> : undefined}
            picture={width >= DETAIL_FROM ? <ShareBar share={row.each / most} /> : undefined}
            value={
              isOne ? (
                <Count value={row.packets} compact atLeast={model.limit !== undefined} />
              ) : (
                <span title={exactNumber(row.packets)}>{eachText(row, true)}</span>
              )
            }
            onFilter={filters && isOne ? () => actions.filter('port', String(row.port)) : undefined}
            href={actions.explore(row.evidence)}
          />
        )
      }}
    </RankList>
  )
}

function TopSignatures({ model, rows, looks, actions, width, height }: ListProps<SignatureRow>) {
  return (
    <RankList
      title={t('overview.signatures', 'Signatures')}
      rows={rows}
      empty={t('overview.no-signatures', 'No signature matched.')}
      width={width}
      height={height}
    >
      {(row) => (
        <RankRow
          key={row.sid}
          look={lookOf(looks, row.level)}
          name={`sid ${row.sid}`}
          label={row.sid}
          labelWidth={SID_WIDTH}
          detail={<bdi title={plainText(row.message, 1000)}>{plainText(row.message)}</bdi>}
          value={
            <span
              title={t('overview.of-sources', 'From {{count}} sources', { count: row.sources })}
            >
              {row.count > 0 ? (
                <Count value={row.count} compact atLeast={model.limit !== undefined} />
              ) : (
                exactNumber(row.sources)
              )}
            </span>
          }
          onFilter={undefined}
          href={actions.explore(row.evidence)}
        />
      )}
    </RankList>
  )
}

const getStyles = () => ({
  view: css({ position: 'relative', overflow: 'hidden' }),
  box: css({ position: 'absolute' }),
})
