import { defineConfig } from 'vitest/config'

const conditions = ['@picket/source']

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions } },
        test: { name: 'processor', include: ['processor/test/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        ssr: { resolve: { conditions } },
        test: {
          name: 'test',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/helpers/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
