import type { IconName } from '@grafana/data'
import type { Attacker, Evidence, PortRow, RowRef } from '../../data/model'
import { scanSpan, type Span } from '../../data/scan-span'
import { plainText } from '../../data/text'
import { t } from '../../i18n'
import type { FilterTarget, ViewActions } from '../view'

/** What a cell, a row or a column stands for. */
export interface Subject {
  readonly target: FilterTarget
  readonly value: string
  readonly evidence: Evidence | undefined
  readonly row: RowRef | undefined
  /** Time to zoom to. */
  readonly zoom?: (Span & { readonly label: string }) | undefined
}

/** Something that can be done with a subject. */
export interface Choice {
  readonly label: string
  readonly icon: IconName
  /** What it does in a sentence, where it is all that can be done. */
  readonly hint: string
  readonly href?: string
  readonly target?: '_blank' | '_self' | undefined
  /** For a link: beside following it. */
  act?(event: unknown): void
}

export function attackerSubject(attacker: Attacker): Subject {
  const { source, evidence, row } = attacker
  const span = scanSpan(attacker)
  return {
    target: 'source',
    value: source,
    evidence,
    row,
    zoom: span && { ...span, label: t('details.zoom', 'Zoom to this scan') },
  }
}

export function portSubject(port: number, row: PortRow | undefined): Subject {
  return { target: 'port', value: String(port), evidence: row?.evidence, row: row?.row }
}

/** Filter, lines, data links, time: in the words that an attacker's details have for them. */
export function choicesOf(actions: ViewActions, subject: Subject | undefined): readonly Choice[] {
  if (subject === undefined) return []
  const { target, value, evidence, row, zoom } = subject
  const choices: Choice[] = []
  if (actions.canFilter(target)) {
    choices.push({
      label: t('details.filter', 'Filter dashboard'),
      icon: 'filter',
      hint:
        target === 'port'
          ? t('hint.filter-port', 'Click: filter by port {{value}}', { value })
          : t('hint.filter-source', 'Click: filter by source {{value}}', {
              value: plainText(value, 100),
            }),
      act: () => actions.filter(target, value),
    })
  }
  const href = actions.explore(evidence)
  if (href !== undefined) {
    choices.push({
      label: t('evidence.show', 'Show the lines'),
      icon: 'compass',
      hint: t('hint.explore', 'Click: open the log lines in Explore'),
      href,
      target: '_blank',
    })
  }
  for (const link of actions.links(row)) {
    const label = plainText(link.title, 60)
    choices.push({
      label,
      icon: link.target === '_blank' ? 'external-link-alt' : 'link',
      hint: t('hint.link', 'Click: {{label}}', { label }),
      href: link.href,
      target: link.target,
      act: (event) => link.onClick?.(event),
    })
  }
  for (const { title, run } of actions.calls(row)) {
    const label = plainText(title, 60)
    choices.push({
      label,
      icon: 'play',
      hint: t('hint.link', 'Click: {{label}}', { label }),
      act: run,
    })
  }
  if (zoom !== undefined) {
    const { label, from, to } = zoom
    choices.push({
      label,
      icon: 'search-plus',
      hint: t('hint.link', 'Click: {{label}}', { label }),
      act: () => actions.zoom(from, to),
    })
  }
  return choices
}

/** What a click does, in words; undefined: nothing. */
export function hintOf(choices: readonly Choice[]): string | undefined {
  return choices.length > 1 ? t('hint.menu', 'Click: filter, lines and links') : choices[0]?.hint
}

/** Does what a click in a menu would. */
export function choose({ href, target, act }: Choice): void {
  if (href === undefined) {
    act?.(undefined)
    return
  }
  // Grafana turns clicks on links into navigation without a reload. A place on a canvas is no link, so one is made.
  const link = document.createElement('a')
  link.href = href
  if (target !== undefined) link.target = target
  link.rel = 'noopener noreferrer'
  link.addEventListener('click', (event) => act?.(event))
  document.body.append(link)
  link.click()
  link.remove()
}
