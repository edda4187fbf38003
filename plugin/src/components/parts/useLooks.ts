import { useMemo } from 'react'
import {
  FieldColorModeId,
  FieldType,
  getDisplayProcessor,
  ThresholdsMode,
  type FieldConfigSource,
  type GrafanaTheme2,
  type ThresholdsConfig,
} from '@grafana/data'
import { t } from '../../i18n'
import { LEVELS, type Level } from '../../data/model'
import type { LevelLook } from '../view'

/** Danger levels in the colours of Grafana's severities; level 0 stays neutral. */
export const DEFAULT_LEVEL_THRESHOLDS: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'gray' },
    { value: 1, color: 'blue' },
    { value: 2, color: 'yellow' },
    { value: 3, color: 'orange' },
    { value: 4, color: 'red' },
    { value: 5, color: 'purple' },
  ],
}

/** How levels 0 to 5 look under the panel's thresholds and value mappings; a mapping's own colour wins, as in core panels. */
export function levelLooks(fieldConfig: FieldConfigSource, theme: GrafanaTheme2): LevelLook[] {
  const { thresholds, mappings } = fieldConfig.defaults
  const display = getDisplayProcessor({
    theme,
    field: {
      type: FieldType.number,
      config: {
        min: 0,
        max: LEVELS.length - 1,
        color: { mode: FieldColorModeId.Thresholds },
        thresholds: thresholds?.steps.length ? thresholds : DEFAULT_LEVEL_THRESHOLDS,
        ...(mappings && { mappings }),
      },
    },
  })
  return LEVELS.map((level) => {
    const { text, color = theme.visualization.getColorByName('gray') } = display(level)
    const mapped = text !== '' && text !== String(level)
    return {
      level,
      color,
      contrast: contrastOn(color, theme),
      text: mapped ? text : levelWord(level),
    }
  })
}

/** `levelLooks`, computed again only when the configuration or the theme changes. */
export function useLooks(fieldConfig: FieldConfigSource, theme: GrafanaTheme2): LevelLook[] {
  return useMemo(() => levelLooks(fieldConfig, theme), [fieldConfig, theme])
}

export function levelWord(level: Level): string {
  switch (level) {
    case 0:
      return t('level.none', 'none')
    case 1:
      return t('level.seen', 'seen')
    case 2:
      return t('level.low', 'low')
    case 3:
      return t('level.medium', 'medium')
    case 4:
      return t('level.high', 'high')
    case 5:
      return t('level.critical', 'critical')
  }
}

/** WCAG's ratio for text as small as a digit in a badge; the theme's own is for large text. */
const READABLE = 4.5

// The theme's calculation throws at colours that it cannot read, and a threshold's colour may be any text.
function contrastOn(color: string, theme: GrafanaTheme2): string {
  try {
    return theme.colors.getContrastText(color, READABLE)
  } catch {
    return theme.colors.text.primary
  }
}
