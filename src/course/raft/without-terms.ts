/** The note’s server: elections by timeouts, votes and heartbeats, without terms. It counts votes, not replies, so that terms are all it lacks. */
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import type { Messages, Seen } from '../../../exercises/raft-election/messages.ts'

interface State {
  role: Seen['role']
  /** The candidate that it has voted for; null once there is a leader. */
  votedFor: NodeId | null
  /** Candidate: who has voted for it, itself included. */
  votes: NodeId[]
}

/** The messages have a place for a term. It always says the same. */
const TERM = 0

export const withoutTerms = node<State, Messages>({
  init(ctx) {
    ctx.setTimer('election')
    return { role: 'follower', votedFor: null, votes: [] }
  },

  on: {
    requestVote(state, _message, ctx) {
      const voteGranted = state.votedFor === null
      if (voteGranted) {
        state.votedFor = ctx.from
        ctx.setTimer('election')
      }
      ctx.reply('requestVoteReply', { term: TERM, voteGranted })
    },

    requestVoteReply(state, { voteGranted }, ctx) {
      if (state.role !== 'candidate' || !voteGranted) return
      if (!state.votes.includes(ctx.from)) state.votes.push(ctx.from)
      if (state.votes.length * 2 > ctx.nodes('server').length) lead(state, ctx)
    },

    appendEntries(state, _message, ctx) {
      state.role = 'follower'
      // The election is over.
      state.votedFor = null
      ctx.setTimer('election')
      ctx.reply('appendEntriesReply', { term: TERM, success: true })
    },
  },

  timers: {
    election(state, ctx) {
      state.role = 'candidate'
      state.votedFor = ctx.self
      state.votes = [ctx.self]
      ctx.setTimer('election')
      ctx.broadcast('server', 'requestVote', { term: TERM })
    },

    heartbeat(state, ctx) {
      if (state.role !== 'leader') return
      ctx.broadcast('server', 'appendEntries', { term: TERM })
      ctx.setTimer('heartbeat')
    },
  },

  observe({ role }): Seen {
    return { term: TERM, role }
  },
})

function lead(state: State, ctx: Context<Messages>): void {
  state.role = 'leader'
  ctx.cancelTimer('election')
  ctx.broadcast('server', 'appendEntries', { term: TERM })
  ctx.setTimer('heartbeat')
}
