import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'

/** px, of a row and of the header. */
export const ROW_HEIGHT = 32
/** px that a scroll bar may take. */
export const SCROLLBAR = 12

export type GridStyles = ReturnType<typeof getGridStyles>

// One set for the whole grid: a row that is made while someone scrolls has no styles to compute.
export const getGridStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    position: 'relative',
    overflowY: 'auto',
    overflowX: 'hidden',
    scrollbarWidth: 'thin',
    scrollbarGutter: 'stable',
    scrollPaddingTop: ROW_HEIGHT,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  head: css({
    position: 'sticky',
    top: 0,
    zIndex: 1,
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  headRow: css({ display: 'grid', height: ROW_HEIGHT - 1 }),
  headCell: css({ minWidth: 0, display: 'flex' }),
  sort: css({
    display: 'flex',
    alignItems: 'center',
    gap: 2,
    width: '100%',
    minWidth: 0,
    padding: theme.spacing(0, 1),
    border: 0,
    background: 'none',
    color: theme.colors.text.secondary,
    fontSize: 'inherit',
    fontWeight: theme.typography.fontWeightMedium,
    whiteSpace: 'nowrap',
    '&:hover': { color: theme.colors.text.primary },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: -2,
    },
    '& > span': { overflow: 'hidden', textOverflow: 'ellipsis' },
    '& > svg': { flex: 'none' },
  }),
  sorted: css({ color: theme.colors.text.primary }),
  right: css({ justifyContent: 'flex-end', textAlign: 'right' }),
  body: css({ position: 'relative' }),
  row: css({
    position: 'absolute',
    left: 0,
    right: 0,
    contain: 'strict',
    display: 'grid',
    height: ROW_HEIGHT,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: -2,
    },
  }),
  open: css({
    background: theme.colors.background.secondary,
    borderBottomColor: 'transparent',
    // Secondary text could not be read on both shades together.
    '&:hover': { background: theme.colors.background.secondary },
  }),
  cell: css({
    display: 'flex',
    alignItems: 'center',
    minWidth: 0,
    padding: theme.spacing(0, 1),
    whiteSpace: 'nowrap',
  }),
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  number: css({
    justifyContent: 'flex-end',
    fontVariantNumeric: 'tabular-nums',
  }),
  quiet: css({ color: theme.colors.text.secondary }),
  ports: css({ '& > span': { flex: 1 } }),
  toggle: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: 20,
    height: 20,
    marginLeft: -6,
    padding: 0,
    border: 0,
    background: 'none',
    color: theme.colors.text.secondary,
    '& > svg': {
      [theme.transitions.handleMotion('no-preference')]: {
        transition: theme.transitions.create('transform', { duration: 120 }),
      },
    },
  }),
  turned: css({ transform: 'rotate(90deg)' }),
  details: css({
    position: 'absolute',
    left: 0,
    right: 0,
    background: theme.colors.background.secondary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
})
