/** What the linter holds the code to. The dependency arrow and the engine's purity are explained in ARCHITECTURE.md. */
import eslint from '@eslint/js'
import astro from 'eslint-plugin-astro'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import typescript from 'typescript-eslint'
import lockstep from './scripts/lint/arrow.js'

const SOURCES = ['**/*.{js,mjs,ts,astro,svelte}', '**/*.svelte.ts']

/** Clocks, chance and the outside world: in the engine they are arguments, so that every run can be repeated. */
const OUTSIDE_WORLD = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'process',
  'Buffer',
  'window',
  'document',
  'navigator',
  'location',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'fetch',
  'crypto',
  'require',
]

export default typescript.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'dist-*/',
      '.astro/',
      'test-results/',
      'playwright-report/',
      'public/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  typescript.configs.recommended,
  astro.configs.recommended,
  astro.configs['jsx-a11y-recommended'] ?? [],
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    files: SOURCES,
    plugins: { lockstep },
    rules: {
      'lockstep/arrow': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  { files: ['**/*.{ts,svelte,astro}'], rules: { 'no-undef': 'off' } },
  {
    files: ['scripts/**', '*.config.{js,ts}'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['engine/**/*.ts'],
    ignores: [
      'engine/cli.ts',
      'engine/worker.ts',
      'engine/tools/**',
      'engine/testing/**',
      'engine/**/*.test.ts',
    ],
    rules: {
      'no-restricted-globals': [
        'error',
        ...OUTSIDE_WORLD.map((name) => ({
          name,
          message: 'The engine knows no clock, no chance and no outside world: take it as an argument.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        ...['Math', 'globalThis'].flatMap((object) =>
          (object === 'Math' ? ['random'] : OUTSIDE_WORLD).map((property) => ({
            object,
            property,
            message: 'The engine knows no clock, no chance and no outside world: take it as an argument.',
          })),
        ),
      ],
    },
  },
  {
    // Answers are written to be read by learners, who may leave a parameter unused while they work.
    files: ['exercises/*/starter.ts', 'exercises/*/mutants/**', 'exercises/*/variants/**'],
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
  },
)
