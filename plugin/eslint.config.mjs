import { defineConfig } from 'eslint/config'
import baseConfig from './.config/eslint.config.mjs'

export default defineConfig([
  {
    ignores: [
      '**/dist/',
      'dist-host/',
      'dist-live/',
      '**/node_modules/',
      '.config/',
      'artifacts/',
      '**/.cache/',
    ],
  },
  ...baseConfig,
  {
    rules: {
      'react/react-in-jsx-scope': 'off',
      curly: 'off',
      '@typescript-eslint/array-type': 'off',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/i18n.ts', 'src/data/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@grafana/i18n', importNames: ['t'], message: 'Use src/i18n.ts.' }] },
      ],
    },
  },
  {
    // Shown-nothing code: what frames become. It stands without Grafana's code, so that its tests take milliseconds.
    files: ['src/data/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['react', 'react-dom', '@grafana/ui', '@grafana/runtime', '@emotion/*'],
              message: 'Data shows nothing.',
            },
            { regex: '^@grafana/data$', allowTypeImports: true, message: 'Types only.' },
          ],
        },
      ],
    },
  },
])
