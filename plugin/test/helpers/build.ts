import { ensureBuilt } from '../../host/builds.mjs'

/** The tests drive what is built: here it is built, where the sources are newer. */
export async function setup(): Promise<void> {
  await ensureBuilt(['module', '12', '13', 'live'])
}
