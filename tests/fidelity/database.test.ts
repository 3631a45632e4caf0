/** What holds for the simulated database on all of the comparison’s random scripts, without a real server. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../engine/plain.ts'
import { Random } from '../../engine/random.ts'
import { database } from '../../engine/services/database/server.ts'
import { CONTENTS, SETUP, SimulatedRun, type Step } from './database.ts'
import { randomScript } from './database-random.ts'

function script(seed: number): Step[] {
  return randomScript(new Random(seed), 20, new SimulatedRun(SETUP, CONTENTS))
}

function text(run: { readonly state: unknown }): string {
  return canonical(run.state, 'state')
}

describe('on random scripts', () => {
  const seeds = fc.integer({ min: 0, max: 0xffff })

  test('the same events lead to the same state and answers', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const steps = script(seed)
        const [one, other] = [new SimulatedRun(SETUP, CONTENTS), new SimulatedRun(SETUP, CONTENTS)]
        for (const step of steps) expect(one.step(step)).toEqual(other.step(step))
        expect(text(one)).toBe(text(other))
      }),
      { numRuns: 60 },
    )
  })

  test('time passes alike in one go and in two', () => {
    fc.assert(
      fc.property(seeds, fc.nat(20_000), fc.nat(20_000), (seed, first, second) => {
        const run = new SimulatedRun(SETUP, CONTENTS)
        for (const step of script(seed)) run.step(step)
        const [one, two] = [run.copy(), run.copy()]
        database.elapse(one.state, first + second)
        database.elapse(two.state, first)
        database.elapse(two.state, second)
        expect(text(one)).toBe(text(two))
      }),
      { numRuns: 60 },
    )
  })

  test('when all clients are gone nothing is left but rows, each in one version, and the numbers of serial columns', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const run = new SimulatedRun(SETUP, CONTENTS)
        for (const step of script(seed)) run.step(step)
        for (const client of ['a', 'b', 'c']) run.step({ kind: 'disconnect', client })
        const { sessions, waiting, serializable, commits, tables } = run.state
        expect({ sessions, waiting, serializable, commits }).toEqual({
          sessions: {},
          waiting: [],
          serializable: [],
          commits: 0,
        })
        for (const { versions } of Object.values(tables)) {
          for (const { values, ...rest } of versions)
            expect({ values, ...rest }).toEqual({ values, created: 0 })
        }
      }),
      { numRuns: 60 },
    )
  })
})
