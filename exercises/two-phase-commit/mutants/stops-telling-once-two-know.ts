// caught by: settled
/** Stops telling its decision once two have it, however many there are, and answers no question. */
import { type Context, type NodeId, node } from 'lockstep'
import type { CoordinatorSeen, Messages, ParticipantSeen } from '../messages'

type Decision = 'commit' | 'abort'

interface CoordinatorState {
  /** Who has voted yes. */
  yes: NodeId[]
  /** Invariant: once it is made it does not change, and nobody hears of it before it is on disk. */
  decision: Decision | null
  /** Who has the decision on disk, so that nobody else needs to know it for them. */
  acknowledged: NodeId[]
}

/** On disk there is the decision alone. */
const coordinator = node<CoordinatorState, Messages, Decision>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    ctx.setTimer('timeout')
    return { yes: [], decision: null, acknowledged: [] }
  },

  on: {
    vote(state, { yes }, ctx) {
      if (state.decision !== null) return reply(state.decision, ctx)
      if (!yes) return decide(state, 'abort', ctx)
      if (!state.yes.includes(ctx.from)) state.yes.push(ctx.from)
      if (state.yes.length === ctx.nodes('participant').length) decide(state, 'commit', ctx)
    },

    acknowledge(state, _message, ctx) {
      if (!state.acknowledged.includes(ctx.from)) state.acknowledged.push(ctx.from)
      if (state.acknowledged.length === 2) ctx.cancelTimer('repeat')
    },
  },

  timers: {
    /** Nobody was told to commit yet, so that it may still abort. */
    timeout(state, ctx) {
      decide(state, 'abort', ctx)
    },

    repeat(state, ctx) {
      tell(state, ctx)
    },
  },

  restart(disk, ctx) {
    const state: CoordinatorState = { yes: [], decision: disk, acknowledged: [] }
    // Without a decision on disk nobody was told to commit.
    if (disk === null) decide(state, 'abort', ctx)
    else tell(state, ctx)
    return state
  },

  observe({ decision }): CoordinatorSeen {
    return { decision }
  },
})

type CoordinatorContext = Context<Messages, Decision>

function decide(state: CoordinatorState, decision: Decision, ctx: CoordinatorContext): void {
  ctx.cancelTimer('timeout')
  state.decision = decision
  ctx.persist(decision)
  tell(state, ctx)
}

/** Tells those who have not acknowledged, and again after a while. */
function tell({ decision, acknowledged }: CoordinatorState, ctx: CoordinatorContext): void {
  for (const participant of ctx.nodes('participant')) {
    if (!acknowledged.includes(participant))
      ctx.send(participant, 'decision', { commit: decision === 'commit' })
  }
  ctx.setTimer('repeat')
}

function reply(decision: Decision, ctx: CoordinatorContext): void {
  ctx.reply('decision', { commit: decision === 'commit' })
}

type Phase = ParticipantSeen['phase']

interface ParticipantState {
  /** Invariant: on disk before anybody hears of it, unless it is working. */
  phase: Phase
}

/** On disk there is the phase. */
const participant = node<ParticipantState, Messages, Phase>({
  init() {
    return { phase: 'working' }
  },

  on: {
    prepare(state, _message, ctx) {
      if (state.phase === 'working') enter(state, 'prepared', ctx)
      ctx.reply('vote', { yes: state.phase !== 'aborted' })
    },

    decision(state, { commit }, ctx) {
      if (state.phase === 'working' || state.phase === 'prepared')
        enter(state, commit ? 'committed' : 'aborted', ctx)
      ctx.broadcast('coordinator', 'acknowledge', {})
    },

    /** Without a yes nothing is promised: it may abort alone. */
    fail(state, _message, ctx) {
      if (state.phase !== 'working') return
      enter(state, 'aborted', ctx)
      ctx.broadcast('coordinator', 'vote', { yes: false })
    },
  },

  timers: {
    /** In doubt it can only ask. */
    inquire(_state, ctx) {
      ctx.broadcast('coordinator', 'inquire', {})
      ctx.setTimer('inquire')
    },
  },

  restart(disk, ctx) {
    if (disk === 'prepared') ctx.setTimer('inquire')
    return { phase: disk ?? 'working' }
  },

  observe({ phase }): ParticipantSeen {
    return { phase }
  },
})

function enter(state: ParticipantState, phase: Phase, ctx: Context<Messages, Phase>): void {
  state.phase = phase
  ctx.persist(phase)
  if (phase === 'prepared') ctx.setTimer('inquire')
  else ctx.cancelTimer('inquire')
}

export default { coordinator, participant }
