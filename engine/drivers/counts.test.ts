/**
 * Published numbers of states. A model checker that has one state too few has a hole, and one too many compares states
 * wrongly; whoever changes the engine sees it here first. The semantics stand at each test, for a number means nothing
 * without them.
 */
import { describe, expect, test } from 'vitest'
import { ActorModel } from '../actors/actor-model.ts'
import { paxos } from '../testing/paxos.ts'
import { paxosModel } from '../testing/paxos-specification.ts'
import { exploreSystem, exploreToEnd } from '../testing/search.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'

describe('two-phase commit in the semantics of the TLA+ specification', () => {
  // Messages are a set that only grows: a message may be received any number of times, or never. Resource managers
  // prepare or abort of themselves; one that aborts tells nobody; the transaction manager may abort at any moment.
  // Reference: TwoPhase.tla of the TLA+ examples; the counts are those of TLC and of Stateright's `2pc` example.
  test.each([
    [3, 288],
    [5, 8_832],
    [7, 296_448],
  ])('has with %i resource managers %i states, all of them consistent', (resourceManagers, states) => {
    const exploration = exploreSystem(twoPhaseCommit(resourceManagers))
    expect(exploration).toMatchObject({ states, complete: true, findings: [], failure: null, hit: null })
  })
})

describe('Paxos in the semantics of the TLA+ specification', () => {
  // Phase1a, Phase1b, Phase2a and Phase2b over the set of all messages that were ever sent; 3 acceptors, quorums of two,
  // two values. Anybody may begin any ballot at any time, and begin it again.
  // Reference: Paxos.tla of the TLA+ examples; the counts are those of TLC.
  const constants = { acceptors: 3, values: ['v', 'w'] }

  test('has with ballots 0 and 1 3,921 states, at most one value chosen in each', () => {
    const exploration = exploreToEnd(paxosModel({ ...constants, ballots: 2 }))
    expect(exploration).toMatchObject({ states: 3_921, complete: true })
    expect(exploration.findings.map(({ property }) => property)).toEqual([1])
  })

  // Ten seconds: run it with LOCKSTEP_LONG=1 when the explorer or GuardedModel has changed.
  test.runIf(process.env['LOCKSTEP_LONG'])(
    'has with ballots 0 to 2 185,369 states',
    { timeout: 300_000 },
    () => {
      expect(exploreToEnd(paxosModel({ ...constants, ballots: 3 }))).toMatchObject({
        states: 185_369,
        complete: true,
      })
    },
  )
})

describe('what an exploration costs does not creep up', () => {
  // The number of handler calls and of bytes is the same on every machine; seconds are for `npm run bench`.
  test('two-phase commit with 6 resource managers: 888 handler calls, 55 bytes a state', () => {
    const model = new ActorModel(twoPhaseCommit(6))
    const { states, steps, bytes } = exploreToEnd(model)
    expect({ states, steps }).toEqual({ states: 50_816, steps: 589_313 })
    expect(model.handlerCalls).toBeLessThanOrEqual(888)
    expect(bytes / states).toBeLessThan(55)
  })

  test('Paxos with two proposers: 149 handler calls for 16,549 states', () => {
    const model = new ActorModel(paxos(2))
    const { states, steps, complete } = exploreToEnd(model)
    expect({ states, steps, complete }).toEqual({ states: 16_549, steps: 68_805, complete: true })
    expect(model.handlerCalls).toBeLessThanOrEqual(149)
  })
})
