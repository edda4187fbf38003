import { open } from 'node:fs/promises'
import { SourceError } from '../../errors.ts'
import type { BuildContext, Position, Source } from '../../pipeline/types.ts'
import type { FileSourceConfig } from './config.ts'
import { fileAt } from './file-mark.ts'
import { Follower } from './follower.ts'
import type { FilesPosition } from './follower.ts'
import { PathPatterns } from './paths.ts'

/** Follows log files through rotation by renaming and by truncation, and picks up where it left off after a restart. */
export function createFileSource(config: FileSourceConfig, context: BuildContext): Source {
  const patterns = new PathPatterns(config.paths)
  return {
    name: config.name,
    type: 'file',
    // A file that is not there yet is none of its business: it may appear, and is then read whole.
    async check() {
      const paths = await patterns.expand().catch((cause: unknown) => {
        throw unreadable(config.name, config.paths.join(', '), cause)
      })
      for (const path of paths) await checkReadable(config.name, path)
    },
    read: (from: Position | undefined, signal) =>
      new Follower({
        config,
        context,
        patterns,
        from: from as FilesPosition | undefined,
        unreadable: (path, cause) => unreadable(config.name, path, cause),
      }).run(signal),
  }
}

async function checkReadable(source: string, path: string): Promise<void> {
  try {
    if ((await fileAt(path)) === undefined) return
    const handle = await open(path)
    await handle.read(Buffer.alloc(1), 0, 1, 0).finally(() => handle.close())
  } catch (cause) {
    throw unreadable(source, path, cause)
  }
}

function unreadable(source: string, path: string, cause: unknown): SourceError {
  if (cause instanceof SourceError) return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SourceError(`${path} cannot be read: ${why}`, { source, retryable: true, cause })
}
