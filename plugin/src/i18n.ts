import { t as translate } from '@grafana/i18n'

/**
 * The text of a key in the reader's language. Values are put in as they are: React's text nodes and attributes escape
 * by themselves, and `tcp/22` escaped twice would be read as `tcp&#x2F;22`.
 */
export function t(
  key: string,
  text: string,
  values: Readonly<Record<string, unknown>> = {},
): string {
  return translate(key, text, { ...values, interpolation: { escapeValue: false } })
}
