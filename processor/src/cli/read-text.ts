import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PicketError } from '../errors.ts'
import { messageOf } from './errors.ts'
import type { CliIo } from './io.ts'

/** A file's text. Throws a PicketError that names a file which cannot be read, as a `what`. */
export async function readText(file: string, io: CliIo, what: string): Promise<string> {
  try {
    return await readFile(resolve(io.cwd, file), 'utf8')
  } catch (error) {
    throw new PicketError('PICKET_FILE', `${what} ${messageOf(error)}`, { cause: error })
  }
}
