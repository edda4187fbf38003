import type { LinkModel, PanelProps } from '@grafana/data'
import { locationService } from '@grafana/runtime'
import { usePanelContext } from '@grafana/ui'
import { useMemo } from 'react'
import type { RowRef } from '../data/model'
import type { Options } from '../types'
import { exploreUrl, onlyLoki } from './explore'
import type { FilterTarget, RowAction, ViewActions } from './view'

const MAX_LINKS = 20

type ActionProps = Pick<
  PanelProps<Options>,
  'data' | 'options' | 'onOptionsChange' | 'onChangeTimeRange' | 'replaceVariables'
>

/** What views may ask of the dashboard. The same object as long as nothing it hangs on changes. */
export function useActions(
  props: ActionProps,
  calls: (row: RowRef | undefined) => readonly RowAction[],
): ViewActions {
  const { data, options, onOptionsChange, onChangeTimeRange, replaceVariables } = props
  const { onAddAdHocFilter } = usePanelContext()
  const { series } = data
  return useMemo(() => {
    const variableOf = (target: FilterTarget) =>
      (target === 'source' ? options.filter.sourceVariable : options.filter.portVariable)
        .trim()
        .replace(/^\$\{?|\}$/g, '')
    return {
      canFilter: (target) => variableOf(target) !== '' || onAddAdHocFilter !== undefined,
      filter(target, value) {
        const variable = variableOf(target)
        if (variable !== '') locationService.partial({ [`var-${variable}`]: value }, true)
        else onAddAdHocFilter?.({ key: target, value, operator: '=' })
      },
      explore(evidence) {
        if (evidence === undefined) return undefined
        const configured = replaceVariables(options.evidence.datasource).trim()
        const uid = configured !== '' ? configured : (evidence.datasource ?? onlyLoki())
        return uid === undefined ? undefined : exploreUrl(uid, evidence)
      },
      links(row) {
        const fields = row === undefined ? [] : (series[row.frame]?.fields ?? [])
        const found: LinkModel[] = []
        for (const field of fields) {
          if (field.config.links === undefined || field.config.links.length === 0) continue
          found.push(...(field.getLinks?.({ valueRowIndex: row?.row ?? 0 }) ?? []))
          if (found.length >= MAX_LINKS) break
        }
        // A default link stands on every field: shown once.
        const byTarget = new Map(found.map((link) => [`${link.title} ${link.href}`, link]))
        return [...byTarget.values()].slice(0, MAX_LINKS)
      },
      calls,
      zoom: (from, to) => onChangeTimeRange({ from: Math.floor(from), to: Math.ceil(to) }),
      setOptions: (part) => onOptionsChange({ ...options, ...part }),
    }
  }, [
    series,
    options,
    onOptionsChange,
    onChangeTimeRange,
    replaceVariables,
    onAddAdHocFilter,
    calls,
  ])
}
