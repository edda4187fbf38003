import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Other people's log lines, kept outside the repository: PICKET_FIXTURES, default ../shared/fixtures. */
export const fixtures = resolve(root, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures')

/** Why a test that needs the fixtures is skipped; undefined if they are there. */
export const withoutFixtures: string | undefined = existsSync(join(fixtures, 'flavours'))
  ? undefined
  : `no fixtures at ${fixtures} (set PICKET_FIXTURES)`
