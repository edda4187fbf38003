import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const require = createRequire(import.meta.url)
const core = {
  find: '@picket/processor/core',
  replacement: fileURLToPath(new URL('../processor/src/core/index.ts', import.meta.url)),
}
// The ESM builds of these packages do not load in Node: named exports of CommonJS packages are not found.
const grafana = ['data', 'ui', 'runtime', 'i18n', 'schema'].map((name) => ({
  find: new RegExp(`^@grafana/${name}$`),
  replacement: require.resolve(`@grafana/${name}`),
}))
const alias = [core, ...grafana]

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        // What shows nothing: plain functions, without a DOM.
        test: {
          name: 'data',
          include: ['test/{data,engine,scripts}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'components',
          environment: 'jsdom',
          include: ['test/components/**/*.test.{ts,tsx}'],
          setupFiles: ['test/helpers/setup-dom.ts'],
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        // The built module in Chromium, on both lines of Grafana.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/helpers/build.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
