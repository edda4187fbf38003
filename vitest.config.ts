import { defineConfig } from 'vitest/config'

const conditions = ['@picket/source']
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
          exclude: ['test/release/**'],
          globalSetup: ['test/helpers/build.ts'],
          testTimeout: timeoutOf(120_000),
          hookTimeout: timeoutOf(60_000),
          fileParallelism: false,
        },
      },
      {
        // Needs the panel's packages.
        test: { name: 'release', include: ['test/release/**/*.test.ts'], testTimeout: 120_000 },
      },
    ],
  },
})
