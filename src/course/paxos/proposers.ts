/** Proposers of the Paxos chapter that differ from Paxos's in one rule, or that try more than once. */
import type { AnyNodeDefinition } from '../../../engine/actors/system.ts'
import { type Context, node } from '../../../engine/api.ts'
import type { Ballot } from '../../../exercises/paxos-acceptor/exercise.ts'
import type { Messages, Proposal } from '../../../exercises/paxos-acceptor/messages.ts'

/** Which of the reported values a proposer goes on with; where none is reported, its own. */
export type Value = 'largest number' | 'largest value'

const choose: Record<Value, (reported: readonly Proposal[]) => number | undefined> = {
  // Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.2, phase 2 (a).
  'largest number': (reported) => [...reported].sort((one, other) => other.n - one.n)[0]?.v,
  // The wording of the note's older revision.
  'largest value': (reported) => [...reported].sort((one, other) => other.v - one.v)[0]?.v,
}

/** One attempt of a proposer. */
export interface Attempt {
  n: number
  /** The answers to its prepare: the accepted proposal of each acceptor that promised. */
  promises: { [acceptor: string]: Proposal | null }
  /** The value that it asked the acceptors to accept. */
  asked: number | null
}

/** Begins an attempt: asks every acceptor for a promise. */
export function prepare(n: number, v: number, ctx: Context<Messages>): Attempt {
  ctx.broadcast('acceptor', 'prepare', { n, v })
  return { n, promises: {}, asked: null }
}

/** Takes a promise; with those of a majority it asks for a value, once. */
export function hear(
  attempt: Attempt,
  promise: Messages['promise'],
  v: number,
  rule: Value,
  ctx: Context<Messages>,
): void {
  if (promise.n !== attempt.n || attempt.asked !== null) return
  attempt.promises[ctx.from] ??= promise.accepted
  const answers = Object.values(attempt.promises)
  if (answers.length * 2 <= ctx.nodes('acceptor').length) return
  attempt.asked = choose[rule](answers.filter((answer) => answer !== null)) ?? v
  attempt.promises = {}
  ctx.broadcast('acceptor', 'accept', { n: attempt.n, v: attempt.asked })
}

/** A proposer with one attempt and a rule of its own for its value. */
export function proposer(rule: Value, { n, v }: Ballot): AnyNodeDefinition {
  return node<Attempt & { v: number }, Messages>({
    init: (ctx) => ({ ...prepare(n, v, ctx), v }),
    on: { promise: (state, promise, ctx) => hear(state, promise, v, rule, ctx) },
  })
}

/**
 * A proposer that tries a second time. Once it has asked for a value it waits to be told that it was chosen, and when its
 * timer fires, which may be at any moment, it begins again with a larger number.
 * @param second the number of the second attempt
 */
export function retrying({ n, v }: Ballot, second: number): AnyNodeDefinition {
  return node<Attempt & { v: number }, Messages>({
    init: (ctx) => ({ ...prepare(n, v, ctx), v }),
    on: {
      promise(state, promise, ctx) {
        hear(state, promise, v, 'largest number', ctx)
        if (state.asked !== null && state.n !== second) ctx.setTimer('retry')
      },
    },
    timers: {
      retry: (state, ctx) => void Object.assign(state, prepare(second, v, ctx)),
    },
  })
}

/** A proposer that knows nothing of a first phase: it tells some acceptors its proposal, and that is all. */
export function telling({ n, v }: Ballot, acceptors: readonly string[]): AnyNodeDefinition {
  return node<{ n: number; v: number }, Messages>({
    init(ctx) {
      for (const acceptor of acceptors) ctx.send(acceptor, 'accept', { n, v })
      return { n, v }
    },
    on: {},
  })
}
