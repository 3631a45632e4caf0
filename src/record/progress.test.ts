/** What the record says of the course: each state of an exercise, parts, pages, and where the learner was last. */
import { expect, test } from 'vitest'
import type { BestRun } from './entries.ts'
import { type CourseOutline, type Records, progressOf } from './progress.ts'

const NOTHING: Records = {
  drafts: [],
  verdicts: [],
  passes: [],
  bests: [],
  answers: [],
  positions: [],
  settings: [],
}
const course: CourseOutline = {
  pages: [{ id: 'paxos', questions: ['q', 'r'] }],
  exercises: [
    { id: 'build', version: 2, kind: 'build', parts: [] },
    { id: 'break', version: 1, kind: 'break', parts: [] },
    { id: 'parts', version: 1, kind: 'break', parts: ['one', 'two'] },
  ],
}
const of = (exercise: string, version = 2) => ({ exercise, version })
const best = (exercise: string, length: number, reachedAt = 5, version = 1): BestRun => ({
  exercise,
  version,
  actions: Array.from({ length }, () => ({ kind: 'pass' }) as never),
  reachedAt,
})
const stateOf = (id: string, records: Partial<Records>) =>
  progressOf({ ...NOTHING, ...records }, course).exercises[id]

test('of an empty record nothing is begun', () => {
  const { exercises, pages, last } = progressOf(NOTHING, course)
  expect(Object.values(exercises).map(({ state }) => state)).toEqual(['none', 'none', 'none'])
  expect(pages['paxos']).toMatchObject({ readAt: null, answered: {} })
  expect(last).toBeNull()
})

test('an exercise to build is begun, fails, is undecided, passes, and stays passed whatever fails later', () => {
  const draft = { ...of('build'), savedAt: 3 }
  const verdict = (what: 'failed' | 'inconclusive' | 'error') => ({
    ...of('build'),
    verdict: what,
    states: 1,
    ranAt: 9,
  })
  const pass = { ...of('build'), code: '', passedAt: 6, states: 70 }
  expect(stateOf('build', { drafts: [draft] })).toMatchObject({ state: 'draft', at: 3 })
  expect(stateOf('build', { drafts: [draft], verdicts: [verdict('failed')] })?.state).toBe('failed')
  expect(stateOf('build', { verdicts: [verdict('error')] })?.state).toBe('failed')
  expect(stateOf('build', { verdicts: [verdict('inconclusive')] })?.state).toBe('undecided')
  expect(stateOf('build', { verdicts: [verdict('failed')], passes: [pass] })).toMatchObject({
    state: 'passed',
    passedAt: 6,
    states: 70,
    at: 9,
  })
  expect(stateOf('build', { passes: [{ ...pass, version: 1 }] })).toMatchObject({
    state: 'earlier',
    passedAt: 6,
  })
})

test('an exercise in parts has passed once every part is done', () => {
  expect(stateOf('break', { bests: [best('break', 4)] })).toMatchObject({ state: 'passed', best: 4 })
  const one = best('parts/one', 3, 5)
  expect(stateOf('parts', { bests: [one] })).toMatchObject({ state: 'draft', best: null, parts: { one: 3 } })
  expect(stateOf('parts', { bests: [one, best('parts/two', 4, 8)] })).toMatchObject({
    state: 'passed',
    best: 7,
    passedAt: 8,
    parts: { one: 3, two: 4 },
  })
  expect(stateOf('parts', { bests: [best('parts/one', 3, 5, 0), best('parts/two', 4, 8, 0)] })?.state).toBe(
    'earlier',
  )
})

test('a page knows what was answered, how far it was read, and that it was last', () => {
  const position = { page: 'paxos', part: 'prepare', fraction: 0.4, at: 8, readAt: null }
  const answer = { page: 'paxos', question: 'q', choice: 'a', right: false, at: 7 }
  const { pages, last, recent } = progressOf(
    {
      ...NOTHING,
      positions: [position, { ...position, page: 'gone', at: 99 }],
      answers: [answer, { ...answer, question: 'gone' }],
      drafts: [{ ...of('build'), savedAt: 3 }],
    },
    course,
  )
  expect(pages['paxos']).toMatchObject({ part: 'prepare', fraction: 0.4, answered: { q: false } })
  expect(last).toEqual({ kind: 'page', id: 'paxos', part: 'prepare', at: 8 })
  expect(recent.map(({ id }) => id)).toEqual(['paxos', 'build'])
})
