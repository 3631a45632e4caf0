/**
 * Published numbers of states. A model checker that has one state too few has a hole, and one too many compares states
 * wrongly; whoever changes the engine sees it here first. The semantics stand at each test, for a number means nothing
 * without them.
 */
import { describe, expect, test } from 'vitest'
import { ActorModel } from '../actors/actor-model.ts'
import { paxos } from '../testing/paxos.ts'
import { paxosModel } from '../testing/paxos-specification.ts'
import { raftElection } from '../testing/raft.ts'
import { UNBOUNDED, exploreSystem, exploreToEnd, toEnd } from '../testing/search.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'
import { exploreReduced } from './reduce.ts'
import { Visited, hashOf } from './visited.ts'

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

  test('has with ballots 0 to 2 185,369 states', { timeout: 120_000 }, () => {
    expect(exploreToEnd(paxosModel({ ...constants, ballots: 3 }))).toMatchObject({
      states: 185_369,
      complete: true,
    })
  })
})

describe('what an exploration costs does not creep up', () => {
  // The number of handler calls and of bytes is the same on every machine; seconds are for `npm run bench`.
  test.each([
    ['two-phase commit with 7 participants', () => twoPhaseCommit(7), 296_448, 4_051_969, 1_985],
    ['Paxos with two proposers', () => paxos(2), 16_549, 68_805, 149],
    [
      'Paxos with two proposers in a network that repeats',
      () => paxos(2, { network: REPEATING }),
      2_800,
      39_096,
      191,
    ],
    ['a Raft election in two terms', () => raftElection(3), 1_279_461, 23_739_783, 627],
  ])('%s', (_, system, states, steps, handlerCalls) => {
    const model = new ActorModel(system())
    const exploration = exploreToEnd(model)
    expect(exploration.complete).toBe(true)
    expect(exploration).toMatchObject({ states, steps })
    expect(model.handlerCalls).toBeLessThanOrEqual(handlerCalls)
    expect(model.handlerCalls).toBeLessThan(exploration.steps / 100)
    // Small models pay for whole blocks of memory; see `visited.ts`.
    if (exploration.states > 10_000) expect(exploration.bytes / exploration.states).toBeLessThan(60)

    // Reductions look at fewer states and try messages that would not have come: never at many more handlers.
    const reduced = toEnd(exploreReduced(system(), UNBOUNDED))
    expect(reduced.states).toBeLessThan(exploration.states)
    expect(reduced.model.handlerCalls).toBeLessThanOrEqual(model.handlerCalls * 1.1)
  })

  test('ten million states would fit in 1.5 GB: rows and parents as they are, and the table just after it has grown', () => {
    const visited = new Visited(10)
    const row = new Int32Array(10)
    for (let state = 0; state < 200_000; state++) {
      for (let column = 0; column < 10; column++) row[column] = (state * 31 + column * 7) % 65_536
      row[9] = state
      visited.add(row, hashOf(row), state - 1)
    }
    expect(visited.count).toBe(200_000)
    expect((visited.bytes / visited.count) * 10_000_000).toBeLessThan(1_500_000_000)
    for (const state of [0, 65_535, 65_536, 199_999]) {
      visited.read(state, row)
      expect(row[9]).toBe(state)
      expect(visited.find(row)).toBe(state)
    }
  })
})

const REPEATING = { duplicates: 'unlimited' as const, drops: 0 }
