import { spawnSync } from 'node:child_process'

/** True if the program is installed. With CI=true a missing one is a failure, not a skip. */
export function hasTool(command: string): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
  if (!found && process.env['CI'] === 'true')
    throw new Error(`${command} is not installed: npm run test:setup installs it`)
  if (!found) console.warn(`Skipped: ${command} is not installed (npm run test:setup).`)
  return found
}
