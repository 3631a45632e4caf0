/**
 * Programs for Node: once this file has been imported, `import('….ts?program')` gives a compiled client's file. Modules are
 * loaded before any of them runs, so whoever is imported together with this file can't use it: import it first, and what
 * needs it with `import()`, or start Node with `--import`.
 */
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type * as Compiler from './compile-program.ts'
import { QUERY } from './query.ts'

const require = createRequire(import.meta.url)

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith(QUERY)) return nextLoad(url, context)
    // Loading TypeScript takes a while, so only those wait who need it; and a hook can't wait for an `import()`.
    const { moduleOf } = require('./compile-program.ts') as typeof Compiler
    return {
      format: 'module',
      source: moduleOf(fileURLToPath(url.slice(0, -QUERY.length))),
      shortCircuit: true,
    }
  },
})
