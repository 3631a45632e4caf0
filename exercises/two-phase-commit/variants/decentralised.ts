/** Participants vote to each other, and each of them decides for itself: commit once all have said yes, abort for a no. The coordinator only asks. */
import { type Context, type NodeId, node } from 'lockstep'
import type { CoordinatorSeen, Messages, ParticipantSeen } from '../messages'

const coordinator = node<Record<string, never>, Messages>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    ctx.setTimer('again')
    return {}
  },
  on: {},
  timers: {
    again(_state, ctx) {
      ctx.broadcast('participant', 'prepare', {})
      ctx.setTimer('again')
    },
  },
  restart(_disk, ctx) {
    ctx.setTimer('again')
    return {}
  },
  observe: (): CoordinatorSeen => ({ decision: null }),
})

type Phase = ParticipantSeen['phase']

interface State {
  phase: Phase
  yes: NodeId[]
}

const participant = node<State, Messages, Phase>({
  init: () => ({ phase: 'working', yes: [] }),
  on: {
    prepare(state, _message, ctx) {
      if (state.phase === 'working') enter(state, 'prepared', ctx)
      vote(state, ctx)
    },
    vote(state, { yes }, ctx) {
      if (state.phase === 'committed' || state.phase === 'aborted') return
      if (!yes) return enter(state, 'aborted', ctx)
      if (!state.yes.includes(ctx.from)) state.yes.push(ctx.from)
      commitIfAll(state, ctx)
    },
    decision(state, { commit }, ctx) {
      if (state.phase === 'prepared') enter(state, commit ? 'committed' : 'aborted', ctx)
      ctx.broadcast('coordinator', 'acknowledge', {})
    },
    fail(state, _message, ctx) {
      if (state.phase === 'working') enter(state, 'aborted', ctx)
    },
  },
  restart: (disk) => ({ phase: disk ?? 'working', yes: [] }),
  observe: ({ phase }): ParticipantSeen => ({ phase }),
})

type Ctx = Context<Messages, Phase>

function vote(state: State, ctx: Ctx): void {
  const yes = state.phase !== 'aborted'
  ctx.broadcast('participant', 'vote', { yes })
  ctx.broadcast('coordinator', 'vote', { yes })
  commitIfAll(state, ctx)
}

function commitIfAll(state: State, ctx: Ctx): void {
  const others = ctx.nodes('participant').length - 1
  if (state.phase === 'prepared' && state.yes.length === others) enter(state, 'committed', ctx)
}

function enter(state: State, phase: Phase, ctx: Ctx): void {
  state.phase = phase
  ctx.persist(phase)
}

export default { coordinator, participant }
