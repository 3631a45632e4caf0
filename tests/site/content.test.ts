/** content/ holds no logic: a chapter names components and imports nothing. */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { chapters } from '../../src/course/chapters.ts'
import { inRoot } from '../../scripts/toolchain.mjs'

const files = ['content', 'exercises'].flatMap((room) =>
  readdirSync(inRoot(room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mdx'))
    .map((file) => path.posix.join(room, file.replaceAll('\\', '/'))),
)

/** Lines that MDX would run as a module, outside code. */
function logicIn(source: string): string[] {
  const prose = source.replace(/^---\n[\s\S]*?\n---\n/, '').replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
  return prose.split('\n').filter((line) => /^(import|export)\b.*['"({=*]/.test(line))
}

test.each(files)('%s imports and exports nothing', (file) => {
  expect(logicIn(readFileSync(inRoot(file), 'utf8'))).toEqual([])
})

test('an import or an export would be seen, and a listing is not one', () => {
  expect(
    logicIn(`words\n\nimport Widget from '../Widget.svelte'\n\nexport const answer = 42\n`),
  ).toHaveLength(2)
  expect(
    logicIn("words\n\n```ts\nimport { node } from 'lockstep'\n```\n\nimport duties fell (in 1846).\n"),
  ).toEqual(['import duties fell (in 1846).'])
  expect(logicIn('exports are listed below\n')).toEqual([])
})

test('every page in content/ has its place in the table of contents', () => {
  const listed = new Set<string>(chapters.flatMap(({ pages }) => [...pages]))
  const found = files
    .filter((file) => file.startsWith('content/'))
    .map((file) => file.replace(/^content\/[^/]+\//, '').replace(/(\/index)?\.mdx$/, ''))
  expect(found.filter((id) => !listed.has(id))).toEqual([])
})
