/**
 * Elections after a leader has gone, simulated: how often the first of them ends in a split vote, and how long it takes until somebody
 * leads. There are so many that a build can't repeat them all: count-split-votes.ts counts them ahead,
 * and a test counts a part of them again.
 */
import { Repetition, SPARSE } from '../../../engine/actors/repetition.ts'
import { type Observed, observed } from '../../../engine/actors/observed.ts'
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import { type NodeId, node } from '../../../engine/api.ts'
import { chooserOf } from '../../../engine/drivers/simulate.ts'
import { LiveSystem } from '../../../engine/drivers/simulate-live.ts'
import { ELECTION_TIMEOUT, HEARTBEAT_INTERVAL } from '../../../exercises/raft-election/exercise.ts'
import type { Messages, Seen } from '../../../exercises/raft-election/messages.ts'
import { electionMessages, seen } from '../../../exercises/raft-election/properties.ts'
import solution from '../../../exercises/raft-election/solution.ts'

/** How many servers there are, the one that has gone included, and by how much election timeouts differ at most, in milliseconds. */
export const SERVERS = [3, 5, 7] as const
export const SPREADS = [0, 5, 10, 25, 50, 100, 150, 300] as const

/** Elections at each point. They are counted in blocks, so that a part can be counted again. */
export const BLOCKS = 100
export const BLOCK = 200

/** A message takes any time from the first to the second, in milliseconds. */
export const LATENCY = [5, 15] as const

/** The term of the leader that has gone. */
const BEFORE = 1

/** When the last heartbeat leaves. How long messages take that are sent as a system begins is not drawn, so it is not then. */
const LAST_HEARTBEAT = 1

/** Sends its last heartbeat, and is not heard of any more. */
const gone: AnyNodeDefinition = node<{ seen: null }, Messages>({
  init(ctx) {
    ctx.setTimer('last', LAST_HEARTBEAT)
    return { seen: null }
  },
  on: {},
  timers: {
    last(_state, ctx) {
      ctx.broadcast('server', 'appendEntries', { term: BEFORE })
    },
  },
})

/**
 * A cluster whose leader is about to send its last heartbeat. A follower’s timer begins anew when that arrives, so that all draw their
 * timeouts.
 */
export function afterTheLeader(servers: number, spread: number): System {
  const follower = observed<Seen>(solution as AnyNodeDefinition, { shows: seen })
  const nameOf = (number: number): NodeId => String.fromCharCode('A'.charCodeAt(0) + number)
  const [least] = ELECTION_TIMEOUT
  const [from, to] = LATENCY
  return {
    nodes: Array.from({ length: servers }, (_, number) => ({
      id: nameOf(number),
      role: 'server',
      definition: number === 0 ? gone : follower,
    })),
    roles: {
      server: { sends: electionMessages, observe: ({ state }) => (state as Observed<Seen> | null)?.seen },
    },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    time: {
      latencies: [from],
      spread: { kind: 'uniform', from, to },
      timeouts: { election: [least, least + spread], heartbeat: [HEARTBEAT_INTERVAL] },
    },
    properties: [],
  }
}

/** What became of a number of elections. */
export interface Outcome {
  /** Those whose first term ended without a leader. */
  readonly split: number
  /**
   * From the last heartbeat of the old leader until somebody led: the sum of all, in milliseconds. Null where all timeouts are equal:
   * who has stood at the same moment does so for ever.
   */
  readonly milliseconds: number | null
}

/**
 * Lets a cluster elect, again and again.
 * @param seed of the first; each takes the next
 */
export function elect(servers: number, spread: number, seed: number, elections: number): Outcome {
  const system = afterTheLeader(servers, spread)
  const repetition = new Repetition(system, SPARSE)
  let split = 0
  let milliseconds = 0
  for (let number = 0; number < elections; number++) {
    const live = new LiveSystem(system, repetition)
    const chooser = chooserOf(live, seed + number)
    const states = (): Seen[] => live.view.flatMap((one) => (one.seen as Seen | null) ?? [])
    let again = false
    while (!(again && spread === 0) && !states().some(({ role }) => role === 'leader')) {
      if (!chooser.step()) throw new Error('an election has come to an end without a leader')
      // The first election is that of the term after the old leader’s. In a later one nobody has won it.
      again ||= live.observed && states().some(({ term }) => term > BEFORE + 1)
    }
    if (again) split++
    milliseconds += live.time!.now - LAST_HEARTBEAT
  }
  repetition.verify()
  return { split, milliseconds: spread === 0 ? null : milliseconds }
}

/** The elections of one block of a point. Blocks have seeds of their own, the same at each point. */
export function block(servers: number, spread: number, number: number): Outcome {
  return elect(servers, spread, 1 + number * BLOCK, BLOCK)
}
