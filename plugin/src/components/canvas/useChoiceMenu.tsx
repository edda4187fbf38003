import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { ContextMenu, Menu, useStyles2 } from '@grafana/ui'
import { useCallback, useState, type ReactNode } from 'react'
import { choose, type Choice } from './choices'

interface Opened {
  readonly title: string
  readonly choices: readonly Choice[]
  /** In the window. */
  readonly x: number
  readonly y: number
  /** Has the focus again when the menu is closed. */
  readonly from: HTMLElement
}

interface ChoiceMenu {
  /** The open menu. Not inside of what listens to keys or pointers: events of the menu come up through React's tree. */
  readonly menu: ReactNode
  /** Does the one thing that can be done, or asks which. */
  offer(opened: Opened): void
}

/** What there is to do with a place: one thing is done at once, of several a menu asks. */
export function useChoiceMenu(): ChoiceMenu {
  const styles = useStyles2(getStyles)
  const [opened, setOpened] = useState<Opened>()
  const offer = useCallback((asked: Opened) => {
    const [first, ...more] = asked.choices
    if (first !== undefined && more.length === 0) choose(first)
    else if (first !== undefined) setOpened(asked)
  }, [])
  const close = () => {
    setOpened(undefined)
    opened?.from.focus({ preventScroll: true })
  }
  const menu = opened && (
    <ContextMenu
      x={opened.x}
      y={opened.y}
      onClose={close}
      renderHeader={() => <bdi className={styles.title}>{opened.title}</bdi>}
      renderMenuItems={() =>
        opened.choices.map(({ label, icon, href, target, act }, i) => (
          <Menu.Item
            key={`${i} ${label}`}
            label={label}
            icon={icon}
            {...(href !== undefined && { url: href })}
            {...(target !== undefined && { target })}
            {...(act && { onClick: act })}
          />
        ))
      }
    />
  )
  return { menu, offer }
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({
    display: 'block',
    maxWidth: 280,
    padding: theme.spacing(0, 1),
    overflowWrap: 'anywhere',
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
})
