/**
 * A server that takes part in elections and replicates a log as the note has it. The leader puts a client's command at the end of its log
 * and sends it to all. Who gets it puts it at the end of its own and answers. Once over half of all servers have it, it is committed,
 * which the others hear with what the leader sends next.
 * TODO: messages get lost and overtake each other, and leaders change. When does a log that something is appended to agree with the
 * leader's, and up to where? What exactly does an answer say? And what must a server not forget?
 */
import { type Context, type NodeId, node } from 'lockstep'
import type { Entry, Messages, Seen } from './messages'

/** What a server must not forget. Written down before anybody hears of it. */
interface Disk {
  /** Invariant: it never falls. */
  currentTerm: number
  /** Whom it has voted for in `currentTerm`. Invariant: once set, it changes only with the term. */
  votedFor: NodeId | null
}

interface State extends Disk {
  role: 'follower' | 'candidate' | 'leader'
  log: Entry[]
  /** Up to this place everything is committed, as far as it knows. */
  commitIndex: number
  /** Up to this place everything has been carried out. Invariant: lastApplied <= commitIndex. */
  lastApplied: number
  /** Candidate: who has granted a vote in `currentTerm`, itself among them. */
  votes: NodeId[]
  /** Leader: how many have the last entry of its log, itself included. */
  answers: number
}

type Ctx = Context<Messages, Disk>

export default node<State, Messages, Disk>({
  init(ctx) {
    return begin({ currentTerm: 0, votedFor: null }, ctx)
  },

  on: {
    command(state, { command }, ctx) {
      if (state.role !== 'leader') return
      const entry = { term: state.currentTerm, command }
      state.log.push(entry)
      state.answers = 1
      append(state, [entry], ctx)
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

    appendEntries(state, { term, entries, leaderCommit }, ctx) {
      observeTerm(state, term, ctx)
      const success = term === state.currentTerm
      if (success) {
        // A term has one leader: who hears of it no longer stands.
        state.role = 'follower'
        ctx.setTimer('election')
        // TODO: does this belong here?
        state.log.push(...entries)
        commit(state, Math.min(leaderCommit, state.log.length), ctx)
      }
      ctx.reply('appendEntriesReply', { term: state.currentTerm, success, index: state.log.length })
    },

    appendEntriesReply(state, { term, success }, ctx) {
      observeTerm(state, term, ctx)
      if (state.role !== 'leader' || !success) return
      // TODO: what does this answer?
      state.answers += 1
      if (isMajority(state.answers, ctx)) commit(state, state.log.length, ctx)
    },
  },

  timers: {
    election(state, ctx) {
      if (state.role === 'leader') return
      state.currentTerm += 1
      state.role = 'candidate'
      state.votedFor = ctx.self
      state.votes = [ctx.self]
      persist(state, ctx)
      ctx.setTimer('election')
      ctx.broadcast('server', 'requestVote', { term: state.currentTerm })
      if (isMajority(1, ctx)) lead(state, ctx)
    },

    heartbeat(state, ctx) {
      if (state.role !== 'leader') return
      append(state, [], ctx)
      ctx.setTimer('heartbeat')
    },
  },

  restart(disk, ctx) {
    return begin(disk ?? { currentTerm: 0, votedFor: null }, ctx)
  },

  /** This is how the trials see the server: its term, its role, its log, and up to where it takes that for committed. */
  observe({ currentTerm: term, role, log, commitIndex }): Seen {
    return { term, role, log, commitIndex }
  },
})

function begin(disk: Disk, ctx: Ctx): State {
  ctx.setTimer('election')
  return { ...disk, role: 'follower', log: [], commitIndex: 0, lastApplied: 0, votes: [], answers: 0 }
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
  persist(state, ctx)
}

function lead(state: State, ctx: Ctx): void {
  state.role = 'leader'
  state.answers = 1
  ctx.cancelTimer('election')
  append(state, [], ctx)
  ctx.setTimer('heartbeat')
}

/** Sends all followers these entries, or nothing but a heartbeat. */
function append(state: State, entries: Entry[], ctx: Ctx): void {
  // TODO: where do they go?
  ctx.broadcast('server', 'appendEntries', {
    term: state.currentTerm,
    prevLogIndex: 0,
    prevLogTerm: 0,
    entries,
    leaderCommit: state.commitIndex,
  })
}

/** Carries out what is newly committed, in the order of the log. */
function commit(state: State, place: number, ctx: Ctx): void {
  state.commitIndex = Math.max(state.commitIndex, place)
  while (state.lastApplied < state.commitIndex) {
    const index = ++state.lastApplied
    ctx.broadcast('client', 'applied', { index, command: state.log[index - 1]!.command })
  }
}

function isMajority(servers: number, ctx: Ctx): boolean {
  return servers * 2 > ctx.nodes('server').length
}
