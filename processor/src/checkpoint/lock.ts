import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CheckpointError } from '../errors.ts'

export interface StateLock {
  release(): Promise<void>
}

interface Owner {
  readonly pid: number
  /** When that process started, as the kernel counts it: tells it from a later one with the same number. */
  readonly started: string | undefined
}

/**
 * Takes the state directory for this process; makes it if it is missing. Throws CheckpointError while another
 * living process has it. A lock left behind by a process that is gone is taken over.
 */
export async function lockStateDirectory(directory: string): Promise<StateLock> {
  const path = join(directory, 'lock')
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new CheckpointError(`The state directory ${directory} cannot be made: ${reason(cause)}`, {
      cause,
    })
  })
  const self: Owner = { pid: process.pid, started: startOf(process.pid) }
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(JSON.stringify(self))
      await file.close()
      return { release: () => rm(path, { force: true }) }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new CheckpointError(
          `The state directory ${directory} cannot be used: ${reason(cause)}`,
          { cause },
        )
    }
    const owner = await readOwner(path)
    if (owner !== undefined && isAlive(owner, self))
      throw new CheckpointError(
        `The state directory ${directory} is in use by process ${owner.pid}. Stop it, or give this one another stateDir.`,
      )
    await rm(path, { force: true })
  }
  throw new CheckpointError(
    `The state directory ${directory} is being taken by another process at this moment.`,
  )
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (
      typeof value !== 'object' ||
      value === null ||
      !('pid' in value) ||
      typeof value.pid !== 'number'
    )
      return undefined
    return {
      pid: value.pid,
      started: 'started' in value && typeof value.started === 'string' ? value.started : undefined,
    }
  } catch {
    // Gone meanwhile, or its owner died while writing it.
    return undefined
  }
}

/**
 * In a container every run has the same process id, so this process's own number means a run that is gone.
 */
function isAlive(owner: Owner, self: Owner): boolean {
  if (owner.pid === self.pid) return false
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const started = startOf(owner.pid)
  return started === undefined || owner.started === undefined || started === owner.started
}

/** Field 22 of /proc/PID/stat and the boot it counts from; undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    // The second field is the command in parentheses and may hold blanks.
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
  } catch {
    return undefined
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
