// caught by: in-time
/** Asks before it stands, and sets no timer when it does: where the question or its answers are lost, it never asks again. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from '../messages'

/** What a server must not forget. Written down before anybody hears of it. */
interface Disk {
  /** Invariant: it never falls. */
  currentTerm: number
  /** Whom it has voted for in `currentTerm`. Invariant: once set, it changes only with the term. */
  votedFor: NodeId | null
}

interface State extends Disk {
  /** Has it heard of a leader since its timer was set last? */
  led: boolean
  /** Who would vote for it in the next term; null where it has not asked. */
  supporters: NodeId[] | null
  role: 'follower' | 'candidate' | 'leader'
  /** Candidate: who has granted a vote in `currentTerm`, itself among them. */
  votes: NodeId[]
}

type Ctx = Context<Messages, Disk>

export default node<State, Messages, Disk>({
  init(ctx) {
    return begin({ currentTerm: 0, votedFor: null }, ctx)
  },

  on: {
    preVote(state, { term }, ctx) {
      const voteGranted = term > state.currentTerm && state.role !== 'leader' && !state.led
      ctx.reply('preVoteReply', { term: voteGranted ? term : state.currentTerm, voteGranted })
    },

    preVoteReply(state, { term, voteGranted }, ctx) {
      if (!voteGranted) return observeTerm(state, term, ctx)
      if (state.supporters === null || term !== state.currentTerm + 1) return
      if (!state.supporters.includes(ctx.from)) state.supporters.push(ctx.from)
      if (isMajority(state.supporters.length, ctx)) stand(state, ctx)
    },

    requestVote(state, { term }, ctx) {
      observeTerm(state, term, ctx)
      const free = state.votedFor === null || state.votedFor === ctx.from
      const voteGranted = term === state.currentTerm && free
      if (voteGranted) {
        state.votedFor = ctx.from
        persist(state, ctx)
        ctx.setTimer('election')
      }
      ctx.reply('requestVoteReply', { term: state.currentTerm, voteGranted })
    },

    requestVoteReply(state, { term, voteGranted }, ctx) {
      observeTerm(state, term, ctx)
      if (state.role !== 'candidate' || term !== state.currentTerm || !voteGranted) return
      if (!state.votes.includes(ctx.from)) state.votes.push(ctx.from)
      if (isMajority(state.votes.length, ctx)) lead(state, ctx)
    },

    appendEntries(state, { term }, ctx) {
      observeTerm(state, term, ctx)
      const success = term === state.currentTerm
      if (success) {
        // A term has one leader: who hears of it no longer stands.
        state.role = 'follower'
        state.led = true
        state.supporters = null
        ctx.setTimer('election')
      }
      ctx.reply('appendEntriesReply', { term: state.currentTerm, success })
    },

    appendEntriesReply(state, { term }, ctx) {
      observeTerm(state, term, ctx)
    },
  },

  timers: {
    election(state, ctx) {
      if (state.role === 'leader') return
      state.led = false
      state.role = 'follower'
      state.supporters = [ctx.self]
      ctx.broadcast('server', 'preVote', { term: state.currentTerm + 1 })
    },

    heartbeat(state, ctx) {
      if (state.role !== 'leader') return
      ctx.broadcast('server', 'appendEntries', { term: state.currentTerm })
      ctx.setTimer('heartbeat')
    },
  },

  restart(disk, ctx) {
    return begin(disk ?? { currentTerm: 0, votedFor: null }, ctx)
  },

  observe({ currentTerm: term, role }): Seen {
    return { term, role }
  },
})

function begin(disk: Disk, ctx: Ctx): State {
  ctx.setTimer('election')
  return { ...disk, role: 'follower', votes: [], led: false, supporters: null }
}

function stand(state: State, ctx: Ctx): void {
  state.currentTerm += 1
  state.role = 'candidate'
  state.votedFor = ctx.self
  state.votes = [ctx.self]
  state.supporters = null
  persist(state, ctx)
  ctx.setTimer('election')
  ctx.broadcast('server', 'requestVote', { term: state.currentTerm })
}

function persist({ currentTerm, votedFor }: State, ctx: Ctx): void {
  ctx.persist({ currentTerm, votedFor })
}

/** Whoever meets a later term is a follower in it, and has not voted in it yet. */
function observeTerm(state: State, term: number, ctx: Ctx): void {
  if (term <= state.currentTerm) return
  if (state.role === 'leader') {
    ctx.cancelTimer('heartbeat')
    ctx.setTimer('election')
  }
  state.currentTerm = term
  state.votedFor = null
  state.role = 'follower'
  state.led = false
  state.supporters = null
  persist(state, ctx)
}

function lead(state: State, ctx: Ctx): void {
  state.role = 'leader'
  ctx.cancelTimer('election')
  ctx.broadcast('server', 'appendEntries', { term: state.currentTerm })
  ctx.setTimer('heartbeat')
}

function isMajority(servers: number, ctx: Ctx): boolean {
  return servers * 2 > ctx.nodes('server').length
}
