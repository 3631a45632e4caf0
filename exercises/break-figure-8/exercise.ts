/**
 * break-figure-8: the learner makes servers of Raft lose an entry that was carried out. Their leader takes an entry of an older term for
 * committed as soon as a majority has it, which the paper forbids; everything else is right.
 * Reference: D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)", 2014, section 5.4.2
 * and Figure 8, which shows it with five servers. Three do.
 */
import type { Observed } from '../../engine/actors/observed.ts'
import type { AnyNodeDefinition, Role, System } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import { NOTHING_DONE } from '../raft-election/properties.ts'
import type { Seen } from '../raft-replication/messages.ts'
import {
  type LogHistory,
  NOTHING_APPLIED,
  type Progress,
  leaderLacks,
  logHistory,
  observeLog,
} from '../raft-replication/properties.ts'
import { type Trial, system as tried } from '../raft-replication/trials.ts'
import { stage } from '../raft-safety/exercise.ts'
import countsOlderTerms from '../raft-safety/mutants/commits-older-terms-by-counting.ts'
import { type VoterSeen, milestones } from './milestones.ts'

/** A and C may each make one entry. B only votes, so that there are no more states than needed. */
const trial: Trial = {
  servers: { A: 'answer', B: 'answer', C: 'answer' },
  requests: [
    { command: 'SET 5', to: ['A'] },
    { command: 'SET 8', to: ['C'] },
  ],
  // Four are needed, in which each of the two leads twice; a third firing allows each a detour.
  terms: 4,
  standing: { A: 3, C: 3 },
  statesMax: 0,
}

/** The vote of a server in its term. All servers are the course's own, which keep it so. */
const voteOf = ({ answer }: Observed): NodeId | null => (answer as { votedFor: NodeId | null }).votedFor

/** What a server has carried out is remembered; its votes and terms of the past are not, so that there are fewer states. */
const role: Role = {
  ...stage.role,
  history: {
    initial: NOTHING_APPLIED,
    after: (history: LogHistory, sent, self): LogHistory => ({
      ...logHistory(history, sent, self),
      ...NOTHING_DONE,
    }),
  },
  observe: (node): VoterSeen => ({ ...observeLog(node), votedFor: voteOf(node.state as Observed) }),
}

/** What is shown of a server: what its `observe` gives, how far it has carried out its log, and its vote. */
function shown(state: unknown): object {
  const { seen, memory } = state as Observed<Seen, Progress>
  return { ...seen, votedFor: voteOf(state as Observed), applied: memory.applied }
}

/** @param definition the rule by which a leader commits */
export function cluster(definition = countsOlderTerms as AnyNodeDefinition): System {
  const whole = tried(trial, { definition, probe: null }, { ...stage, role })
  return {
    ...whole,
    nodes: whole.nodes.map((node) =>
      node.role === 'server' ? { ...node, definition: { ...node.definition, show: shown } } : node,
    ),
    // Each message arrives at most once. Any may be late, overtaken or lost.
    network: { duplicates: 0, drops: Infinity },
    properties: [...milestones, { id: 'leader-completeness', kind: 'always', violated: leaderLacks }],
  }
}

/**
 * The fewest steps. Four elections are won: two by the leader that commits, and two by the one that lacks the entry. Each takes a firing,
 * a request that arrives and a vote that arrives. Both commands arrive. Both leaders hear of a later term before they stand again. And a
 * follower that lacks the entry refuses what its new leader sends first, so that it takes two messages and two answers until the entry is
 * carried out. All these are different steps.
 */
export const STEPS_MIN = 4 * 3 + 2 + 2 + 4

const exercise: BreakExercise = {
  id: 'break-figure-8',
  kind: 'break',
  version: 1,
  target: 'leader-completeness',
  milestones: milestones.map(({ id }) => id),
  stepsMin: STEPS_MIN,
  // Of the search for one milestone. The whole has more states than can be looked at.
  statesMax: 200_000,
  fields: { server: ['term'] },
  cluster: true,
  log: 'raft',
  system: () => cluster(),
}

export default exercise
