/**
 * The strategy of somebody who is the network and wants no decision: whoever has its promises is overtaken by the other
 * before a single acceptor accepts.
 * Reference: L. Lamport, "Paxos Made Simple", 2001, section 2.4, where two proposers keep each other from succeeding.
 */
import { Run } from '../../engine/drivers/run.ts'
import type { System } from '../../engine/actors/system.ts'
import type { Action } from '../../engine/model.ts'

/** The acceptors that take part; a majority. The third hears nothing. */
const MAJORITY = ['X', 'Y'] as const

/**
 * The steps of a duel in which A and B lose in turns.
 * @param system a duel with the proposers A and B and the acceptors X, Y and Z
 * @param rounds at least one; none of them is decided
 */
export function duelRun(system: System, rounds: number): Action[] {
  const run = new Run(system)
  /** Delivers what has just been sent by one to the other: of several messages on their way, the latest. */
  const deliver = (type: string, from: string, to: string): void => {
    const message = run.record.frames
      .at(-1)!
      .inFlight.findLast((one) => one.type === type && one.from === from && one.to === to)!
    run.take({ kind: 'deliver', to, message: { from, type, fields: message.fields } })
  }
  const prepare = (proposer: string): void => {
    for (const acceptor of MAJORITY) deliver('prepare', proposer, acceptor)
    for (const acceptor of MAJORITY) deliver('promise', acceptor, proposer)
  }
  prepare('A')
  for (let round = 1; round <= rounds; round++) {
    const [loser, winner] = round % 2 === 1 ? ['A', 'B'] : ['B', 'A']
    // To refuse, one acceptor is enough: in the last round nobody has to have a majority after it.
    if (round < rounds) prepare(winner!)
    else deliver('prepare', winner!, MAJORITY[0])
    deliver('accept', loser!, MAJORITY[0])
    deliver('nack', MAJORITY[0], loser!)
  }
  return run.record.steps.map(({ action }) => action)
}
