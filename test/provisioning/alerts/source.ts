import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../helpers/fixtures.ts'

export interface Expression {
  readonly expr: string
  readonly above: number
  readonly labels: readonly string[]
}

export interface Alert {
  readonly name: string
  readonly for: string
  readonly promql?: Expression
  readonly logql?: Expression
  readonly grafana: 'promql' | 'logql'
  readonly tellsErrors?: true
}

export interface Rule {
  readonly alert: string
  /** Instead of `alert` in recording rules. */
  readonly record?: string
  readonly expr: string
  readonly for: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}

interface Source {
  readonly ALERTS: readonly Alert[]
  readonly alertFiles: () => Promise<Map<string, string>>
}

// Plain JavaScript, which the build of provisioning/ runs as it is.
const path = new URL('../../../provisioning/source/alerts/index.mjs', import.meta.url).href
export const { ALERTS, alertFiles } = (await import(path)) as Source

interface Links {
  readonly runbook: (name: string, home?: string) => Readonly<Record<string, string>>
}
const links = new URL('../../../provisioning/source/alerts/links.mjs', import.meta.url).href
export const { runbook } = (await import(links)) as Links

export function provisioned(file: string): unknown {
  return parse(readFileSync(join(root, 'provisioning', file), 'utf8'))
}

export const PROMETHEUS_RULES = 'prometheus/rules/picket-alerts.yaml'
export const RECORDING_RULES = 'prometheus/rules/picket-recording.yaml'
export const LOKI_RULES = 'loki/rules/picket.yaml'
export const GRAFANA_RULES = 'alerting/rules.yaml'
export const DEMO = 'alerting/demo.yaml'

export function rulesOf(file: string): readonly Rule[] {
  return (provisioned(file) as RuleFile).groups.flatMap(({ rules }) => rules)
}
