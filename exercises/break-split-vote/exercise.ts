/**
 * break-split-vote: the learner keeps four servers of right Raft from having a leader for three terms. Nothing is lost and nobody
 * crashes; she decides when the election timers of two of them fire, and whose request for a vote arrives first.
 */
import { observed } from '../../engine/actors/observed.ts'
import type { Role, SystemNode, SystemProperty, View, Violation } from '../../engine/actors/system.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import type { Seen } from '../raft-election/messages.ts'
import {
  NOTHING_DONE,
  electionMessages,
  hasLed,
  observeServer,
  seen,
  serverHistory,
  serversIn,
} from '../raft-election/properties.ts'
import server from '../raft-election/solution.ts'

const SERVERS = ['A', 'B', 'C', 'D']
/** Those whose timers run out. The others wait longer, and hear of an election before. */
const CANDIDATES = ['B', 'D']

/** So many terms are to be split. */
export const TERMS = 3

/** In each term all servers have to vote, and no step is more than one vote of one server. */
export const STEPS_MIN = TERMS * SERVERS.length

const role: Role = {
  sends: electionMessages,
  history: { initial: NOTHING_DONE, after: serverHistory },
  observe: observeServer,
}

const definition = observed<Seen>(server, {
  shows: seen,
  mayFire: (timer, _fired, _now, self) => timer === 'election' && CANDIDATES.includes(self),
})

const nodes: readonly SystemNode[] = SERVERS.map((id) => ({ id, role: 'server', definition }))

/** The terms in which every server has voted and nobody has the votes of a majority: none of them can have a leader any more. */
export function splitTerms(view: View): readonly number[] {
  const servers = serversIn(view)
  const terms = new Set(servers.flatMap(({ seen: { past } }) => Object.keys(past.voted)))
  return [...terms]
    .filter((term) => {
      const votes = servers.map(({ seen: { past } }) => past.voted[term] ?? [])
      return (
        votes.every((voted) => voted.length > 0) &&
        SERVERS.every((one) => votes.filter((voted) => voted.includes(one)).length * 2 <= servers.length)
      )
    })
    .map(Number)
    .sort((one, other) => one - other)
}

/** The id of the property that so many terms are split. */
function splitId(terms: number): string {
  return `split-${terms}`
}

const split = (terms: number): SystemProperty => ({
  id: splitId(terms),
  kind: 'sometimes',
  reached: (view) => splitTerms(view).length >= terms,
})

function leads(view: View): Violation | null {
  const leader = serversIn(view).find(({ seen }) => hasLed(seen))
  return leader ? { leader: leader.id, term: leader.seen.now!.term } : null
}

const milestones = Array.from({ length: TERMS - 1 }, (_, index) => index + 1)

const exercise: BreakExercise = {
  id: 'break-split-vote',
  kind: 'break',
  version: 1,
  target: splitId(TERMS),
  keeps: 'no-leader',
  milestones: milestones.map(splitId),
  stepsMin: STEPS_MIN,
  // Of the search for one milestone. Terms have no bound, and so the states have none.
  statesMax: 100_000,
  fields: { server: ['currentTerm', 'votedFor'] },
  cluster: true,
  system: () => ({
    nodes,
    roles: { server: role },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [...[...milestones, TERMS].map(split), { id: 'no-leader', kind: 'always', violated: leads }],
  }),
}

export default exercise
