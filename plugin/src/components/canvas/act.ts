import { t } from '../../i18n'
import type { Evidence } from '../../data/model'
import type { FilterTarget, ViewActions } from '../view'

/** What a cell stands for: a click filters by it or, where nothing filters, opens its lines. */
export interface Subject {
  readonly target: FilterTarget
  readonly value: string
  readonly evidence: Evidence | undefined
}

export function actOn(actions: ViewActions, subject: Subject | undefined): void {
  if (subject === undefined) return
  if (actions.canFilter(subject.target)) actions.filter(subject.target, subject.value)
  else followLink(actions.explore(subject.evidence))
}

/** What `actOn` would do, in words; undefined: nothing. */
export function hintOf(actions: ViewActions, subject: Subject | undefined): string | undefined {
  if (subject === undefined) return undefined
  if (actions.canFilter(subject.target)) {
    return subject.target === 'port'
      ? t('hint.filter-port', 'Click: filter by port {{value}}', { value: subject.value })
      : t('hint.filter-source', 'Click: filter by source {{value}}', { value: subject.value })
  }
  return actions.explore(subject.evidence) === undefined
    ? undefined
    : t('hint.explore', 'Click: open the log lines in Explore')
}

/** Grafana turns clicks on links into navigation without a reload. A place on a canvas is no link, so one is made. */
function followLink(href: string | undefined): void {
  if (href === undefined) return
  const link = document.createElement('a')
  link.href = href
  document.body.append(link)
  link.click()
  link.remove()
}
