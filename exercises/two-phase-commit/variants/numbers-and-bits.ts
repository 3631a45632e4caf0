/** One state for both roles, a number: what is decided, and who has voted or acknowledged, as bits. Names nobody, counts nobody twice. */
import { type Context, type NodeId, node } from 'lockstep'
import type { CoordinatorSeen, Messages, ParticipantSeen } from '../messages'

type Ctx = Context<Messages, number[]>

const WORKING = 0
const PREPARED = 1
const COMMITTED = 2
const ABORTED = 3
const PHASES = ['working', 'prepared', 'committed', 'aborted'] as const

const bit = (ctx: Ctx, who: NodeId): number => 2 ** ctx.nodes('participant').indexOf(who)
const all = (ctx: Ctx): number => 2 ** ctx.nodes('participant').length - 1

/** [decision, votes, acknowledged] */
const coordinator = node<number[], Messages, number[]>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    ctx.setTimer('tick')
    return [WORKING, 0, 0]
  },
  on: {
    vote(state, { yes }, ctx) {
      if (state[0] !== WORKING) return tell(state, ctx)
      if (!yes) state[0] = ABORTED
      else state[1]! |= bit(ctx, ctx.from)
      if (state[1] === all(ctx)) state[0] = COMMITTED
      if (state[0] !== WORKING) tell(state, ctx)
    },
    acknowledge(state, _message, ctx) {
      if (state[0] !== WORKING) state[2]! |= bit(ctx, ctx.from)
    },
    inquire(state, _message, ctx) {
      tell(state, ctx)
    },
  },
  timers: {
    tick(state, ctx) {
      if (state[0] === WORKING) state[0] = ABORTED
      if (state[2] === all(ctx)) return
      tell(state, ctx)
      ctx.setTimer('tick')
    },
  },
  restart(disk, ctx) {
    const state = [disk?.[0] ?? ABORTED, 0, 0]
    tell(state, ctx)
    ctx.setTimer('tick')
    return state
  },
  observe: ([decision]): CoordinatorSeen => ({
    decision: decision === COMMITTED ? 'commit' : decision === ABORTED ? 'abort' : null,
  }),
})

function tell(state: number[], ctx: Ctx): void {
  if (state[0] === WORKING) return
  ctx.persist([state[0]!])
  ctx.broadcast('participant', 'decision', { commit: state[0] === COMMITTED })
}

const participant = node<number[], Messages, number[]>({
  init: () => [WORKING],
  on: {
    prepare(state, _message, ctx) {
      if (state[0] === WORKING) state[0] = PREPARED
      ctx.persist(state)
      ctx.setTimer('tick')
      ctx.reply('vote', { yes: state[0] !== ABORTED })
    },
    decision(state, { commit }, ctx) {
      if (state[0]! <= PREPARED) state[0] = commit ? COMMITTED : ABORTED
      ctx.persist(state)
      ctx.reply('acknowledge', {})
    },
    fail(state, _message, ctx) {
      if (state[0] !== WORKING) return
      state[0] = ABORTED
      ctx.persist(state)
    },
  },
  timers: {
    tick(state, ctx) {
      if (state[0] !== PREPARED) return
      ctx.broadcast('coordinator', 'inquire', {})
      ctx.setTimer('tick')
    },
  },
  restart(disk, ctx) {
    ctx.setTimer('tick')
    return disk ?? [WORKING]
  },
  observe: ([phase]): ParticipantSeen => ({ phase: PHASES[phase!]! }),
})

export default { coordinator, participant }
