/** Presumed commit: that voting has begun is on disk before anybody is asked, commits need no acknowledgement, and whom it knows nothing of is told to commit. */
import { type Context, type NodeId, node } from 'lockstep'
import type { CoordinatorSeen, Messages, ParticipantSeen } from '../messages'

type Decision = 'commit' | 'abort'
/** On the coordinator’s disk, until all have acknowledged to abort or there is a commit. */
type Record = 'voting' | null

interface CoordinatorState {
  /** Who has voted yes. */
  yes: NodeId[]
  /** Invariant: once it is made it does not change, and nobody hears of it before it is on disk. */
  decision: Decision | null
  /** Who has the decision on disk, so that nobody else needs to know it for them. */
  acknowledged: NodeId[]
}

const coordinator = node<CoordinatorState, Messages, Record>({
  init(ctx) {
    ctx.persist('voting')
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
      if (state.decision !== 'abort' || state.acknowledged.includes(ctx.from)) return
      state.acknowledged.push(ctx.from)
      if (state.acknowledged.length < ctx.nodes('participant').length) return
      ctx.cancelTimer('repeat')
      ctx.persist(null)
    },

    inquire(state, _message, ctx) {
      if (state.decision !== null) reply(state.decision, ctx)
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
    if (disk === null) return { yes: [], decision: 'commit', acknowledged: [] }
    const state: CoordinatorState = { yes: [], decision: null, acknowledged: [] }
    decide(state, 'abort', ctx)
    return state
  },

  observe({ decision, yes }): CoordinatorSeen {
    // A commit that is only presumed may be an abort that all know of.
    return { decision: decision === 'commit' && yes.length === 0 ? null : decision }
  },
})

type CoordinatorContext = Context<Messages, Record>

function decide(state: CoordinatorState, decision: Decision, ctx: CoordinatorContext): void {
  ctx.cancelTimer('timeout')
  state.decision = decision
  if (decision === 'commit') ctx.persist(null)
  tell(state, ctx)
}

/** Tells those who have not acknowledged, and again after a while. */
function tell({ decision, acknowledged }: CoordinatorState, ctx: CoordinatorContext): void {
  for (const participant of ctx.nodes('participant')) {
    if (!acknowledged.includes(participant))
      ctx.send(participant, 'decision', { commit: decision === 'commit' })
  }
  if (decision === 'abort') ctx.setTimer('repeat')
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
      if (state.phase === 'aborted') ctx.broadcast('coordinator', 'acknowledge', {})
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
  if (phase !== 'committed') ctx.persist(phase)
  if (phase === 'prepared') ctx.setTimer('inquire')
  else ctx.cancelTimer('inquire')
}

export default { coordinator, participant }
