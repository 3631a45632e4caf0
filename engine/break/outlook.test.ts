/** The outlook from a run is what a search that leaves nothing out finds, and its next step brings the target nearer. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BreakExercise } from '../exercise.ts'
import type { Action } from '../model.ts'
import { Random } from '../random.ts'
import { naiveDistance } from '../testing/naive-way.ts'
import { toEnd } from '../testing/search.ts'
import { smallBreak } from '../testing/small-break.ts'
import { tableSystem, tables } from '../testing/table-protocol.ts'
import { Attempt, judge } from './judge.ts'
import { outlook, shortest } from './outlook.ts'

const ask = (number: number, kind: 'deliver' | 'drop' = 'deliver'): Action => ({
  kind,
  to: 'B',
  message: { from: 'A', type: 'ping', fields: { number } },
})
const look = (actions: readonly Action[], exercise = smallBreak()) => toEnd(outlook(exercise, actions))

describe('the outlook', () => {
  test('counts the fewest steps and names the first', () => {
    expect(look([])).toEqual({ reachable: 'yes', distance: 2, atMost: 2, next: ask(3), lastHope: 0 })
    expect(look([ask(3)])).toMatchObject({ distance: 1, next: ask(1) })
  })
  test('is nothing more to do where the target is met', () => {
    expect(look([ask(3), ask(1)])).toMatchObject({ reachable: 'yes', distance: 0, next: null })
  })
  test('says which step was the mistake', () => {
    // Heard first, 1 can't come after 3 any more; and what is lost can't come at all.
    expect(look([ask(1), ask(3)])).toMatchObject({ reachable: 'no', distance: null, next: null, lastHope: 0 })
    expect(look([ask(3), ask(1, 'drop'), ask(2)])).toMatchObject({ reachable: 'no', lastHope: 1 })
    expect(look([ask(2), ask(3)])).toMatchObject({ reachable: 'no', lastHope: 0 })
  })
  test('is lost for good, though the state after it looks as if nothing had been violated', () => {
    const heard = (view: readonly { id: string; seen: unknown }[]): number[] =>
      (view.find(({ id }) => id === 'B')!.seen as { heard: number[] }).heard
    const system = smallBreak().system()
    const exercise: BreakExercise = {
      ...smallBreak(),
      target: 'three',
      keeps: 'not-two',
      system: () => ({
        ...system,
        properties: [
          { id: 'three', kind: 'sometimes', reached: (view) => heard(view).includes(3) },
          { id: 'not-two', kind: 'always', violated: (view) => (heard(view).at(-1) === 2 ? {} : null) },
        ],
      }),
    }
    expect(look([ask(1)], exercise)).toMatchObject({ reachable: 'yes', distance: 1 })
    expect(look([ask(2), ask(1)], exercise)).toMatchObject({ reachable: 'no', lastHope: 0 })
    // All three can't be heard without 2 being the last at some time.
    const all: BreakExercise = {
      ...exercise,
      target: 'all',
      system: () => ({
        ...system,
        properties: [
          {
            id: 'all',
            kind: 'sometimes',
            reached: (view) => heard(view).length === 3 && heard(view)[2] !== 2,
          },
          { id: 'not-two', kind: 'always', violated: (view) => (heard(view).at(-1) === 2 ? {} : null) },
        ],
      }),
    }
    expect(look([ask(1)], all)).toMatchObject({ reachable: 'no', lastHope: null })
    const { keeps: _none, ...free } = all
    expect(look([ask(1)], free)).toMatchObject({ reachable: 'yes', distance: 2 })
  })
  test('says where there never was a way', () => {
    const never = { ...smallBreak(), target: 'in-time' }
    const { keeps: _none, ...exercise } = never
    const system = exercise.system()
    const properties = [{ id: 'in-time', kind: 'always' as const, violated: () => null }]
    const impossible: BreakExercise = { ...exercise, system: () => ({ ...system, properties }) }
    expect(look([ask(3)], impossible)).toMatchObject({ reachable: 'no', lastHope: null })
    expect(toEnd(shortest(impossible))).toBe(null)
  })
  test('is unknown where the bound is too small', () => {
    expect(toEnd(outlook(smallBreak(), [], 2))).toMatchObject({ reachable: 'unknown', distance: null })
  })
  test('by milestones finds a way, and does not call it the shortest unless it is known to be', () => {
    const exercise = { ...smallBreak(), milestones: ['three'] }
    const system = exercise.system()
    const properties = [
      ...system.properties,
      {
        id: 'three',
        kind: 'sometimes' as const,
        reached: (view: readonly { id: string; seen: unknown }[]) =>
          (view.find(({ id }) => id === 'B')!.seen as { heard: number[] }).heard[0] === 3,
      },
    ]
    const staged = { ...exercise, system: () => ({ ...system, properties }) }
    expect(look([], staged)).toMatchObject({ reachable: 'yes', distance: null, atMost: 2, next: ask(3) })
    expect(look([ask(3)], staged)).toMatchObject({ distance: 1 })
    expect(look([ask(3), ask(2)], staged)).toMatchObject({ reachable: 'no', lastHope: 1 })
    expect(toEnd(shortest(staged))).toMatchObject({ proven: false })
    expect(toEnd(shortest({ ...staged, stepsMin: 2 }))).toMatchObject({ proven: true })
  })
})

const STATES_MAX = 3_000

/** Random systems with random runs in them. */
function onRandomRuns(
  count: number,
  kind: 'always' | 'sometimes',
  compare: (exercise: BreakExercise, attempt: Attempt) => void,
): void {
  fc.assert(
    fc.property(tables, fc.integer(), (table, seed) => {
      const exercise: BreakExercise = {
        id: 'table',
        kind: 'break',
        version: 1,
        target: 'goal',
        statesMax: STATES_MAX * 4,
        system: () => tableSystem(table, kind),
      }
      const random = new Random(seed)
      const attempt = new Attempt(exercise)
      for (let step = random.below(5); step > 0; step--) {
        const moves = attempt.moves()
        if (moves.length === 0 || attempt.standing.brokenAt !== null) break
        attempt.take(moves[random.below(moves.length)]!)
      }
      compare(exercise, attempt)
    }),
    { numRuns: count, seed: 5 },
  )
}

describe('on random systems, after random runs', () => {
  for (const kind of ['always', 'sometimes'] as const) {
    test(`the distance is what a naive search finds for “${kind}”, with losses, copies and crashes`, () => {
      const seen = { yes: 0, no: 0 }
      onRandomRuns(200, kind, (exercise, attempt) => {
        const { actions, run } = attempt
        const naive = naiveDistance(exercise, run, actions.length, STATES_MAX)
        if (naive === 'many') return
        const { reachable, distance, lastHope, next } = toEnd(outlook(exercise, actions))
        expect(distance).toBe(naive)
        if (naive === null) {
          expect(reachable).toBe('no')
          seen.no++
          const hopes = actions.map((_, step) => naiveDistance(exercise, run, step, STATES_MAX))
          if (!hopes.includes('many')) {
            const last = hopes.findLastIndex((hope) => hope !== null)
            expect(lastHope).toBe(last < 0 ? null : last)
          }
        } else if (next !== null) {
          seen.yes++
          attempt.take(next)
          expect(naiveDistance(exercise, attempt.run, actions.length + 1, STATES_MAX)).toBe(naive - 1)
        }
      })
      // Not vacuous.
      expect(seen.yes).toBeGreaterThan(25)
      expect(seen.no).toBeGreaterThan(25)
    })
  }

  test('the shortest run meets the target at its last step and not before', () => {
    let found = 0
    onRandomRuns(100, 'sometimes', (exercise) => {
      const best = toEnd(shortest(exercise))
      if (best === null) return
      found++
      const { actions } = best.trace
      expect(judge(exercise, actions)).toMatchObject({ verdict: 'passed', brokenAt: actions.length })
    })
    expect(found).toBeGreaterThan(20)
  })
})
