/**
 * Paxos Commit: each participant's vote is the value of a consensus of its own. What is decided follows from the votes that are
 * chosen, so whoever can read a majority of the acceptors can tell, and no single node's crash makes anybody wait.
 * Reference: J. Gray, L. Lamport, "Consensus on Transaction Commit", 2006, section 4.
 */
import { fields, number, string } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Crashes, System } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import { type Phase, agreement, allCommitted, allDecided } from './outcomes.ts'

type Vote = 'prepared' | 'aborted'

interface Messages {
  prepare: Record<string, never>
  /** The phase 2a message of ballot 0, which a participant may send without asking: its own vote. */
  vote: { vote: Vote }
  /** Leader to acceptors, with a ballot of its own: phase 1a for all participants at once. */
  lead: { ballot: number }
  /** Phase 1b: what the acceptor has accepted for each participant; null: nothing. */
  promise: { ballot: number; votes: Record<NodeId, { ballot: number; vote: Vote } | null> }
  /** Phase 2a of a leader's ballot. */
  propose: { ballot: number; votes: Record<NodeId, Vote> }
  /** Phase 2b: one acceptor has accepted these, in this ballot. */
  accepted: { ballot: number; votes: Record<NodeId, Vote> }
  decision: { commit: boolean }
}

interface AcceptorState {
  promised: number
  votes: Record<NodeId, { ballot: number; vote: Vote } | null>
}

const nothingAccepted = (ctx: Context<Messages>): AcceptorState => ({
  promised: 0,
  votes: Object.fromEntries(ctx.nodes('participant').map((id) => [id, null])),
})

const acceptor = node<AcceptorState, Messages>({
  init: nothingAccepted,
  on: {
    vote(state, { vote }, ctx) {
      if (state.promised > 0) return
      state.votes[ctx.from] = { ballot: 0, vote }
      ctx.persist(state)
      // Of ballot 0 the first leader is told, as long as nobody else leads.
      ctx.send(ctx.nodes('leader')[0]!, 'accepted', { ballot: 0, votes: { [ctx.from]: vote } })
    },
    lead(state, { ballot }, ctx) {
      if (ballot <= state.promised) return
      state.promised = ballot
      ctx.persist(state)
      ctx.reply('promise', { ballot, votes: state.votes })
    },
    propose(state, { ballot, votes }, ctx) {
      if (ballot < state.promised) return
      state.promised = ballot
      for (const [id, vote] of Object.entries(votes)) state.votes[id] = { ballot, vote }
      ctx.persist(state)
      ctx.reply('accepted', { ballot, votes })
    },
  },
  restart: (disk, ctx) => disk ?? nothingAccepted(ctx),
})

interface LeaderState {
  /** The ballot that it leads; null: none. The first leader needs none as long as everybody votes. */
  ballot: number | null
  promises: Record<NodeId, Messages['promise']['votes']>
  proposed: boolean
  /** By ballot, participant and vote, the acceptors that have accepted it. */
  accepted: Record<string, NodeId[]>
  decision: 'commit' | 'abort' | null
}

const isMajority = (some: readonly NodeId[], ctx: Context<Messages>): boolean =>
  2 * some.length > ctx.nodes('acceptor').length

/** A leader. The first one begins; the other takes over when it has waited long enough, with a ballot of its own. */
const leaderOf = (ballot: number, begins: boolean) =>
  node<LeaderState, Messages>({
    init(ctx) {
      if (begins) ctx.broadcast('participant', 'prepare', {})
      else ctx.setTimer('takeOver')
      return { ballot: null, promises: {}, proposed: false, accepted: {}, decision: null }
    },
    on: {
      promise(state, { ballot: answered, votes }, ctx) {
        if (answered !== state.ballot || state.proposed) return
        state.promises[ctx.from] = votes
        if (!isMajority(Object.keys(state.promises), ctx)) return
        state.proposed = true
        const proposal = Object.fromEntries(
          ctx.nodes('participant').map((id) => [id, reported(Object.values(state.promises), id)]),
        )
        ctx.broadcast('acceptor', 'propose', { ballot, votes: proposal })
      },
      accepted(state, { ballot: inBallot, votes }, ctx) {
        if (state.decision !== null) return
        for (const [id, vote] of Object.entries(votes)) {
          const by = (state.accepted[`${inBallot} ${id} ${vote}`] ??= [])
          if (!by.includes(ctx.from)) state.accepted[`${inBallot} ${id} ${vote}`] = [...by, ctx.from].sort()
        }
        const chosen = (id: NodeId, vote: Vote): boolean =>
          [0, 1, 2].some((one) => isMajority(state.accepted[`${one} ${id} ${vote}`] ?? [], ctx))
        const participants = ctx.nodes('participant')
        if (participants.some((id) => chosen(id, 'aborted'))) state.decision = 'abort'
        else if (participants.every((id) => chosen(id, 'prepared'))) state.decision = 'commit'
        if (state.decision === null) return
        ctx.cancelTimer('takeOver')
        // What it has counted says nothing more.
        state.accepted = {}
        state.promises = {}
        ctx.broadcast('participant', 'decision', { commit: state.decision === 'commit' })
      },
    },
    timers: {
      takeOver(state, ctx) {
        state.ballot = ballot
        ctx.broadcast('acceptor', 'lead', { ballot })
      },
    },
  })

/** The vote with the largest ballot; where there is none, nobody's vote is chosen, and the leader may abort. */
function reported(promises: readonly Messages['promise']['votes'][], id: NodeId): Vote {
  const found = promises.flatMap((votes) => votes[id] ?? []).sort((one, other) => other.ballot - one.ballot)
  return found[0]?.vote ?? 'aborted'
}

const participant = node<{ phase: Phase }, Messages>({
  init: () => ({ phase: 'working' }),
  on: {
    prepare(state, _message, ctx) {
      if (state.phase !== 'working') return
      state.phase = 'prepared'
      ctx.persist(state)
      ctx.broadcast('acceptor', 'vote', { vote: 'prepared' })
    },
    decision(state, { commit }, ctx) {
      if (state.phase === 'committed' || state.phase === 'aborted') return
      state.phase = commit ? 'committed' : 'aborted'
      ctx.persist(state)
    },
  },
  restart: (disk) => disk ?? { phase: 'working' },
})

const anything = (): null => null
/** For figures: how long a message takes, and how long the second leader waits. */
const CLOCKS = { latencies: [10], timeouts: { takeOver: [100] } }

export interface PaxosCommit {
  readonly participants: readonly NodeId[]
  readonly crashes?: Crashes | null
  readonly timed?: boolean
}

export function paxosCommit({ participants, crashes = null, timed = false }: PaxosCommit): System {
  return {
    nodes: [
      { id: 'C', role: 'leader', definition: leaderOf(1, true) as AnyNodeDefinition },
      { id: 'D', role: 'leader', definition: leaderOf(2, false) as AnyNodeDefinition },
      ...['X', 'Y', 'Z'].map((id) => ({ id, role: 'acceptor', definition: acceptor as AnyNodeDefinition })),
      ...participants.map((id) => ({
        id,
        role: 'participant',
        definition: participant as AnyNodeDefinition,
      })),
    ],
    roles: {
      leader: {
        sends: {
          prepare: fields({}),
          lead: fields({ ballot: number }),
          propose: anything,
          decision: anything,
        },
        observe: () => null,
      },
      acceptor: { sends: { promise: anything, accepted: anything }, observe: () => null },
      participant: {
        sends: { vote: fields({ vote: string }) },
        observe: ({ state }): Phase | null => (state as { phase: Phase } | null)?.phase ?? null,
      },
    },
    network: { duplicates: 0, drops: 0 },
    crashes,
    ...(timed && { time: CLOCKS }),
    properties: [agreement, allDecided, allCommitted],
  }
}
