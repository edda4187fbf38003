import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command line builds itself on first use; once before the tests is better than in the middle of several. */
export function setup(): void {
  const picket = fileURLToPath(new URL('../../processor/bin/picket.js', import.meta.url))
  const result = spawnSync(process.execPath, [picket, '--version'], { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`picket --version failed: ${result.stderr}`)
}
