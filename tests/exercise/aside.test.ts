/** What is put aside when another text takes the place of the learner’s code: nothing of hers is lost. */
import { expect, test } from 'vitest'
import { asideAfter } from '../../src/exercise/aside.ts'

const starter = '// starter'
const hers = '// hers'
const earlier = '// put aside earlier'
const solution = '// solution'

test.each([
  ['her code', { code: hers, putAside: null, begun: null }, hers],
  [
    'her code, in the place of what was put aside before',
    { code: hers, putAside: earlier, begun: null },
    hers,
  ],
  ['nothing, where the starter stands', { code: starter, putAside: null, begun: null }, null],
  ['what was, where the starter stands', { code: starter, putAside: earlier, begun: null }, earlier],
  [
    'what was, where she has changed nothing',
    { code: solution, putAside: earlier, begun: solution },
    earlier,
  ],
  [
    'what she has not changed, where nothing else was',
    { code: solution, putAside: null, begun: solution },
    solution,
  ],
  ['what she has changed', { code: `${solution}!`, putAside: earlier, begun: solution }, `${solution}!`],
])('%s is put aside', (_, standing, expected) => {
  expect(asideAfter({ ...standing, starter }, '// next')).toBe(expected)
})

test('where the same text comes, all stays', () => {
  expect(asideAfter({ code: hers, putAside: earlier, begun: null, starter }, hers)).toBe(earlier)
  expect(asideAfter({ code: hers, putAside: null, begun: null, starter }, hers)).toBe(null)
})
