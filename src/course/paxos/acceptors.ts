/** The acceptors of the Paxos chapter: the note's, Paxos's, and Paxos's with one rule left out. */
import type { AnyNodeDefinition } from '../../../engine/actors/system.ts'
import { node } from '../../../engine/api.ts'
import type { Messages, Proposal } from '../../../exercises/paxos-acceptor/messages.ts'
import paxosAcceptor from '../../../exercises/paxos-acceptor/solution.ts'
import noteAcceptor from '../../../exercises/paxos-acceptor/starter.ts'

/** The acceptor as the note describes it, and Paxos's. */
export const acceptors = { note: noteAcceptor, paxos: paxosAcceptor } as const satisfies Record<
  string,
  AnyNodeDefinition
>
export type Rule = keyof typeof acceptors

interface State {
  promised: number
  accepted: Proposal | null
}

const paxos: AnyNodeDefinition = paxosAcceptor

/** Paxos's acceptor, made blind to the value in a prepare. */
export const blind: AnyNodeDefinition = {
  ...paxos,
  on: {
    ...paxos.on,
    prepare: (state, message: Messages['prepare'], ctx) =>
      paxos.on.prepare!(state, { ...message, v: 0 }, ctx),
  },
}

/** Paxos's acceptor without its disk: it restarts as if for the first time. */
export const forgetful: AnyNodeDefinition = { init: paxos.init, on: paxos.on }

/** Paxos's acceptor, with answer and disk in the wrong order: a crash may come between them. */
export const answersFirst: AnyNodeDefinition = node<State, Messages>({
  init: () => ({ promised: 0, accepted: null }),
  on: {
    prepare(state, { n }, ctx) {
      if (n <= state.promised) return
      state.promised = n
      ctx.reply('promise', { n, accepted: state.accepted })
      ctx.persist(state)
    },
    accept(state, { n, v }, ctx) {
      if (n < state.promised) return
      state.promised = n
      state.accepted = { n, v }
      ctx.broadcast('learner', 'accepted', { n, v })
      ctx.persist(state)
    },
  },
  restart: (disk) => disk ?? { promised: 0, accepted: null },
})

/** An acceptor that knows the first of the two constraints only: it accepts the first proposal, and no other. */
export const firstOnly: AnyNodeDefinition = node<{ accepted: Proposal | null }, Messages>({
  init: () => ({ accepted: null }),
  on: {
    accept(state, { n, v }, ctx) {
      if (state.accepted !== null) return
      state.accepted = { n, v }
      ctx.persist(state)
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },
  restart: (disk) => disk ?? { accepted: null },
})
