import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { PicketError } from '../../errors.ts'

/** Keeps a second process out of the directory. Gives the function that lets go. */
export function lockDirectory(dir: string): () => void {
  const file = join(dir, 'lock')
  if (!tryLock(file)) {
    const owner = Number(readFileSync(file, 'utf8'))
    if (isOther(owner)) {
      throw new PicketError(
        'PICKET_STORE_DIR',
        `The store directory ${dir} is in use by process ${owner}. Stop that process or choose another directory.`,
      )
    }
    // Left behind by a process that was killed.
    rmSync(file, { force: true })
    if (!tryLock(file)) {
      throw new PicketError('PICKET_STORE_DIR', `The store directory ${dir} is in use.`)
    }
  }
  return () => {
    rmSync(file, { force: true })
  }
}

function tryLock(file: string): boolean {
  let handle: number
  try {
    handle = openSync(file, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  writeSync(handle, String(process.pid))
  closeSync(handle)
  return true
}

function isOther(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
