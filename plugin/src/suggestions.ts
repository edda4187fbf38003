import type { VisualizationSuggestion, VisualizationSuggestionsSupplier } from '@grafana/data'
import { t } from './i18n'
import { recognise } from './data/recognise'
import type { Options, ViewName } from './types'

/** As sure as a panel can be: nothing else knows this data. */
const BEST = 100
const GOOD = 70

/** Rows that a small preview may draw. */
const PREVIEW_ROWS = 500

type Suggestion = VisualizationSuggestion<Options> & {
  // Grafana 13 reads more of it than 12 knows.
  cardOptions: { maxRows: number }
}

/** Offered for what Picket writes and for firewall lines, and for nothing else. */
export const suggest: VisualizationSuggestionsSupplier<Options> = ({ hasData, rawFrames }) => {
  if (hasData !== true) return undefined
  const found = recognise(rawFrames ?? [])
  if (found.length === 0) return undefined
  const offer = (view: ViewName, name: string, score: number): Suggestion => ({
    name,
    options: { view },
    score,
    cardOptions: { maxRows: PREVIEW_ROWS },
  })
  const suggestions = [
    offer('overview', t('suggestions.overview', 'Attackers: overview'), BEST),
    offer('attackers', t('suggestions.attackers', 'Attackers: table'), GOOD),
  ]
  // Metrics of a moment have no history to draw.
  const hasHistory = found.some((kind) => kind !== 'metrics')
  return hasHistory
    ? [...suggestions, offer('ports', t('suggestions.ports', 'Attackers: ports over time'), GOOD)]
    : suggestions
}
