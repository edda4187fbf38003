import { t } from '../../i18n'
import type { Shape } from '../../data/shapes'

/** Name of a shape, short enough for the edge of a row. */
export function shapeText(shape: Shape): string {
  switch (shape) {
    case 'vertical':
      return t('shape.vertical.label', 'Port scan')
    case 'sweep':
      return t('shape.sweep.label', 'Sweep')
    case 'block':
      return t('shape.block.label', 'Block scan')
    case 'distributed':
      return t('shape.distributed.label', 'Distributed scan')
  }
}

/** What the name means. */
export function shapeExplained(shape: Shape): string {
  switch (shape) {
    case 'vertical':
      return t('shape.vertical.explained', 'Port scan: many ports of few destinations')
    case 'sweep':
      return t('shape.sweep.explained', 'Sweep: few ports of many destinations')
    case 'block':
      return t('shape.block.explained', 'Block scan: many ports of many destinations')
    case 'distributed':
      return t('shape.distributed.explained', 'Distributed scan: many sources at the same time')
  }
}
