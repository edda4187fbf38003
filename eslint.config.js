import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** Who may import whom: see docs/architecture.md. Each folder names what it must not reach for. */
const boundary = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

const outside = (group, message) => ({ group, message })

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/.dist-*/**', '**/node_modules/**', '**/coverage/**', 'plugin/**'],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Row and table code indexes typed arrays within bounds that the compiler cannot see.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '*.config.ts', 'vitest.config.ts'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'setTimeout',
          'clearTimeout',
          'Buffer',
          'fetch',
          'AbortSignal',
          'performance',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { files: ['vitest.config.ts'], extends: [tseslint.configs.disableTypeChecked] },
  boundary(
    ['processor/src/core/**'],
    [
      outside(['node:*'], 'The core runs in a browser.'),
      outside(
        [
          '**/pipeline/**',
          '**/sources/**',
          '**/sinks/**',
          '**/clients/**',
          '**/store/**',
          '**/telemetry/**',
          '**/cli/**',
          '**/config/**',
          '**/errors.ts',
        ],
        'The core knows nothing of the outside.',
      ),
    ],
  ),
  boundary(
    ['processor/src/pipeline/**'],
    [
      outside(
        ['**/sources/**', '**/sinks/**', '**/clients/**', '**/store/**', '**/cli/**', '**/app.ts'],
        'The pipeline knows its ports, not who is behind them.',
      ),
    ],
  ),
  boundary(
    ['processor/src/clients/**'],
    [
      outside(
        ['**/core/**', '**/sources/**', '**/sinks/**', '**/pipeline/**', '**/cli/**'],
        'Clients know their wire only.',
      ),
    ],
  ),
  boundary(
    ['processor/src/store/**', 'processor/src/simulator/**'],
    [
      outside(
        ['**/core/**', '**/sources/**', '**/sinks/**', '**/pipeline/**', '**/cli/**'],
        'The store and the simulator stand beside Picket, not on it.',
      ),
    ],
  ),
  boundary(
    ['processor/src/sources/**', 'processor/src/sinks/**'],
    [outside(['**/cli/**', '**/app.ts', '**/store/**'], 'Sources and sinks are built by app.ts.')],
  ),
)
