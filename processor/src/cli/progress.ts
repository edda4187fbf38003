import type { CliIo } from './io.ts'

/** How far reading is, in bytes of the files as they are on disk; a total that is not known is undefined. */
export interface ProgressState {
  readonly read: number
  readonly total: number | undefined
}

export interface Progress {
  update(state: ProgressState): void
  stop(): void
}

const silent: Progress = { update: () => undefined, stop: () => undefined }

/** A bar on stderr, if that is a terminal and the length is known; else nothing. */
export async function createProgress(io: CliIo, total: number | undefined): Promise<Progress> {
  if (io.stderr.isTTY !== true || total === undefined || total === 0) return silent
  const { default: cliProgress } = await import('cli-progress')
  const bar = new cliProgress.SingleBar({
    format: 'Reading [{bar}] {percentage}% | {eta_formatted} left',
    stream: io.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 30,
    etaBuffer: 50,
    // Batches come often; a terminal does not need more.
    fps: 10,
  })
  bar.start(total, 0)
  return {
    update: ({ read }) => bar.update(Math.min(read, total)),
    stop: () => bar.stop(),
  }
}
