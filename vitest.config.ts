import { defineConfig } from 'vitest/config'

const conditions = ['@picket/source']
/** The release and the image: the panel is in them, so its packages must be there. `npm test` runs them last. */
const NEED_THE_PANEL = ['test/release/**/*.test.ts', 'test/deploy/image.test.ts']
/** A test that hangs is told from a machine that is busy: properties take seconds of CPU, and nobody waits for CI's. */
const timeoutOf = (ms: number): number => (process.env['CI'] === 'true' ? 5 * ms : ms)

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions } },
        test: {
          name: 'processor',
          include: ['processor/test/**/*.test.ts'],
          testTimeout: timeoutOf(20_000),
        },
      },
      {
        ssr: { resolve: { conditions } },
        test: {
          name: 'test',
          include: ['test/**/*.test.ts'],
          exclude: NEED_THE_PANEL,
          globalSetup: ['test/helpers/build.ts'],
          testTimeout: timeoutOf(120_000),
          hookTimeout: timeoutOf(60_000),
          fileParallelism: false,
        },
      },
      {
        ssr: { resolve: { conditions } },
        test: {
          name: 'release',
          include: NEED_THE_PANEL,
          testTimeout: timeoutOf(120_000),
          hookTimeout: timeoutOf(60_000),
          fileParallelism: false,
        },
      },
    ],
  },
})
