/** Explorations that go on from a run: the two ways to say what has happened before find the same. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, System } from '../../engine/actors/system.ts'
import { ALL_REDUCTIONS, NO_REDUCTIONS, exploreReduced } from '../../engine/drivers/reduce.ts'
import { Run } from '../../engine/drivers/run.ts'
import { toEnd } from '../../engine/testing/search.ts'
import { exploreAfter } from './explored.ts'
import { promised, votes } from './paxos/scripts.ts'
import { A, B, acceptors, system } from './paxos/systems.ts'
import { type Line, followAll } from './script.ts'

const STATES_MAX = 200_000

/** Chapters' systems have the properties of all their checks; some of them ask for more than these systems record. */
function agreeing(acceptor: AnyNodeDefinition): System {
  const whole = system([A, B], acceptor)
  return { ...whole, properties: whole.properties.filter(({ id }) => id === 'agreement') }
}

describe('what may follow a run', () => {
  test.each<[acceptor: string, declared: System, lines: readonly Line[]]>([
    ['right, after some promises', agreeing(acceptors.paxos), promised('A', 'X', 'Y')],
    ['right, after a vote', agreeing(acceptors.paxos), [...promised('A', 'X', 'Y'), ...votes('A', 'X')]],
    ['wrong, after some promises', agreeing(acceptors.note), promised('A', 'X', 'Y')],
    ['wrong, after a vote', agreeing(acceptors.note), [...promised('A', 'X', 'Y'), ...votes('A', 'X')]],
  ])('is the same with an acceptor that is %s', (_acceptor, declared, lines) => {
    const before = followAll(declared, lines)
    const bounds = { statesMax: STATES_MAX, stepsMax: Infinity }
    expect(declared.properties).toHaveLength(1)
    const whole = exploreAfter(declared, before, STATES_MAX)
    for (const reductions of [ALL_REDUCTIONS, NO_REDUCTIONS]) {
      const begun = toEnd(exploreReduced({ ...declared, before }, bounds, reductions))
      expect(begun.complete).toBe(whole.complete)
      expect(begun.hit).toBe(whole.hit)
      // What `exploreAfter` finds begins after the run, what the other finds begins with it.
      const found = (findings: typeof whole.findings, more: number) =>
        findings.map(({ property, actions }) => [property, actions.length + more]).sort()
      expect(found(begun.findings, 0)).toEqual(found(whole.findings, before.length))
      for (const { actions } of begun.findings) {
        expect(actions.slice(0, before.length)).toEqual(before)
        const run = new Run(declared)
        for (const action of actions) run.take(action)
      }
      if (reductions === NO_REDUCTIONS) expect(begun.states).toBe(whole.states)
    }
  })
})
