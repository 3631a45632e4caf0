/** The systems that the Paxos chapter looks at: the source's proposers and acceptors, under its rule and under Paxos's. */
import type { AnyNodeDefinition, Crashes, Network, System } from '../../../engine/actors/system.ts'
import { RELIABLE } from '../../../engine/actors/system.ts'
import { type Ballot, paxos } from '../../../exercises/paxos-acceptor/exercise.ts'
import paxosAcceptor from '../../../exercises/paxos-acceptor/solution.ts'
import noteAcceptor from '../../../exercises/paxos-acceptor/starter.ts'

/** The source's proposers with their numbers and values, and a third that asks last. */
export const A: Ballot = { proposer: 'A', n: 2, v: 8 }
export const B: Ballot = { proposer: 'B', n: 4, v: 5 }
export const C: Ballot = { proposer: 'C', n: 6, v: 7 }

/** The source's acceptors. */
export const ACCEPTORS = ['X', 'Y', 'Z'] as const

/** The acceptor as the note describes it, and Paxos's. */
export const acceptors = { note: noteAcceptor, paxos: paxosAcceptor } as const
export type Rule = keyof typeof acceptors

/** Any message may be late, lost or repeated, any number of times. */
export const HARSH: Network = { duplicates: 'unlimited', drops: 0 }

/** Any acceptor may crash and restart, any number of times. */
export const CRASHING: Crashes = { roles: ['acceptor'], limit: 'unlimited', restart: 'at once' }

/** The acceptors X, Y and Z under one rule; each message arrives at most once unless the network is harsh. */
export function system(
  ballots: readonly Ballot[],
  acceptor: AnyNodeDefinition,
  network: Network = RELIABLE,
  crashes: Crashes | null = null,
): System {
  return paxos(ballots, ACCEPTORS, { definition: acceptor, probe: null }, network, crashes)
}

/** Paxos's acceptor without its disk: it restarts as if for the first time. */
const forgetful: AnyNodeDefinition = { init: acceptors.paxos.init, on: acceptors.paxos.on }

/** The systems whose runs the chapter shows. */
export const noteThreeBallots = (): System => system([A, B, C], acceptors.note)
export const noteRepeated = (): System => system([A, B], acceptors.note, HARSH)
export const noDisk = (): System => system([A, B], forgetful, HARSH, CRASHING)
