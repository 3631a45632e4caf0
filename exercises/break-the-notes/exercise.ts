/**
 * break-the-notes: the learner makes the note's acceptors choose two values. Two proposers, as in the note; each may
 * try again once, so that there are enough ballots for it. Everything else is the note's own example.
 */
import type { Role, SystemNode } from '../../engine/actors/system.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import { agreementViolated, learner, roles } from '../paxos-acceptor/exercise.ts'
import noteAcceptor from '../paxos-acceptor/starter.ts'
import { proposer } from './proposer.ts'

const nodes: readonly SystemNode[] = [
  { id: 'A', role: 'proposer', definition: proposer([2, 6], 8) },
  { id: 'B', role: 'proposer', definition: proposer([4, 8], 5) },
  ...['X', 'Y', 'Z'].map((id) => ({ id, role: 'acceptor', definition: noteAcceptor })),
  { id: 'L', role: 'learner', definition: learner },
]

/** What a proposer asked for makes no difference to agreement, and is not looked at. */
const proposerRole: Role = { sends: roles.proposer!.sends, observe: () => null }

const exercise: BreakExercise = {
  id: 'break-the-notes',
  kind: 'break',
  version: 1,
  target: 'agreement',
  statesMax: 1_000_000,
  fields: { proposer: ['n', 'asked'], acceptor: ['promised', 'last'] },
  system: () => ({
    nodes,
    roles: { ...roles, proposer: proposerRole },
    // Each message arrives at most once. Any may be late, overtaken or lost.
    network: { duplicates: 0, drops: Infinity },
    crashes: null,
    properties: [{ id: 'agreement', kind: 'always', violated: agreementViolated }],
  }),
}

export default exercise
