/**
 * A participant that does not wait for ever. In doubt for too long, it aborts of its own accord: a heuristic decision, as databases and their
 * administrators take them to free what a prepared transaction holds. In everything else it is a right one.
 */
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import type { Context } from '../../engine/api.ts'
import type { ParticipantSeen } from '../two-phase-commit/messages.ts'
import solution from '../two-phase-commit/solution.ts'

interface State {
  phase: ParticipantSeen['phase']
}

type AnyContext = Context<Record<string, unknown>, ParticipantSeen['phase']>

const right: AnyNodeDefinition = solution.participant

export const givesUp: AnyNodeDefinition = {
  ...right,
  on: {
    ...right.on,
    prepare(state: State, message: unknown, ctx: AnyContext) {
      if (state.phase === 'working') ctx.setTimer('give-up')
      right.on['prepare']!(state, message, ctx)
    },
    decision(state: State, message: unknown, ctx: AnyContext) {
      ctx.cancelTimer('give-up')
      right.on['decision']!(state, message, ctx)
    },
  },
  timers: {
    ...right.timers,
    'give-up'(state: State, ctx: AnyContext) {
      state.phase = 'aborted'
      ctx.persist('aborted')
      ctx.cancelTimer('inquire')
    },
  },
}
