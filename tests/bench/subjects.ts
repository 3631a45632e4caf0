/** The models of the benchmark, and one measurement of the explorer on one of them: the same in Node and in the page. */
import type { System } from '../../engine/actors/system.ts'
import { ALL_REDUCTIONS, NO_REDUCTIONS, exploreReduced } from '../../engine/drivers/reduce.ts'
import { paxos } from '../../engine/testing/paxos.ts'
import { raftElection } from '../../engine/testing/raft.ts'
import { toEnd } from '../../engine/testing/search.ts'
import { twoPhaseCommit } from '../../engine/testing/two-phase-commit.ts'

export interface Subject {
  readonly name: string
  readonly words: string
  readonly system: () => System
  /** The naive search stops after the level in which it has passed so many states. */
  readonly naiveStatesMax: number
  /** Only where it is asked for: it takes long. */
  readonly large?: boolean
}

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'twoPhaseCommit6',
    words: 'two-phase commit, 6 participants',
    system: () => twoPhaseCommit(6),
    naiveStatesMax: Infinity,
  },
  {
    name: 'twoPhaseCommit8',
    words: 'two-phase commit, 8 participants',
    system: () => twoPhaseCommit(8),
    naiveStatesMax: 5_000,
  },
  {
    name: 'paxos2',
    words: 'Paxos, 2 proposers, 3 acceptors',
    system: () => paxos(2),
    naiveStatesMax: Infinity,
  },
  {
    name: 'paxos3',
    words: 'Paxos, 3 proposers, 3 acceptors',
    system: () => paxos(3),
    naiveStatesMax: 10_000,
  },
  {
    name: 'raftElection3',
    words: 'Raft election, 3 servers, 2 terms',
    system: () => raftElection(3),
    naiveStatesMax: 3_000,
  },
  {
    name: 'twoPhaseCommit9',
    words: 'two-phase commit, 9 participants',
    system: () => twoPhaseCommit(9),
    naiveStatesMax: 5_000,
    large: true,
  },
]

/** One exploration, timed. */
export interface Timed {
  readonly states: number
  /** How many states those that were explored stand for under symmetry. */
  readonly represented: number
  readonly steps: number
  readonly depth: number
  readonly seconds: number
  readonly bytes: number
  readonly handlerCalls: number
}

/** Explores a subject with a new model and so with empty tables. @param statesMax the explorer stops past so many states */
export function timed({ system }: Subject, reduced: boolean, statesMax = Infinity): Timed {
  const start = performance.now()
  const search = exploreReduced(
    system(),
    { statesMax, stepsMax: Infinity },
    reduced ? ALL_REDUCTIONS : NO_REDUCTIONS,
  )
  const { states, represented, steps, depth, bytes, model } = toEnd(search)
  const seconds = (performance.now() - start) / 1000
  return { states, represented, steps, depth, seconds, bytes, handlerCalls: model.handlerCalls }
}

/** The explorer is measured until it has run this often or this long. */
const RUNS_MAX = 7
const SECONDS_MAX = 6

/** The median of several explorations, after one that is not counted: before it, one measures how fast code is compiled. */
export function median(subject: Subject, reduced: boolean): Timed {
  timed(subject, reduced, 200_000)
  const runs: Timed[] = []
  for (let spent = 0; runs.length < RUNS_MAX && (runs.length === 0 || spent < SECONDS_MAX);) {
    const run = timed(subject, reduced)
    runs.push(run)
    spent += run.seconds
  }
  runs.sort((one, other) => one.seconds - other.seconds)
  return runs[runs.length >> 1]!
}
