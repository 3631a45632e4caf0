/**
 * The two checks that the chapter turns on: the note's acceptor lets two values be chosen, Paxos's does not. They stand
 * apart because the home page runs them in the reader's browser, and is to load nothing else for it.
 */
import type { Explored } from '../explored.ts'
import { A, B, C, CRASHING, HARSH, acceptors, noteThreeBallots, system } from './systems.ts'

export const STATES_MAX = 2_000_000

const agreement = { property: 'agreement', words: 'paxos-acceptor', statesMax: STATES_MAX } as const

export const noteBreaks: Explored = {
  ...agreement,
  id: 'E26/three-ballots',
  expect: 'fails',
  system: noteThreeBallots,
}

export const paxosHolds: Explored = {
  ...agreement,
  id: 'C34/crashes',
  expect: 'holds',
  system: () => system([A, B, C], acceptors.paxos, HARSH, CRASHING),
}
