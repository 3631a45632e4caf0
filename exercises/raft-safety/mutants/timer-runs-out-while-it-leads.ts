// caught by: elected
/** Its election timer goes on while it leads, and when it fires then, is not set anew: once deposed, it may never stand again. */
import { type Context, type NodeId, node } from 'lockstep'
import type { Entry, Messages, Seen } from '../messages'

/** What a server must not forget. Written down before anybody hears of it. */
interface Disk {
  /** Invariant: it never falls. */
  currentTerm: number
  /** Whom it has voted for in `currentTerm`. Invariant: once set, it changes only with the term. */
  votedFor: NodeId | null
  log: Entry[]
}

interface State extends Disk {
  role: 'follower' | 'candidate' | 'leader'
  /** Up to this place everything is committed, as far as it knows. Invariant: it never falls. */
  commitIndex: number
  /** Up to this place everything has been carried out. Invariant: lastApplied <= commitIndex. */
  lastApplied: number
  /** Candidate: who has granted a vote in `currentTerm`, itself among them. */
  votes: NodeId[]
  /** Leader, by follower: the first place to send next. */
  nextIndex: { [server: string]: number }
  /** Leader, by follower: up to this place its log is known to be the leader's. Invariant: it never falls. */
  matchIndex: { [server: string]: number }
}

type Ctx = Context<Messages, Disk>

export default node<State, Messages, Disk>({
  init(ctx) {
    return begin({ currentTerm: 0, votedFor: null, log: [] }, ctx)
  },

  on: {
    command(state, { command }, ctx) {
      if (state.role !== 'leader') return
      state.log.push({ term: state.currentTerm, command })
      persist(state, ctx)
      for (const server of others(ctx)) append(state, server, ctx)
      advance(state, ctx)
    },

    requestVote(state, { term, lastLogIndex, lastLogTerm }, ctx) {
      observeTerm(state, term, ctx)
      const last = lastTerm(state)
      // Section 5.4.1: whose log ends with the later term is more up to date; with equal terms, whose log is longer.
      const upToDate = lastLogTerm > last || (lastLogTerm === last && lastLogIndex >= state.log.length)
      const free = state.votedFor === null || state.votedFor === ctx.from
      const voteGranted = term === state.currentTerm && free && upToDate
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

    appendEntries(state, { term, prevLogIndex, prevLogTerm, entries, leaderCommit }, ctx) {
      observeTerm(state, term, ctx)
      if (term < state.currentTerm) {
        ctx.reply('appendEntriesReply', { term: state.currentTerm, success: false, index: 0 })
        return
      }
      // A term has one leader: who hears of it no longer stands.
      state.role = 'follower'
      ctx.setTimer('election')
      if (termAt(state, prevLogIndex) !== prevLogTerm) {
        const index = Math.min(prevLogIndex - 1, state.log.length)
        ctx.reply('appendEntriesReply', { term: state.currentTerm, success: false, index })
        return
      }
      // Only what contradicts the leader's log is taken away: the message may be an old one, and the log further by now.
      entries.forEach((entry, offset) => {
        const place = prevLogIndex + 1 + offset
        if (termAt(state, place) === entry.term) return
        state.log.splice(place - 1)
        state.log.push(entry)
      })
      if (entries.length > 0) persist(state, ctx)
      const index = prevLogIndex + entries.length
      // Only up to here the log is known to be the leader's.
      commit(state, Math.min(leaderCommit, index), ctx)
      ctx.reply('appendEntriesReply', { term: state.currentTerm, success: true, index })
    },

    appendEntriesReply(state, { term, success, index }, ctx) {
      observeTerm(state, term, ctx)
      if (state.role !== 'leader' || term !== state.currentTerm) return
      const matched = state.matchIndex[ctx.from]!
      if (success) {
        state.matchIndex[ctx.from] = Math.max(matched, index)
        state.nextIndex[ctx.from] = Math.max(state.nextIndex[ctx.from]!, index + 1)
        advance(state, ctx)
      } else if (index >= matched && index + 1 < state.nextIndex[ctx.from]!) {
        // An older refusal is no news.
        state.nextIndex[ctx.from] = index + 1
        append(state, ctx.from, ctx)
      }
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
      const { currentTerm: term, log } = state
      ctx.broadcast('server', 'requestVote', {
        term,
        lastLogIndex: log.length,
        lastLogTerm: lastTerm(state),
      })
      if (isMajority(1, ctx)) lead(state, ctx)
    },

    heartbeat(state, ctx) {
      if (state.role !== 'leader') return
      for (const server of others(ctx)) append(state, server, ctx)
      ctx.setTimer('heartbeat')
    },
  },

  restart(disk, ctx) {
    return begin(disk ?? { currentTerm: 0, votedFor: null, log: [] }, ctx)
  },

  observe({ currentTerm: term, role, log, commitIndex }): Seen {
    return { term, role, log, commitIndex }
  },
})

/** Everything but the disk begins anew. What is committed a new leader will tell. */
function begin(disk: Disk, ctx: Ctx): State {
  ctx.setTimer('election')
  return {
    ...disk,
    role: 'follower',
    commitIndex: 0,
    lastApplied: 0,
    votes: [],
    nextIndex: {},
    matchIndex: {},
  }
}

function persist({ currentTerm, votedFor, log }: State, ctx: Ctx): void {
  ctx.persist({ currentTerm, votedFor, log })
}

/** Whoever meets a later term is a follower in it, and has not voted in it yet. */
function observeTerm(state: State, term: number, ctx: Ctx): void {
  if (term <= state.currentTerm) return
  if (state.role === 'leader') {
    ctx.cancelTimer('heartbeat')
  }
  state.currentTerm = term
  state.votedFor = null
  state.role = 'follower'
  persist(state, ctx)
}

function lead(state: State, ctx: Ctx): void {
  state.role = 'leader'
  for (const server of others(ctx)) {
    state.nextIndex[server] = state.log.length + 1
    state.matchIndex[server] = 0
    append(state, server, ctx)
  }
  ctx.setTimer('heartbeat')
}

/** Sends a follower all that it may lack. */
function append(state: State, server: NodeId, ctx: Ctx): void {
  const prevLogIndex = state.nextIndex[server]! - 1
  ctx.send(server, 'appendEntries', {
    term: state.currentTerm,
    prevLogIndex,
    prevLogTerm: termAt(state, prevLogIndex)!,
    entries: state.log.slice(prevLogIndex),
    leaderCommit: state.commitIndex,
  })
}

/** Section 5.4.2: an entry of its own term that a majority has, the leader included, is committed, and all before it. */
function advance(state: State, ctx: Ctx): void {
  for (let place = state.log.length; place > state.commitIndex; place--) {
    if (termAt(state, place) !== state.currentTerm) return
    const holders = 1 + others(ctx).filter((server) => state.matchIndex[server]! >= place).length
    if (isMajority(holders, ctx)) return commit(state, place, ctx)
  }
}

/** Carries out what is newly committed, in the order of the log. */
function commit(state: State, place: number, ctx: Ctx): void {
  state.commitIndex = Math.max(state.commitIndex, place)
  while (state.lastApplied < state.commitIndex) {
    const index = ++state.lastApplied
    ctx.broadcast('client', 'applied', { index, command: state.log[index - 1]!.command })
  }
}

/** The term of the entry in a place; 0 before the log, undefined behind its end. */
function termAt({ log }: State, place: number): number | undefined {
  return place === 0 ? 0 : log[place - 1]?.term
}

function lastTerm(state: State): number {
  return termAt(state, state.log.length)!
}

function others(ctx: Ctx): NodeId[] {
  return ctx.nodes('server').filter((server) => server !== ctx.self)
}

function isMajority(servers: number, ctx: Ctx): boolean {
  return servers * 2 > ctx.nodes('server').length
}
