/** Presumed abort: only commits are on disk, and only until all have acknowledged. Whom it knows nothing of is told to abort. */
import { type Context, type NodeId, node } from 'lockstep'
import type { CoordinatorSeen, Messages, ParticipantSeen } from '../messages'

type Decision = 'commit' | 'abort'

interface CoordinatorState {
  /** Who has voted yes. */
  yes: NodeId[]
  /** Null once it is forgotten, too. */
  decision: Decision | null
  voting: boolean
  /** Who has the decision on disk, so that nobody else needs to know it for them. */
  acknowledged: NodeId[]
}

/** On disk there is the decision alone. */
const coordinator = node<CoordinatorState, Messages, Decision | null>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    ctx.setTimer('timeout')
    return { yes: [], decision: null, voting: true, acknowledged: [] }
  },

  on: {
    vote(state, { yes }, ctx) {
      if (!state.voting) return reply(state.decision ?? 'abort', ctx)
      if (!yes) return decide(state, 'abort', ctx)
      if (!state.yes.includes(ctx.from)) state.yes.push(ctx.from)
      if (state.yes.length === ctx.nodes('participant').length) decide(state, 'commit', ctx)
    },

    acknowledge(state, _message, ctx) {
      if (state.decision !== 'commit' || state.acknowledged.includes(ctx.from)) return
      state.acknowledged.push(ctx.from)
      if (state.acknowledged.length < ctx.nodes('participant').length) return
      ctx.cancelTimer('repeat')
      ctx.persist(null)
      Object.assign(state, { decision: null, acknowledged: [] })
    },

    inquire(state, _message, ctx) {
      if (!state.voting) reply(state.decision ?? 'abort', ctx)
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
    const state: CoordinatorState = { yes: [], decision: disk, voting: false, acknowledged: [] }
    if (disk !== null) tell(state, ctx)
    return state
  },

  observe({ decision }): CoordinatorSeen {
    return { decision }
  },
})

type CoordinatorContext = Context<Messages, Decision | null>

function decide(state: CoordinatorState, decision: Decision, ctx: CoordinatorContext): void {
  ctx.cancelTimer('timeout')
  Object.assign(state, { yes: [], decision, voting: false })
  if (decision === 'commit') ctx.persist(decision)
  tell(state, ctx)
}

/** Tells those who have not acknowledged, and again after a while. */
function tell({ decision, acknowledged }: CoordinatorState, ctx: CoordinatorContext): void {
  for (const participant of ctx.nodes('participant')) {
    if (!acknowledged.includes(participant))
      ctx.send(participant, 'decision', { commit: decision === 'commit' })
  }
  if (decision === 'commit') ctx.setTimer('repeat')
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
      if (state.phase === 'committed') ctx.broadcast('coordinator', 'acknowledge', {})
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
  if (phase !== 'aborted') ctx.persist(phase)
  if (phase === 'prepared') ctx.setTimer('inquire')
  else ctx.cancelTimer('inquire')
}

export default { coordinator, participant }
