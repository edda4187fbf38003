import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Other people's log lines, kept outside the repository: PICKET_FIXTURES, default ../shared/fixtures. */
export const fixtures = resolve(root, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures')

/** Seven days of a server's ufw log, 69,853 lines. */
export const ufwLog = join(fixtures, 'datasets/ufw-vps-2022/ufw-may07-may15.log.gz')

/** Why a test that needs the log is skipped; undefined if it is there. */
export const withoutUfwLog: string | undefined = existsSync(ufwLog)
  ? undefined
  : `no fixtures at ${fixtures} (set PICKET_FIXTURES)`

export function ufwText(): string {
  return gunzipSync(readFileSync(ufwLog)).toString('utf8')
}
