/**
 * Systems that may wait or go round for ever, each with a twin that does not: two-phase commit whose coordinator is gone,
 * proposers of Paxos that pre-empt each other, elections whose votes are split again and again. All have finitely many
 * states; what is left out for it stands at each.
 */
import { fields, number } from '../actors/fields.ts'
import type { AnyNodeDefinition, Crashes, Network, Role, System, SystemNode } from '../actors/system.ts'
import { node } from '../api.ts'
import { GuardedModel } from '../guarded-model.ts'

const nothing = fields({})

// Two-phase commit ------------------------------------------------------------------------------------------------------

type Empty = Record<string, never>

interface CommitMessages {
  prepare: Empty
  yes: Empty
  commit: Empty
  abort: Empty
  ask: Empty
  uncertain: Empty
}

interface CoordinatorState {
  yes: string[]
  decision: 'commit' | 'abort' | null
}

type Decision = Pick<CoordinatorState, 'decision'>

const coordinator: AnyNodeDefinition = node<CoordinatorState, CommitMessages, Decision>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    return { yes: [], decision: null }
  },
  on: {
    yes(state, _message, ctx) {
      if (state.decision || state.yes.includes(ctx.from)) return
      state.yes = [...state.yes, ctx.from].sort()
      if (state.yes.length < ctx.nodes('participant').length) return
      state.decision = 'commit'
      ctx.persist({ decision: state.decision })
      ctx.broadcast('participant', state.decision, {})
    },
    ask(state, _message, ctx) {
      if (state.decision) ctx.reply(state.decision, {})
    },
  },
  // What it had not decided it decides now: nobody can have heard that it is to be committed.
  restart(disk, ctx) {
    const decision = disk?.decision ?? 'abort'
    ctx.persist({ decision })
    ctx.broadcast('participant', decision, {})
    return { yes: [], decision }
  },
})

interface ParticipantState {
  phase: 'working' | 'prepared' | 'committed' | 'aborted'
  /** It asked the coordinator last, and asks a participant next. */
  askedCoordinator?: boolean
}

/**
 * What a participant does that has voted and hears nothing. `waits`: nothing. `asks participants`: it asks the others,
 * again as soon as it has been answered. `asks in turn`: the coordinator and the others, again and again.
 * Reference: P. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control and Recovery in Database Systems", 1987,
 * section 7.4, the cooperative termination protocol: it ends unless all that can be asked are uncertain.
 */
export type Uncertain = 'waits' | 'asks participants' | 'asks in turn'

function participant(uncertain: Uncertain): AnyNodeDefinition {
  const settle = (
    state: ParticipantState,
    phase: ParticipantState['phase'],
    ctx: { cancelTimer(name: string): void },
  ) => {
    state.phase = phase
    delete state.askedCoordinator
    ctx.cancelTimer('ask')
  }
  return node<ParticipantState, CommitMessages>({
    init: () => ({ phase: 'working' }),
    on: {
      prepare(state, _message, ctx) {
        if (state.phase !== 'working') return
        state.phase = 'prepared'
        ctx.reply('yes', {})
        if (uncertain === 'waits') return
        if (uncertain === 'asks in turn') state.askedCoordinator = false
        ctx.setTimer('ask')
      },
      commit: (state, _message, ctx) => settle(state, 'committed', ctx),
      abort: (state, _message, ctx) => settle(state, 'aborted', ctx),
      ask(state, _message, ctx) {
        if (state.phase === 'committed') ctx.reply('commit', {})
        else if (state.phase === 'aborted') ctx.reply('abort', {})
        else ctx.reply('uncertain', {})
      },
      uncertain(state, _message, ctx) {
        if (state.phase === 'prepared') ctx.setTimer('ask')
      },
    },
    timers: {
      ask(state, ctx) {
        if (uncertain === 'asks in turn') {
          state.askedCoordinator = !state.askedCoordinator
          ctx.setTimer('ask')
        }
        if (state.askedCoordinator) ctx.broadcast('coordinator', 'ask', {})
        else ctx.broadcast('participant', 'ask', {})
      },
    },
  })
}

const commitRoles: Record<string, Role> = {
  coordinator: { sends: { prepare: nothing, commit: nothing, abort: nothing }, observe: () => null },
  participant: {
    sends: { yes: nothing, ask: nothing, uncertain: nothing, commit: nothing, abort: nothing },
    observe: ({ state }) => (state as ParticipantState).phase,
  },
}

/**
 * Two-phase commit with two participants that always vote yes. The coordinator may crash once.
 * @param restart whether it comes back
 */
export function waitingCommit(uncertain: Uncertain, restart: Crashes['restart']): System {
  const definition = participant(uncertain)
  return {
    nodes: [
      { id: 'C', role: 'coordinator', definition: coordinator },
      ...['P1', 'P2'].map((id): SystemNode => ({ id, role: 'participant', definition })),
    ],
    roles: commitRoles,
    // Questions to a coordinator that is gone would pile up. In a set each is there once.
    network: { duplicates: uncertain === 'asks in turn' ? 'unlimited' : 0, drops: 0 },
    crashes: { roles: ['coordinator'], limit: 1, restart },
    properties: [
      {
        id: 'decided',
        kind: 'eventually',
        reached: (view) =>
          view.every(
            ({ role, seen }) => role !== 'participant' || seen === 'committed' || seen === 'aborted',
          ),
      },
    ],
  }
}

// Paxos -----------------------------------------------------------------------------------------------------------------

interface DuelMessages {
  prepare: { n: number }
  promise: { n: number }
  accept: { n: number }
  accepted: { n: number }
  nack: { n: number; promised: number }
}

interface DuelingProposerState {
  n: number
  /** Answers to its prepares and accepts that have not come yet. */
  outstanding: number
  promises: number
  accepts: number
  /** The newest ballot that it heard of in a refusal. */
  newest: number
  decided: boolean
}

interface DuelAcceptorState {
  promised: number
}

/** Ballots: how they are counted, and which comes next. */
interface Ballots {
  newer(one: number, other: number): boolean
  /** The first ballot of a proposer, 0 or 1, that is newer; null where there is none. */
  next(proposer: number, than: number): number | null
}

/** So many ballots, after the last of which comes the first again. */
const RING = 4

/** Going round by one or two is forward, so the other way round by one is backward. Nothing else is ever compared. */
const ring: Ballots = {
  newer: (one, other) => [1, 2].includes((one - other + RING) % RING),
  next(proposer, than) {
    const next = (than + 1) % RING
    return next % 2 === proposer ? next : (next + 1) % RING
  },
}

/**
 * Ballots as they are, up to one after which nobody begins another.
 * @throws Error when the ring would compare two of them wrongly, or give another one next
 */
function upTo(max: number): Ballots {
  const same = <T>(result: T, inRing: T): T => {
    if (result !== inRing) throw new Error('the ring is too small')
    return result
  }
  return {
    newer: (one, other) => same(one > other, ring.newer(one % RING, other % RING)),
    next(proposer, than) {
      const next = (than + 1) % 2 === proposer ? than + 1 : than + 2
      same(next % RING, ring.next(proposer, than % RING))
      return next > max ? null : next
    },
  }
}

/** The acceptors, and the majority that each proposer asks: it may work with any. */
const ACCEPTORS = ['X', 'Y', 'Z']
const ASKED = [
  ['Y', 'Z'],
  ['X', 'Y'],
] as const
const MAJORITY = 2

/** A proposer that begins anew with a newer ballot once all have answered and it was refused. */
function dueling(proposer: 0 | 1, ballots: Ballots, gives: 'up' | 'not up'): AnyNodeDefinition {
  const asked = ASKED[proposer]
  const begin = (n: number): DuelingProposerState => ({
    n,
    outstanding: asked.length,
    promises: 0,
    accepts: 0,
    newest: n,
    decided: false,
  })
  const answered = (state: DuelingProposerState, ctx: { setTimer(name: string): void }): void => {
    state.outstanding--
    if (state.outstanding === 0 && !state.decided && gives === 'not up') ctx.setTimer('retry')
  }
  return node<DuelingProposerState, DuelMessages>({
    init(ctx) {
      const n = ballots.next(proposer, 0)!
      for (const acceptor of asked) ctx.send(acceptor, 'prepare', { n })
      return begin(n)
    },
    on: {
      promise(state, { n }, ctx) {
        state.promises++
        if (state.promises === MAJORITY) {
          state.outstanding += asked.length
          for (const acceptor of asked) ctx.send(acceptor, 'accept', { n })
        }
        answered(state, ctx)
      },
      accepted(state, _message, ctx) {
        state.accepts++
        if (state.accepts === MAJORITY) state.decided = true
        answered(state, ctx)
      },
      nack(state, { promised }, ctx) {
        if (ballots.newer(promised, state.newest)) state.newest = promised
        answered(state, ctx)
      },
    },
    timers: {
      retry(state, ctx) {
        const n = ballots.next(proposer, state.newest)
        if (n === null) return
        Object.assign(state, begin(n))
        for (const acceptor of asked) ctx.send(acceptor, 'prepare', { n })
      },
    },
  })
}

function duelAcceptor(ballots: Ballots): AnyNodeDefinition {
  return node<DuelAcceptorState, DuelMessages>({
    init: () => ({ promised: 0 }),
    on: {
      prepare(state, { n }, ctx) {
        if (!ballots.newer(n, state.promised)) return ctx.reply('nack', { n, promised: state.promised })
        state.promised = n
        ctx.reply('promise', { n })
      },
      accept(state, { n }, ctx) {
        if (ballots.newer(state.promised, n)) return ctx.reply('nack', { n, promised: state.promised })
        state.promised = n
        ctx.reply('accepted', { n })
      },
    },
  })
}

const duelRoles: Record<string, Role> = {
  proposer: {
    sends: { prepare: fields({ n: number }), accept: fields({ n: number }) },
    observe: ({ state }) => state,
  },
  acceptor: {
    sends: {
      promise: fields({ n: number }),
      accepted: fields({ n: number }),
      nack: fields({ n: number, promised: number }),
    },
    observe: ({ state }) => state,
  },
}

/**
 * Two proposers of single-decree Paxos and three acceptors, of which each proposer asks two; no faults. Values are left out, and with them what a promise
 * reports: they decide what a proposer asks for, never whether it is accepted.
 *
 * Ballots rise without end, so they are counted in a ring. The loop in the ring is a loop of the protocol, with every
 * ballot raised each time round, as long as the ring compares any two ballots as they are. It does: a proposer begins
 * anew only when all its messages were answered, so a message's ballot is the current one of its proposer, and what an
 * acceptor has promised is hardly older. `ballotsUpTo` has the ballots as they are and sees to each comparison.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.4, where the two proposers are P and Q.
 * @param yielding Q gives up when it is refused, as one that has heard of a leader does
 */
export function duel(yielding: boolean, ballotsUpTo: number | null = null): System {
  const ballots = ballotsUpTo === null ? ring : upTo(ballotsUpTo)
  return {
    nodes: [
      { id: 'P', role: 'proposer', definition: dueling(1, ballots, 'not up') },
      { id: 'Q', role: 'proposer', definition: dueling(0, ballots, yielding ? 'up' : 'not up') },
      ...ACCEPTORS.map((id): SystemNode => ({ id, role: 'acceptor', definition: duelAcceptor(ballots) })),
    ],
    roles: duelRoles,
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [
      {
        id: 'decided',
        kind: 'eventually',
        reached: (view) =>
          view.some(({ role, seen }) => role === 'proposer' && (seen as DuelingProposerState).decided),
      },
    ],
  }
}

// Elections -------------------------------------------------------------------------------------------------------------

interface ElectionMessages {
  tick: { round: number }
  request: { round: number }
  vote: { granted: boolean }
  done: Empty
}

interface ServerState {
  /** The round that it is in, 0 or 1 in turn: messages of the round before the last are gone. */
  round: number
  /** Ticks until it stands for election. */
  left: number
  /** Whom it voted for in this round. */
  voted: string | null
  votes: number
  answers: number
  leads: boolean
}

function server(timeout: number): AnyNodeDefinition {
  const enter = (state: ServerState, round: number): void => {
    if (state.round === round) return
    state.round = round
    state.voted = null
  }
  return node<ServerState, ElectionMessages>({
    init: () => ({ round: 0, left: timeout, voted: null, votes: 0, answers: 0, leads: false }),
    on: {
      tick(state, { round }, ctx) {
        enter(state, round)
        state.left--
        if (state.left > 0 || state.voted !== null) {
          if (state.left === 0) state.left = timeout
          ctx.reply('done', {})
          return
        }
        Object.assign(state, { left: timeout, voted: ctx.self, votes: 1, answers: 0 })
        ctx.broadcast('server', 'request', { round })
      },
      request(state, { round }, ctx) {
        enter(state, round)
        const granted = state.voted === null
        if (granted) Object.assign(state, { voted: ctx.from, left: timeout })
        ctx.reply('vote', { granted })
      },
      vote(state, { granted }, ctx) {
        state.answers++
        if (granted) state.votes++
        if (state.votes * 2 > ctx.nodes('server').length) state.leads = true
        else if (state.answers === ctx.nodes('server').length - 1) ctx.broadcast('clock', 'done', {})
      },
    },
  })
}

interface ClockState {
  round: number
  done: number
}

/** Time: it ticks once all that was done in the last tick is over. So messages take less than a tick. */
const clock: AnyNodeDefinition = node<ClockState, ElectionMessages>({
  init(ctx) {
    ctx.setTimer('tick')
    return { round: 0, done: 0 }
  },
  on: {
    done(state, _message, ctx) {
      state.done++
      if (state.done === ctx.nodes('server').length) ctx.setTimer('tick')
    },
  },
  timers: {
    tick(state, ctx) {
      state.round = 1 - state.round
      state.done = 0
      ctx.broadcast('server', 'tick', { round: state.round })
    },
  },
})

const electionRoles: Record<string, Role> = {
  clock: { sends: { tick: fields({ round: number }) }, observe: () => null },
  server: {
    sends: {
      request: fields({ round: number }),
      vote: fields({
        granted: (value, path) =>
          typeof value === 'boolean' ? null : { field: path, expected: 'expected-boolean' },
      }),
      done: nothing,
    },
    observe: ({ state }) => (state as ServerState).leads,
  },
}

/**
 * An election among servers with these timeouts, in ticks of one clock. It takes the votes of more than half of them.
 * Rounds stand for the terms of Raft: one begins with each tick.
 * Reference: D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section 5.2.
 */
export function election(timeouts: readonly number[]): System {
  return {
    nodes: [
      { id: 'T', role: 'clock', definition: clock },
      ...timeouts.map((timeout, index): SystemNode => ({
        id: `S${index + 1}`,
        role: 'server',
        definition: server(timeout),
      })),
    ],
    roles: electionRoles,
    network: { duplicates: 0, drops: 0 } satisfies Network,
    crashes: null,
    properties: [
      { id: 'elected', kind: 'eventually', reached: (view) => view.some(({ seen }) => seen === true) },
    ],
  }
}

/**
 * The same election of two servers, a round a step: both draw a timeout, and the shorter one wins. Each draw is a fair
 * action of its own, which is all that chance is to a model checker: what can happen in every round does happen some
 * time. Terms are left out but for whether they are odd.
 */
export function electionOfRounds(draws: readonly (readonly [number, number])[]): GuardedModel<{
  oddTerm: boolean
  leader: string | null
}> {
  return new GuardedModel<{ oddTerm: boolean; leader: string | null }>({
    initial: [{ oddTerm: false, leader: null }],
    *transitions({ oddTerm, leader }) {
      if (leader !== null) return
      for (const [one, other] of draws) {
        const winner = one === other ? null : one < other ? 'S1' : 'S2'
        yield {
          name: 'Round',
          parameters: [one, other],
          next: { oddTerm: !oddTerm, leader: winner },
          fair: true,
        }
      }
    },
    properties: [{ id: 'elected', kind: 'eventually', holds: ({ leader }) => leader !== null }],
  })
}
