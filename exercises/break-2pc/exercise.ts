/**
 * break-2pc: the learner blocks every participant of a right two-phase commit with one crash, once in any way and once after all votes have
 * arrived; and then makes a participant that gives up waiting split the decision. Blocked, all are in doubt and nothing that may still happen
 * tells them more; split, one has committed and one has aborted.
 */
import { observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  NodeStep,
  Role,
  SentMessage,
  System,
  SystemNode,
  View,
} from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { BreakInParts } from '../../engine/exercise.ts'
import type { CoordinatorSeen, Messages, ParticipantSeen } from '../two-phase-commit/messages.ts'
import {
  coordinatorSeen,
  participantSeen,
  participantsIn,
  roles,
  split,
} from '../two-phase-commit/properties.ts'
import solution from '../two-phase-commit/solution.ts'
import cooperative from '../two-phase-commit/variants/cooperative-termination.ts'
import { givesUp } from './gives-up.ts'

/** Each timer that asks or tells again fires once at most from each start, so that there is an end to it. */
const once = (_timer: string, fired: number): boolean => fired < 1

const coordinatorNode: SystemNode = {
  id: 'C',
  role: 'coordinator',
  definition: observed<CoordinatorSeen>(solution.coordinator, { shows: coordinatorSeen, mayFire: once }),
}

const participantNode = (id: string, definition: AnyNodeDefinition): SystemNode => ({
  id,
  role: 'participant',
  definition: observed<ParticipantSeen>(definition, { shows: participantSeen, mayFire: once }),
})

/** What the coordinator has done, although it may be down. */
interface CoordinatorHistory {
  /** It has told somebody what it decided. */
  readonly told: boolean
  /** Whose yes has arrived, sorted. */
  readonly yes: readonly NodeId[]
}

interface CoordinatorHere extends CoordinatorHistory {
  readonly up: boolean
}

function coordinatorHistory(
  { told, yes }: CoordinatorHistory,
  sent: readonly SentMessage[],
  _self: NodeId,
  { event }: NodeStep,
): CoordinatorHistory {
  const isYes = event.kind === 'message' && event.type === 'vote' && (event.fields as Messages['vote']).yes
  return {
    told: told || sent.some(({ type }) => type === 'decision'),
    yes: isYes && !yes.includes(event.from) ? [...yes, event.from].sort() : yes,
  }
}

const coordinatorRole: Role = {
  ...roles.coordinator,
  history: { initial: { told: false, yes: [] } satisfies CoordinatorHistory, after: coordinatorHistory },
  observe: ({ state, history }): CoordinatorHere => ({
    ...(history as CoordinatorHistory),
    up: state !== null,
  }),
}

const coordinatorIn = (view: View): CoordinatorHere =>
  view.find(({ role }) => role === 'coordinator')!.seen as CoordinatorHere

/**
 * All are in doubt, the coordinator is down for good, and it has told nobody what it decided, if it has decided at all. Participants know no
 * more than that they have voted: whatever arrives now, none of them learns anything.
 */
export function isBlocked(view: View): boolean {
  const { up, told } = coordinatorIn(view)
  return !up && !told && participantsIn(view).every(({ seen }) => seen.now === 'prepared')
}

/** The same, after every vote has reached the coordinator. */
export function isBlockedAfterVotes(view: View): boolean {
  return isBlocked(view) && coordinatorIn(view).yes.length === participantsIn(view).length
}

/** The participants ask each other, too. */
function blocking(id: string, reached: (view: View) => boolean, crashes: Partial<Crashes> = {}): System {
  return {
    nodes: [
      coordinatorNode,
      ...['orders', 'stock'].map((id) => participantNode(id, cooperative.participant)),
    ],
    roles: { ...roles, coordinator: coordinatorRole },
    network: { duplicates: 0, drops: 0 },
    crashes: { roles: ['coordinator', 'participant'], limit: 1, restart: 'never', ...crashes },
    properties: [{ id, kind: 'sometimes', reached }],
  }
}

/** Nothing crashes and nothing is lost. */
function splitting(): System {
  return {
    nodes: [
      coordinatorNode,
      participantNode('orders', solution.participant),
      participantNode('stock', givesUp),
    ],
    roles,
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [{ id: 'agreement', kind: 'always', violated: split }],
  }
}

const exercise: BreakInParts = {
  id: 'break-2pc',
  kind: 'break',
  version: 1,
  fields: { coordinator: ['decision', 'yes'], participant: ['phase'] },
  parts: [
    { id: 'block', target: 'blocked', statesMax: 300_000, system: () => blocking('blocked', isBlocked) },
    {
      id: 'votes',
      target: 'blocked-after-votes',
      statesMax: 300_000,
      system: () => blocking('blocked-after-votes', isBlockedAfterVotes, { beforeSends: ['coordinator'] }),
    },
    { id: 'split', target: 'agreement', statesMax: 300_000, system: splitting },
  ],
}

export default exercise
