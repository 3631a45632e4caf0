/**
 * Two-phase commit as the note tells it: the coordinator asks, the participants vote, and once the votes are in it tells them.
 * TODO: that is enough as long as nothing goes wrong. A vote may arrive twice, a message may be lost, and each node may crash between any
 * two calls and come back with what it has given to `ctx.persist`, which is nothing so far.
 */
import { node } from 'lockstep'
import type { CoordinatorSeen, Messages, ParticipantSeen } from './messages'

interface CoordinatorState {
  votes: number
  decision: 'commit' | 'abort' | null
}

const coordinator = node<CoordinatorState, Messages>({
  init(ctx) {
    ctx.broadcast('participant', 'prepare', {})
    return { votes: 0, decision: null }
  },

  on: {
    vote(state, { yes }, ctx) {
      if (yes) state.votes += 1
      else state.decision = 'abort'
      if (state.votes === ctx.nodes('participant').length) state.decision = 'commit'
      if (state.decision !== null)
        ctx.broadcast('participant', 'decision', { commit: state.decision === 'commit' })
    },
  },

  /** This is how the trials see the coordinator. */
  observe({ decision }): CoordinatorSeen {
    return { decision }
  },
})

interface ParticipantState {
  phase: ParticipantSeen['phase']
}

const participant = node<ParticipantState, Messages>({
  init() {
    return { phase: 'working' }
  },

  on: {
    prepare(state, _message, ctx) {
      if (state.phase === 'working') state.phase = 'prepared'
      ctx.reply('vote', { yes: state.phase === 'prepared' })
    },

    decision(state, { commit }) {
      state.phase = commit ? 'committed' : 'aborted'
    },

    fail(state) {
      state.phase = 'aborted'
    },
  },

  /** And this is how they see a participant. */
  observe({ phase }): ParticipantSeen {
    return { phase }
  },
})

export default { coordinator, participant }
