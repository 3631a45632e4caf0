/** What counts as done, and where the learner is sent. */
import { describe, expect, test } from 'vitest'
import type { Records } from '../record/progress.ts'
import { progressOf } from '../record/progress.ts'
import { ago } from './onward.ts'
import type { ProgressCourse, ProgressPage } from './course.ts'
import { achieved, onward, standingOf } from './standing.ts'

const page = (
  id: string,
  exercises: readonly (readonly [string, 'build' | 'break'])[] = [],
): ProgressPage => ({
  id,
  name: id,
  href: `/en/${id}/`,
  questions: [`${id}/question`],
  exercises: exercises.map(([exercise, kind]) => ({
    id: exercise,
    version: 2,
    kind,
    parts: exercise === 'in-parts' ? ['one', 'two'] : [],
    title: exercise,
    href: `/en/exercises/${exercise}/`,
  })),
})

const course: ProgressCourse = [
  {
    id: 'locks',
    number: 1,
    name: 'Locks',
    pages: [
      page('a', [
        ['build-it', 'build'],
        ['in-parts', 'break'],
      ]),
      page('b'),
    ],
  },
  { id: 'raft', number: 2, name: 'Raft', pages: [page('c', [['break-it', 'break']])] },
]
const pages = course.flatMap((chapter) => chapter.pages)

const nothing: Records = {
  drafts: [],
  verdicts: [],
  passes: [],
  bests: [],
  answers: [],
  positions: [],
  settings: [],
}
const progress = (records: Partial<Records>) =>
  progressOf({ ...nothing, ...records }, { pages, exercises: pages.flatMap(({ exercises }) => exercises) })

const read = (id: string, at: number) => ({ page: id, part: null, fraction: 1, at, readAt: at })
const begun = (id: string, at: number, part: string) => ({ page: id, part, fraction: 0.5, at, readAt: null })
const pass = (exercise: string, at: number, version = 2) => ({
  exercise,
  version,
  code: '',
  passedAt: at,
  states: 1_000,
})
const best = (exercise: string, steps: number, at: number) => ({
  exercise,
  version: 2,
  actions: Array.from({ length: steps }, () => ({ kind: 'heal' }) as const),
  reachedAt: at,
})
const everything: Partial<Records> = {
  positions: [read('a', 1), read('b', 2), read('c', 3)],
  passes: [pass('build-it', 4)],
  bests: [best('in-parts/one', 3, 5), best('in-parts/two', 4, 6), best('break-it', 9, 7)],
}

describe('onward', () => {
  test('who has begun nothing is new', () => {
    expect(onward(course, progress({}))).toEqual({ kind: 'new' })
  })

  test('a page that was left in the middle is continued where it was left', () => {
    expect(onward(course, progress({ positions: [begun('b', 9, 'a-part'), read('a', 1)] }))).toMatchObject({
      kind: 'continue',
      at: 9,
      step: { kind: 'page', page: { id: 'b' }, part: 'a-part' },
    })
  })

  test('after a page that was read come its exercises', () => {
    expect(onward(course, progress({ positions: [read('a', 1)] }))).toMatchObject({
      kind: 'next',
      step: { kind: 'exercise', exercise: { id: 'build-it' } },
    })
  })

  test('a draft is continued, and so is an exercise of which one part is done', () => {
    const draft = { exercise: 'build-it', version: 2, savedAt: 8 }
    expect(onward(course, progress({ drafts: [draft] }))).toMatchObject({
      kind: 'continue',
      step: { kind: 'exercise', exercise: { id: 'build-it' } },
    })
    expect(onward(course, progress({ bests: [best('in-parts/one', 3, 9)], drafts: [draft] }))).toMatchObject({
      kind: 'continue',
      step: { exercise: { id: 'in-parts' } },
    })
  })

  test('what passed in an earlier version only is not done', () => {
    expect(onward(course, progress({ passes: [pass('build-it', 5, 1)] }))).toMatchObject({
      kind: 'continue',
      step: { exercise: { id: 'build-it' } },
    })
  })

  test('at the end it comes back to what was left out, and then there is nothing', () => {
    const left = { ...everything, passes: [] }
    expect(onward(course, progress(left))).toMatchObject({
      kind: 'next',
      step: { exercise: { id: 'build-it' } },
    })
    expect(onward(course, progress(everything))).toEqual({ kind: 'finished' })
  })
})

describe('a chapter', () => {
  test('is done when all pages are read and all exercises passed, whatever was answered', () => {
    expect(standingOf(course[0]!.pages, progress(everything))).toEqual({
      pages: 2,
      read: 2,
      questions: 2,
      answered: 0,
      exercises: 2,
      passed: 2,
      done: true,
    })
    for (const without of ['positions', 'passes', 'bests'] as const)
      expect(standingOf(course[0]!.pages, progress({ ...everything, [without]: [] })).done).toBe(false)
  })

  test('adds up what was achieved', () => {
    expect(achieved(course[0]!, progress(everything))).toEqual({
      pages: 2,
      exercises: 2,
      states: 1_000,
      bests: [{ title: 'in-parts', steps: 7 }],
    })
  })
})

test('how long ago something was is said as one says it', () => {
  const now = Date.UTC(2026, 10, 28)
  const minute = 60_000
  expect(ago(now - 10_000, now, 'en')).toBe('now')
  expect(ago(now - 5 * minute, now, 'en')).toBe('5 minutes ago')
  expect(ago(now - 3 * 60 * minute, now, 'en')).toBe('3 hours ago')
  expect(ago(now - 25 * 60 * minute, now, 'en')).toBe('yesterday')
})
