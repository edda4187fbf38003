import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './fixtures.ts'

export const picketPath = join(root, 'processor/bin/picket.js')

export interface CliResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `picket` to its end. */
export function picket(
  args: readonly string[],
  options: {
    readonly input?: string | Buffer
    readonly cwd?: string
    readonly env?: Record<string, string>
  } = {},
): CliResult {
  const result = spawnSync(process.execPath, [picketPath, ...args], {
    cwd: options.cwd ?? root,
    input: options.input ?? '',
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    maxBuffer: 1 << 30,
    encoding: 'utf8',
  })
  return { status: result.status, stdout: result.stdout, stderr: result.stderr }
}
