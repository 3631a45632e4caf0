/** The systems that the Paxos chapter looks at: the source's proposers and acceptors, under its rule and under Paxos's. */
import type { AnyNodeDefinition, Crashes, Network, System } from '../../../engine/actors/system.ts'
import { RELIABLE } from '../../../engine/actors/system.ts'
import { type Ballot, paxos } from '../../../exercises/paxos-acceptor/exercise.ts'
import { acceptors, firstOnly, forgetful } from './acceptors.ts'
import { listening, remembering } from './learners.ts'
import { properties } from './properties.ts'
import { type Value, proposer, retrying, telling } from './proposers.ts'

export { acceptors, listening, remembering }
export type { Rule } from './acceptors.ts'

/** The source's proposers with their numbers and values, and a third that asks last. */
export const A: Ballot = { proposer: 'A', n: 2, v: 8 }
export const B: Ballot = { proposer: 'B', n: 4, v: 5 }
export const C: Ballot = { proposer: 'C', n: 6, v: 7 }

/** A fourth, where it takes one. */
export const D: Ballot = { proposer: 'D', n: 8, v: 3 }

/** The source's acceptors. */
export const ACCEPTORS = ['X', 'Y', 'Z'] as const

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
  names: readonly string[] = ACCEPTORS,
): System {
  const plain = paxos(ballots, names, { definition: acceptor, probe: null }, network, crashes)
  return { ...plain, properties: [...plain.properties, ...properties] }
}

/** The same system, with other nodes in the places of some. */
export function replacing(
  original: System,
  nodes: { readonly [id: string]: AnyNodeDefinition | undefined },
): System {
  return {
    ...original,
    nodes: original.nodes.map((one) => ({ ...one, definition: nodes[one.id] ?? one.definition })),
  }
}

/** The same system, with proposers that choose their value by another rule. */
export function choosing(rule: Value, ballots: readonly Ballot[], acceptor: AnyNodeDefinition): System {
  const others = ballots.map((ballot) => [ballot.proposer, proposer(rule, ballot)] as const)
  return replacing(system(ballots, acceptor), Object.fromEntries(others))
}

/** The systems whose runs the chapter shows. */
export const noteThreeBallots = (): System => system([A, B, C], acceptors.note)
export const noteRepeated = (): System => system([A, B], acceptors.note, HARSH)
export const noDisk = (): System => system([A, B], forgetful, HARSH, CRASHING)
export const noteRetry = (): System => replacing(system([A, B], acceptors.note), { A: retrying(A, C.n) })
export const largestValue = (): System => choosing('largest value', [A, B, C], acceptors.paxos)

/** Proposers without a disk: after a crash they begin again, with a number that they have used. */
export const proposerForgets = (): System => {
  const plain = system([A, B], acceptors.paxos, HARSH, { ...CRASHING, roles: ['proposer'] })
  const forgetting = plain.nodes
    .filter(({ role }) => role === 'proposer')
    .map(({ id, definition: { init, on } }) => [id, { init, on }] as const)
  return replacing(plain, Object.fromEntries(forgetting))
}

/** Proposers that simply tell, and acceptors that take the first they hear. */
export const firstCome = (): System => {
  const tell = [A, B, C].map((ballot) => [ballot.proposer, telling(ballot, ACCEPTORS)] as const)
  return replacing(system([A, B, C], firstOnly), Object.fromEntries(tell))
}

/** A learner that counts votes for a value, whatever their numbers. */
export const tooEarly = (): System => listening(system([A, B], acceptors.paxos), 'values')

/** The same with four ballots; the later ones ask only as many acceptors as they need, which keeps the search small. */
export const acrossNumbers = (): System =>
  remembering(
    listening(
      system(
        [
          A,
          { ...B, prepares: ['Y', 'Z'], asks: ['Z'] },
          { ...C, prepares: ['X', 'Y'], asks: ['Y'] },
          { ...D, prepares: ['X', 'Z'] },
        ],
        acceptors.paxos,
      ),
      'values',
    ),
  )
