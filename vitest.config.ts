/** Unit tests, in every room: `*.test.ts` beside what it tests, or in tests/ when it crosses rooms. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { programs } from './engine/tools/programs/vite-plugin.ts'

export default defineConfig({
  plugins: [programs()],
  resolve: {
    alias: [{ find: /^lockstep$/, replacement: fileURLToPath(new URL('./engine/api.ts', import.meta.url)) }],
  },
  test: {
    include: ['{engine,exercises,src,scripts,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/browser/**', '**/dist*/**'],
    environment: 'node',
    // Most of the time goes into exploring state spaces; a slow shared machine must not turn that into a failure.
    testTimeout: 60_000,
    maxWorkers: 2,
  },
})
