/** One function decides both messages, and the handlers carry out what it says. */
import { node, type Context } from 'lockstep'
import type { Messages, Proposal } from '../messages'

interface State {
  readonly promised: number
  readonly accepted: Proposal | null
}

type Event = { kind: 'prepare'; n: number } | { kind: 'accept'; proposal: Proposal }

const blank: State = { promised: 0, accepted: null }

/** The state after an event, or null where it is refused. */
function decide(state: State, event: Event): State | null {
  switch (event.kind) {
    case 'prepare':
      return event.n > state.promised ? { ...state, promised: event.n } : null
    case 'accept':
      return event.proposal.n >= state.promised
        ? { promised: event.proposal.n, accepted: event.proposal }
        : null
  }
}

function commit(state: State, event: Event, { persist }: Context<Messages, State>): boolean {
  const next = decide(state, event)
  if (!next) return false
  persist(next)
  Object.assign(state, next)
  return true
}

export default node<State, Messages>({
  init: () => ({ ...blank }),

  on: {
    prepare(state, { n }, ctx) {
      if (commit(state, { kind: 'prepare', n }, ctx)) ctx.reply('promise', { n, accepted: state.accepted })
    },

    accept(state, proposal, ctx) {
      if (commit(state, { kind: 'accept', proposal }, ctx)) ctx.broadcast('learner', 'accepted', proposal)
    },
  },

  restart: (disk) => disk ?? { ...blank },
})
