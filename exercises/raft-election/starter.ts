/**
 * A server that takes part in elections as the note has them. Its election timer fires when it has heard of no leader for
 * a while; then it stands, and asks everybody for a vote. Once over half of the servers have replied, it leads.
 * TODO: two servers may lead at once: all its elections are in term 0. Give each election a number, its term. Whom may a server vote for
 * in a term, and what must it not forget?
 */
import { type Context, type NodeId, node } from 'lockstep'
import type { Messages, Seen } from './messages'

interface State {
  role: 'follower' | 'candidate' | 'leader'
  /** The candidate that it has voted for; null once there is a leader. */
  votedFor: NodeId | null
  /** Candidate: how many have replied, itself included. */
  replies: number
}

export default node<State, Messages>({
  init(ctx) {
    ctx.setTimer('election')
    return { role: 'follower', votedFor: null, replies: 0 }
  },

  on: {
    requestVote(state, _message, ctx) {
      const voteGranted = state.votedFor === null
      if (voteGranted) {
        state.votedFor = ctx.from
        ctx.setTimer('election')
      }
      ctx.reply('requestVoteReply', { term: 0, voteGranted })
    },

    requestVoteReply(state, _message, ctx) {
      if (state.role !== 'candidate') return
      state.replies += 1
      if (state.replies * 2 > ctx.nodes('server').length) lead(state, ctx)
    },

    appendEntries(state, _message, ctx) {
      state.role = 'follower'
      state.votedFor = null
      ctx.setTimer('election')
      ctx.reply('appendEntriesReply', { term: 0, success: true })
    },
  },

  timers: {
    election(state, ctx) {
      state.role = 'candidate'
      state.votedFor = ctx.self
      state.replies = 1
      ctx.setTimer('election')
      ctx.broadcast('server', 'requestVote', { term: 0 })
    },

    heartbeat(state, ctx) {
      if (state.role !== 'leader') return
      ctx.broadcast('server', 'appendEntries', { term: 0 })
      ctx.setTimer('heartbeat')
    },
  },

  /** This is how the trials see the server: its term and its role. */
  observe({ role }): Seen {
    return { term: 0, role }
  },
})

function lead(state: State, ctx: Context<Messages, State>): void {
  state.role = 'leader'
  ctx.cancelTimer('election')
  ctx.broadcast('server', 'appendEntries', { term: 0 })
  ctx.setTimer('heartbeat')
}
