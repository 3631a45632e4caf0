/**
 * Duels: proposers that try again with a larger number whenever they are refused. By hand, message for message, as in
 * the exercise `duel`, to show that they may last as long as you like; and with clocks, to see how long they do last.
 */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import { type Context, node } from '../../../engine/api.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import { acceptor as refusing } from '../../../exercises/duel/acceptor.ts'
import { duel, roundsPlayed } from '../../../exercises/duel/exercise.ts'
import { duelRun as playDuel } from '../../../exercises/duel/strategy.ts'
import { type Ballot, chosen } from '../../../exercises/paxos-acceptor/exercise.ts'
import type { Messages } from '../../../exercises/paxos-acceptor/messages.ts'
import { type Attempt, hear, prepare } from './proposers.ts'
import { replacing, system } from './systems.ts'

export { duel }

/** A duel of so many rounds, none of them decided. */
export function duelRun(rounds: number): readonly Action[] {
  return playDuel(duel(rounds), rounds)
}

/** Were so many rounds played in a run, and nothing chosen? */
export function isDuel({ view }: Run, rounds: number): boolean {
  return roundsPlayed(view) === rounds && chosen(view).length === 0
}

interface WaitingState extends Attempt {
  v: number
  /** The largest number that it has been refused for. */
  refusedFor: number
}

/**
 * A proposer that waits when an acceptor refuses it, and then begins again with the next of its numbers that is larger
 * than what the acceptor has promised.
 * @param apart the distance between two of its numbers: nobody else has numbers with the same remainder
 */
function waiting({ n, v }: Ballot, apart: number): AnyNodeDefinition {
  return node<WaitingState, Messages>({
    init: (ctx) => ({ ...prepare(n, v, ctx), v, refusedFor: 0 }),
    on: {
      promise: (state, promise, ctx) => hear(state, promise, v, 'largest number', ctx),
      nack(state, refusal, ctx) {
        if (refusal.n !== state.n) return
        // The second acceptor that refuses the same ballot does not make it wait longer.
        if (state.refusedFor < state.n) ctx.setTimer('retry')
        state.refusedFor = Math.max(state.refusedFor, refusal.promised)
      },
    },
    timers: {
      retry(state, ctx: Context<Messages>) {
        const steps = Math.floor((state.refusedFor - n) / apart) + 1
        Object.assign(state, prepare(n + steps * apart, v, ctx))
      },
    },
  })
}

/** How long a message takes in the simulated network, in milliseconds: anything from the first to the second. */
const LATENCY = [5, 30] as const

/** Five that want something, each with a value and numbers of its own. */
const FIVE: readonly Ballot[] = ['A', 'B', 'C', 'D', 'E'].map((proposer, index) => ({
  proposer,
  n: index + 1,
  v: [8, 5, 7, 3, 6][index]!,
}))

/**
 * Proposers that wait before they try again, in a network with delays.
 * @param wait each wait is drawn anew, from the first to the second, in milliseconds
 * @param count how many proposers there are
 */
export function timed(wait: readonly [number, number], count = FIVE.length): System {
  const ballots = FIVE.slice(0, count)
  const nodes = ballots.map((ballot) => [ballot.proposer, waiting(ballot, FIVE.length)] as const)
  const plain = replacing(system(ballots, refusing), Object.fromEntries(nodes))
  const [from, to] = LATENCY
  return {
    ...plain,
    time: {
      latencies: [from],
      spread: { kind: 'uniform', from, to },
      timeouts: { retry: wait },
    },
  }
}
