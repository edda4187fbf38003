import type { CSSProperties, ReactNode } from 'react'
import type { RankedPort } from '../../data/ranking'
import { exactNumber } from '../../data/text'
import { t } from '../../i18n'
import { choicesOf, hintOf, portSubject } from '../canvas/choices'
import { useChoiceMenu } from '../canvas/useChoiceMenu'
import { numbersOf } from './portText'
import type { LevelLook, ViewActions } from '../view'

interface PortButtonProps {
  readonly row: RankedPort
  readonly look: LevelLook | undefined
  readonly actions: ViewActions
  readonly className: string
  readonly style?: CSSProperties
  readonly children: ReactNode
}

/** One port of a ranking: its title and its name say all of it, a click offers what there is to do. */
export function PortButton({ row, look, actions, className, style, children }: PortButtonProps) {
  const { menu, offer } = useChoiceMenu()
  // No query and no variable means a range.
  const isOne = row.high === row.port
  const choices = choicesOf(actions, isOne ? portSubject(row.port, row) : undefined)
  const hint = hintOf(choices)
  const name = `${row.protocol}/${numbersOf(row)}${row.service ? ` ${row.service}` : ''}`
  const packets = exactNumber(row.packets)
  const summary =
    row.level === undefined
      ? t('ports.bar-without-level', '{{name}}, {{packets}} packets', { name, packets })
      : t('ports.bar', '{{name}}, {{packets}} packets, level {{level}}', {
          name,
          packets,
          level: `${row.level} ${look?.text ?? ''}`,
        })
  return (
    <>
      <button
        type="button"
        className={className}
        style={style}
        disabled={hint === undefined}
        title={[summary, hint].filter(Boolean).join('\n')}
        aria-label={summary}
        onClick={({ currentTarget: from, clientX, clientY }) => {
          // By key there is no pointer.
          const { left, bottom } = from.getBoundingClientRect()
          offer({ title: name, choices, x: clientX || left, y: clientY || bottom, from })
        }}
      >
        {children}
      </button>
      {menu}
    </>
  )
}
