import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { UsageError } from '../errors.ts'
import { openLogFile, openStream } from '../sources/offline/index.ts'
import type { OfflineInput } from '../sources/offline/index.ts'
import type { CliIo } from './io.ts'

/** Opened log files, or stdin. */
export interface LogInputs {
  readonly inputs: readonly OfflineInput[]
  /** Bytes of all files as they are on disk; undefined if one of them has no length. */
  readonly totalBytes: number | undefined
  readBytes(): number
  close(): Promise<void>
}

export interface OpenOptions {
  /** Reference time for lines without a year, in ms; else the file's own, or for stdin the present. */
  readonly now: number | undefined
  /** For messages. */
  readonly command: string
}

/** Opens the named files, or stdin for `-` and for no file at all. Nobody types a log: a terminal is wrong usage. */
export async function openInputs(
  files: readonly string[],
  io: CliIo,
  options: OpenOptions,
): Promise<LogInputs> {
  const names = files.length === 0 ? ['-'] : files
  if (names.indexOf('-') !== names.lastIndexOf('-'))
    throw new UsageError(`${options.command}: - stands for stdin, which can be read only once`)
  if (names.includes('-') && (io.stdin as Readable & { isTTY?: boolean }).isTTY === true)
    throw new UsageError(
      `${options.command}: no file: expected log files, or lines on stdin (see picket ${options.command} --help)`,
    )
  const seconds = options.now === undefined ? undefined : Math.floor(options.now / 1000)
  const inputs: OfflineInput[] = []
  const close = async (): Promise<void> => {
    await Promise.allSettled(inputs.map((input) => input.close()))
  }
  try {
    for (const name of names)
      inputs.push(
        name === '-'
          ? await openStream('stdin', io.stdin, seconds ?? Math.floor(Date.now() / 1000))
          : await openLogFile(io.cwd === process.cwd() ? name : resolve(io.cwd, name), seconds),
      )
  } catch (error) {
    await close()
    throw error
  }
  return {
    inputs,
    totalBytes: inputs.reduce<number | undefined>(
      (sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size),
      0,
    ),
    readBytes: () => inputs.reduce((sum, input) => sum + input.bytesRead(), 0),
    close,
  }
}
