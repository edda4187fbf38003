import type { GrafanaTheme2 } from '@grafana/data'
import { DEFAULT_ANNOTATION_COLOR } from '@grafana/ui'

/** The colour that an annotation names, or Grafana's usual one: the name comes out of the data and may be any text. */
export function annotationColor(theme: GrafanaTheme2, name: string | undefined): string {
  // The theme looks names up in a plain object, where `constructor` is a function.
  const found: unknown = theme.visualization.getColorByName(name ?? DEFAULT_ANNOTATION_COLOR)
  return typeof found === 'string' && /^(#[\da-f]{3,8}|(rgb|hsl)a?\([\d\s.,%/]+\))$/i.test(found)
    ? found
    : DEFAULT_ANNOTATION_COLOR
}
