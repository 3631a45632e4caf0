/** The linter catches a dependency that points the wrong way, and leaves alone those that don't. */
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'
import { inRoot } from '../../scripts/toolchain.mjs'

const eslint = new ESLint({ cwd: inRoot() })

/** The rules that a piece of source breaks when it stands in that file. */
async function brokenRules(file: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(source, { filePath: inRoot(file) })
  return result!.messages.map(({ ruleId, message }) => ruleId ?? message)
}

const use = (specifier: string) => `import { thing } from '${specifier}'\nconsole.log(thing)\n`
const svelte = (source: string) => `<script lang="ts">\n${source}</script>\n`
const astro = (source: string) => `---\n${source}---\n\n<p>words</p>\n`

describe('the arrow engine ← exercises ← src', () => {
  const wrong: [file: string, source: string][] = [
    ['engine/a.ts', use('../exercises/paxos-acceptor/exercise.ts')],
    ['engine/drivers/a.ts', use('../../src/paths.ts')],
    ['engine/a.ts', `import type { Thing } from '../src/thing.ts'\nexport type Same = Thing\n`],
    ['engine/a.ts', `export * from '../exercises/a.ts'\n`],
    ['engine/a.ts', `export { thing } from '../src/a.ts'\n`],
    ['engine/a.ts', `export const later = () => import('../src/a.ts')\n`],
    ['engine/a.ts', `export type Thing = import('../src/a.ts').Thing\n`],
    ['engine/a.ts', use('node:fs')],
    ['engine/a.ts', use('comlink')],
    ['engine/worker.ts', use('node:fs')],
    ['engine/cli.ts', use('../src/paths.ts')],
    ['engine/a.test.ts', use('../exercises/a/solution.ts')],
    ['exercises/a/exercise.ts', use('../../src/paths.ts')],
    ['exercises/a/exercise.ts', use('node:fs')],
    ['exercises/a/solution.ts', use('svelte')],
    ['src/a.ts', use('../tests/site/a.ts')],
    ['src/widgets/A.svelte', svelte(use('../../tests/site/a.ts'))],
    ['src/pages/a.astro', astro(use('../../tests/site/a.ts'))],
    ['src/a.ts', `export const all = import.meta.glob('../tests/**/*.ts')\n`],
    ['scripts/a.mjs', use('../src/paths.ts')],
    ['content/en/a.ts', use('../../src/paths.ts')],
  ]
  test.each(wrong)('%s may not say %s', async (file, source) => {
    expect(await brokenRules(file, source)).toContain('lockstep/arrow')
  })

  const right: [file: string, source: string][] = [
    ['engine/drivers/a.ts', `export { thing } from '../model.ts'\n`],
    ['engine/compile/a.ts', `import type ts from 'typescript-page'\nexport type Compiler = typeof ts\n`],
    ['engine/cli.ts', use('node:fs')],
    ['engine/tools/a.ts', use('node:fs')],
    ['engine/worker.ts', use('comlink')],
    ['engine/a.test.ts', use('vitest')],
    ['exercises/a/exercise.ts', use('lockstep')],
    ['exercises/a/exercise.ts', use('../../engine/model.ts')],
    ['src/a.ts', use('lockstep')],
    ['src/a.ts', use('../exercises/a/solution.ts')],
    ['src/widgets/A.svelte', svelte(use('../../engine/model.ts'))],
    ['src/a.ts', use('monaco-editor')],
    ['src/a.ts', `export const all = import.meta.glob('../exercises/*/exercise.ts')\n`],
    ['tests/site/a.ts', use('../../src/paths.ts')],
    ['scripts/a.mjs', use('./toolchain.mjs')],
  ]
  test.each(right)('%s may say %s', async (file, source) => {
    expect(await brokenRules(file, source)).toEqual([])
  })
})

describe('the engine knows no clock, no chance and no outside world', () => {
  const outside = [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'performance.now()',
    'setTimeout(() => {}, 1)',
    'process.cwd()',
    'window.name',
    'document.title',
    'globalThis.Date',
    "fetch('/')",
  ]
  test.each(outside)('engine/a.ts may not say %s', async (expression) => {
    const rules = await brokenRules('engine/a.ts', `export const value = ${expression}\n`)
    expect(rules.some((rule) => rule.startsWith('no-restricted'))).toBe(true)
  })
  test.each(outside.filter((expression) => !/window|document/.test(expression)))(
    'engine/tools/a.ts may say %s',
    async (expression) => {
      expect(await brokenRules('engine/tools/a.ts', `export const value = ${expression}\n`)).toEqual([])
    },
  )
  test('a local variable of such a name is fine', async () => {
    const source = `export function age(performance: number) {\n  return performance + 1\n}\n`
    expect(await brokenRules('engine/a.ts', source)).toEqual([])
  })
})
