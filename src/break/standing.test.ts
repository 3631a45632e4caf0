/** A run is scored up to the step that met the target, and against the shortest run that is known. */
import { expect, test } from 'vitest'
import { scoreOf } from './standing.ts'

const OPEN = { brokenAt: null, lostAt: null }
const SHORTEST = { steps: 14, proven: true }

test('a run that has not met the target is as long as it is', () => {
  expect(scoreOf(OPEN, 9, SHORTEST)).toEqual({
    steps: 9,
    extra: 0,
    met: false,
    lost: false,
    isShortest: false,
  })
})

test('a run that met it is scored by the step in which it did, and what came after is extra', () => {
  expect(scoreOf({ ...OPEN, brokenAt: 16 }, 19, SHORTEST)).toEqual({
    steps: 16,
    extra: 3,
    met: true,
    lost: false,
    isShortest: false,
  })
  expect(scoreOf({ ...OPEN, brokenAt: 14 }, 19, SHORTEST)).toMatchObject({ steps: 14, isShortest: true })
})

test('as short as the shortest is only what is compared with one', () => {
  expect(scoreOf({ ...OPEN, brokenAt: 14 }, 14, null).isShortest).toBe(false)
  // Where none is proven to be the shortest, a learner may find a shorter one.
  expect(scoreOf({ ...OPEN, brokenAt: 13 }, 13, { steps: 14, proven: false }).isShortest).toBe(true)
})

test('a run that broke what had to be kept is lost', () => {
  expect(scoreOf({ ...OPEN, lostAt: 7 }, 7, SHORTEST)).toMatchObject({ met: false, lost: true })
})
