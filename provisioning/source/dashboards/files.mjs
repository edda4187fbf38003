import prettier from 'prettier'
import { attacker } from './attacker.mjs'
import { itself } from './itself.mjs'
import { loggingHealth } from './logging-health.mjs'
import { overview } from './overview.mjs'
import { ports } from './ports.mjs'

/** The dashboards as files, by path from the root. */
export async function dashboardFiles() {
  const files = new Map()
  for (const model of [overview, attacker, ports, loggingHealth, itself]) {
    const path = `provisioning/dashboards/${model.uid}.json`
    files.set(
      path,
      await prettier.format(JSON.stringify(model), { filepath: path, printWidth: 100 }),
    )
  }
  return files
}
