/**
 * What the exercises on Raft look at: what servers have sent and what `observe` shows of them, and the properties that the paper
 * names. The other exercises on Raft add to this what concerns logs.
 * Reference: D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)", 2014, Figure 3.
 */
import { boolean, fields, number, oneOf, string } from '../../engine/actors/fields.ts'
import type { Observed } from '../../engine/actors/observed.ts'
import type {
  FieldCheck,
  ObservedNode,
  Role,
  SentMessage,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { Messages, Seen } from './messages.ts'

/** What a server has done, as its messages show it, whether or not it remembers. */
export interface ServerHistory {
  /** Terms in which it has spoken as leader, ascending. */
  readonly led: readonly number[]
  /** By term, whom it has voted for: those to whom it said so, and itself where it has asked for votes. Sorted. */
  readonly voted: { readonly [term: string]: readonly NodeId[] }
}

export const NOTHING_DONE: ServerHistory = { led: [], voted: {} }

export function serverHistory(
  history: ServerHistory,
  sent: readonly SentMessage[],
  self: NodeId,
): ServerHistory {
  let { led, voted } = history
  for (const { to, type, fields: message } of sent) {
    if (type === 'appendEntries') {
      const { term } = message as Messages['appendEntries']
      if (!led.includes(term)) led = [...led, term].sort((one, other) => one - other)
    } else if (type === 'requestVote') {
      voted = withVote(voted, (message as Messages['requestVote']).term, self)
    } else if (type === 'requestVoteReply') {
      const { term, voteGranted } = message as Messages['requestVoteReply']
      if (voteGranted) voted = withVote(voted, term, to)
    }
  }
  return { led, voted }
}

function withVote(voted: ServerHistory['voted'], term: number, candidate: NodeId): ServerHistory['voted'] {
  const known = voted[term] ?? []
  return known.includes(candidate) ? voted : { ...voted, [term]: [...known, candidate].sort() }
}

/** What properties see of a server; `now` is null while it is down. */
export interface ServerSeen<Now extends Seen = Seen, Past extends ServerHistory = ServerHistory> {
  readonly now: Now | null
  readonly past: Past
}

/** What properties see of a server whose answer is `observed`. */
export function observeServer({ state, history }: ObservedNode): ServerSeen {
  return { now: (state as Observed<Seen> | null)?.seen ?? null, past: history as ServerHistory }
}

/** What `observe` has to give. */
export const roleShown = oneOf('follower', 'candidate', 'leader')

export const seen: FieldCheck = fields({ term: number, role: roleShown })

/** What servers say in an election. */
export const electionMessages: Role['sends'] = {
  requestVote: fields({ term: number }),
  requestVoteReply: fields({ term: number, voteGranted: boolean }),
  appendEntries: fields({ term: number }),
  appendEntriesReply: fields({ term: number, success: boolean }),
  preVote: fields({ term: number }),
  preVoteReply: fields({ term: number, voteGranted: boolean }),
}

export const command: FieldCheck = fields({ command: string })

/** The servers, each with what is seen of it. */
export function serversIn<S extends ServerSeen = ServerSeen>(
  view: View,
): { readonly id: NodeId; readonly seen: S }[] {
  return view.filter(({ role }) => role === 'server') as { id: NodeId; seen: S }[]
}

/** The terms in which a server leads or has led. */
export function termsLed({ now, past }: ServerSeen): readonly number[] {
  return now?.role === 'leader' && !past.led.includes(now.term) ? [...past.led, now.term] : past.led
}

/** Does it lead, or has it led? */
export function hasLed(server: ServerSeen): boolean {
  return termsLed(server).length > 0
}

/** Two leaders of one term. Those of different terms are legal, also at the same time. */
export function twoLeaders(view: View): Violation | null {
  const leaders = new Map<number, NodeId>()
  for (const { id, seen } of serversIn(view)) {
    for (const term of termsLed(seen)) {
      const other = leaders.get(term)
      if (other !== undefined) return { term, first: other, second: id }
      leaders.set(term, id)
    }
  }
  return null
}

/** A leader for whom no majority has voted in its term. */
export function withoutMajority(view: View): Violation | null {
  const servers = serversIn(view)
  for (const { id, seen } of servers) {
    for (const term of termsLed(seen)) {
      const votes = servers.filter((voter) => voter.seen.past.voted[term]?.includes(id)).length
      if (votes * 2 <= servers.length) return { server: id, term, votes, servers: servers.length }
    }
  }
  return null
}

/** A server that has voted for two candidates in one term. */
export function twoVotes(view: View): Violation | null {
  for (const { id, seen } of serversIn(view)) {
    for (const [term, [first, second]] of Object.entries(seen.past.voted))
      if (second !== undefined) return { term: Number(term), server: id, first: first!, second }
  }
  return null
}

/** Election safety. */
export const oneLeader: SystemProperty = { id: 'one-leader', kind: 'always', violated: twoLeaders }

/** Election safety, and what it rests on. */
export const electionSafety: readonly SystemProperty[] = [
  oneLeader,
  { id: 'one-vote', kind: 'always', violated: twoVotes },
]

/** What election safety rests on besides. */
export const majority: SystemProperty = { id: 'majority', kind: 'always', violated: withoutMajority }

/** Some server leads. */
export const elects: SystemProperty = {
  id: 'elects',
  kind: 'sometimes',
  reached: (view) => serversIn(view).some(({ seen }) => hasLed(seen)),
}

/** The leader that all servers that are up are in the term of, and that a majority of all is up with; null where there is none. */
export function leaderOfAll(view: View): NodeId | null {
  const servers = serversIn(view)
  const up = servers.filter(({ seen }) => seen.now !== null)
  const latest = Math.max(...up.map(({ seen }) => seen.now!.term))
  const leader = up.find(({ seen }) => seen.now!.role === 'leader' && seen.now!.term === latest)
  const all = up.every(
    ({ id, seen }) => seen.now!.term === latest && (id === leader?.id || seen.now!.role === 'follower'),
  )
  return leader && all && up.length * 2 > servers.length ? leader.id : null
}
