import { LoadingState, type FieldConfigSource, type PanelData } from '@grafana/data'
import { Trans } from '@grafana/i18n'
import { t } from '../i18n'
import { getDataSourceSrv, PanelDataErrorView } from '@grafana/runtime'
import { Button, ClipboardButton, EmptyState, Stack, Text, TextLink } from '@grafana/ui'
import type { Problem } from '../data/model'
import { findQueryRunner, setQuery } from '../query/query-runner'
import { STARTER_QUERIES, type StarterQuery } from '../query/starter'
import { exploreUrl } from './explore'
import { problemText } from './problem-text'

interface NoDataProps {
  readonly panelId: number
  readonly data: PanelData
  readonly fieldConfig: FieldConfigSource
  readonly problems: readonly Problem[]
  readonly width: number
  readonly height: number
}

/** Nothing to show: why, and what to do next. */
export function NoData({ panelId, data, fieldConfig, problems, width, height }: NoDataProps) {
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted) {
    return <div role="status" aria-label={t('no-data.loading', 'Loading')} />
  }
  const rows = data.series.reduce((sum, frame) => sum + frame.length, 0)
  const why = reasonFor(data, rows, problems)
  // No room for more than the words that Grafana itself would say.
  if (width < 320 || height < 180) {
    return (
      <PanelDataErrorView panelId={panelId} data={data} fieldConfig={fieldConfig} message={why} />
    )
  }
  return (
    <EmptyState
      variant="not-found"
      hideImage
      message={why}
      button={<StarterButtons panelId={panelId} data={data} />}
    >
      {problems.length > 0 ? (
        <Text color="secondary">{problemText(problems[0] as Problem)}</Text>
      ) : (
        <Trans i18nKey="no-data.hint">
          The panel reads detections or metrics of Picket, or raw firewall lines from any Loki
          query.
        </Trans>
      )}
    </EmptyState>
  )
}

function reasonFor(data: PanelData, rows: number, problems: readonly Problem[]): string {
  const error = data.errors?.[0]?.message
  if (error !== undefined && error !== '') return t('no-data.query-failed', 'The query failed')
  if (rows === 0) return t('no-data.empty', 'No lines in this time range')
  if (problems.length > 0) return t('no-data.unreadable', 'This data cannot be read')
  return t('no-data.unknown', 'No firewall lines, detections or metrics of Picket in this data')
}

/** A button that makes a working query the panel's, or shows it where a panel's query cannot be set. */
function StarterButtons({ panelId, data }: { panelId: number; data: PanelData }) {
  const runner = findQueryRunner(data.request, panelId)
  const offers = STARTER_QUERIES.flatMap((starter) => {
    const uid = sourceFor(starter, data)
    return uid === undefined ? [] : [{ starter, uid }]
  }).slice(0, 3)
  if (offers.length === 0) {
    return (
      <ClipboardButton
        icon="copy"
        variant="secondary"
        getText={() => STARTER_QUERIES[0]?.expr ?? ''}
      >
        {t('no-data.copy', 'Copy a query for Loki')}
      </ClipboardButton>
    )
  }
  return (
    <Stack direction="row" gap={1} wrap="wrap" justifyContent="center">
      {offers.map(({ starter, uid }, i) =>
        runner === undefined ? (
          starter.type === 'loki' && (
            <TextLink
              key={starter.kind}
              href={exploreUrl(uid, {
                query: starter.expr,
                from: data.timeRange.from.valueOf(),
                to: data.timeRange.to.valueOf(),
              })}
              external
            >
              {labelOf(starter)}
            </TextLink>
          )
        ) : (
          <Button
            key={starter.kind}
            size="sm"
            variant={i === 0 ? 'primary' : 'secondary'}
            tooltip={starter.expr}
            onClick={() => setQuery(runner, { type: starter.type, uid }, starter.query)}
          >
            {labelOf(starter)}
          </Button>
        ),
      )}
    </Stack>
  )
}

function labelOf({ kind }: StarterQuery): string {
  if (kind === 'detections') return t('no-data.use-detections', 'Query detections')
  if (kind === 'lines') return t('no-data.use-lines', 'Query firewall lines')
  return t('no-data.use-metrics', 'Query metrics')
}

/** The data source that a starter query is for: the panel's own if it is of that type, else the default or first. */
function sourceFor({ type }: StarterQuery, data: PanelData): string | undefined {
  const own = data.request?.targets.find((target) => target.datasource?.type === type)
  if (own?.datasource?.uid !== undefined) return own.datasource.uid
  // Outside Grafana there is no such service, whatever its type says.
  const service = getDataSourceSrv() as ReturnType<typeof getDataSourceSrv> | undefined
  const found = service?.getList({ type }) ?? []
  return (found.find(({ isDefault }) => isDefault === true) ?? found[0])?.uid
}
