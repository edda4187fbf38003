import type { Values } from '../../helpers/grafana.ts'
import type { Dashboard } from './schema.ts'

/** A dashboard's variables as they are when it is opened first. */
export function defaultsOf({ templating }: Dashboard): Values {
  return Object.fromEntries(
    templating.list.map((variable) => {
      const { value } = variable.current
      const isAll = [value].flat().includes('$__all')
      return [variable.name, isAll && 'allValue' in variable ? variable.allValue : value]
    }),
  )
}

/** What somebody may choose in the demo, wherever a dashboard has such a variable. */
export const CHOICES: readonly Values[] = [
  { host: ['fw1', 'fw2', 'fw3', 'fw4'], level: '2', address: '203.0.113.10', port: '22' },
  { job: '.+', host: ['fw2', 'fw4'], level: '0', address: '2001:db8::beef', port: '445' },
]

/** The defaults, and what becomes of them with each of the choices. */
export function valuesOf(dashboard: Dashboard): Values[] {
  const defaults = defaultsOf(dashboard)
  const own = (values: Values): Values =>
    Object.fromEntries(Object.entries(values).filter(([name]) => name in defaults))
  return [defaults, ...CHOICES.map((values) => ({ ...defaults, ...own(values) }))]
}
