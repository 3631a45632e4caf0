/**
 * raft-election: the learner writes a server that takes part in elections. Safety is looked at without a clock, where a timer may
 * fire at any moment; whether there is a leader in time, and whether it stays, is looked at with one.
 */
import { fields } from '../../engine/actors/fields.ts'
import { observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  System,
  SystemHistory,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import { type NodeId, node } from '../../engine/api.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import type { Messages, Seen } from './messages.ts'
import {
  NOTHING_DONE,
  electionMessages,
  electionSafety,
  elects,
  leaderOfAll,
  observeServer,
  seen,
  serverHistory,
} from './properties.ts'

/** The node that looks at the clock; it takes no part. */
const WATCH = 'W'

/** What is tried without a clock. Every interleaving of it is looked at. */
export interface Trial {
  readonly servers: readonly NodeId[]
  /** A server whose term is as large lets no election begin, so that a search comes to an end. */
  readonly terms: number
  /** The servers that may stand. Left out: all. */
  readonly standing?: readonly NodeId[]
  /** How often a server may send heartbeats because its timer fired, from each start. Left out: never. */
  readonly heartbeats?: number
  readonly duplicates?: number
  /** How often servers may crash in one run, all together. */
  readonly crashes?: number
  readonly statesMax: number
}

/** What is tried with a clock: random runs. Times are milliseconds. */
interface TimedTrial {
  readonly servers: readonly NodeId[]
  readonly runs: number
  readonly network?: Network
  readonly crashes?: Crashes
  /** When the last fault may come. Left out: there is none. */
  readonly faultsUntil?: number
  /** A server that led in the first term long ago, and whose old messages still come. */
  readonly old?: NodeId
  /** How long a message takes: any of these. */
  readonly latencies?: readonly number[]
}

/** Election timeouts are drawn from this range; see section 9.3 of the paper. */
export const ELECTION_TIMEOUT = [150, 300] as const
export const HEARTBEAT_INTERVAL = 50

/** So long after the last fault there has to be a leader: ten of the longest timeouts. */
const ELECTED_WITHIN = 3_000
/** And so long it has to stay. */
const STAYS = 2_000

/** The answer, looked at through `observe`; bounded where there is no clock. */
function bounded(definition: AnyNodeDefinition, trial: Trial): AnyNodeDefinition {
  const { terms, standing, heartbeats = 0 } = trial
  return observed<Seen>(definition, {
    shows: seen,
    mayFire: (timer, fired, now, self) =>
      timer === 'heartbeat'
        ? fired < heartbeats
        : fired <= terms && now.term < terms && (standing?.includes(self) ?? true),
  })
}

/** Looks at the clock, and says when the time has come. */
function watch(until: number): AnyNodeDefinition {
  return node<{ now: 'before' | 'elected' | 'over' }, { elected: Record<string, never> }>({
    init(ctx) {
      ctx.setTimer('elected', until)
      return { now: 'before' }
    },
    on: {},
    timers: {
      elected(state, ctx) {
        state.now = 'elected'
        ctx.send(WATCH, 'elected', {})
        ctx.setTimer('over', STAYS)
      },
      over(state) {
        state.now = 'over'
      },
    },
  })
}

/** How often the old leader is heard of, and from when on: by then all have left its term behind. */
const OLD_EVERY = 100
const OLD_AGAIN_FROM = 1_000

/** A server that asked for votes in the first term and won, then stood still: what it sent arrives late, again and again. */
function oldLeader(): AnyNodeDefinition {
  return node<{ seen: null }, Messages>({
    init(ctx) {
      ctx.broadcast('server', 'requestVote', { term: 1 })
      ctx.setTimer('again', OLD_AGAIN_FROM)
      return { seen: null }
    },
    on: {},
    timers: {
      again(_state, ctx) {
        ctx.broadcast('server', 'requestVote', { term: 1 })
        ctx.broadcast('server', 'appendEntries', { term: 1 })
        ctx.setTimer('again', OLD_EVERY)
      },
    },
  })
}

/** Who stood for election after there had to be a leader. */
interface Unrest {
  readonly elected: boolean
  readonly server: NodeId | null
}

/** @param old what this one says does not count */
const unrest = (old: NodeId | undefined): SystemHistory => ({
  initial: { elected: false, server: null } satisfies Unrest,
  record: ({ node: server, sent }) =>
    server !== old && sent.some(({ type }) => type === 'elected' || type === 'requestVote')
      ? { server }
      : null,
  after: ({ elected, server: known }: Unrest, { server }: { server: NodeId }) => ({
    elected: elected || server === WATCH,
    server: known ?? (elected ? server : null),
  }),
})

function time(view: View): string {
  return (view.find(({ id }) => id === WATCH)!.seen as { now: string }).now
}

/** There has to be a leader by now, and there is none that all are up with. */
function leaderless(view: View): Violation | null {
  return time(view) === 'elected' && leaderOfAll(view) === null ? { milliseconds: ELECTED_WITHIN } : null
}

const roles = {
  server: {
    sends: electionMessages,
    history: { initial: NOTHING_DONE, after: serverHistory },
    observe: observeServer,
  },
  watch: {
    sends: { elected: fields({}) },
    observe: ({ state }: { state: unknown }) => ({ now: (state as { now: string } | null)?.now }),
  },
}

const ARRIVES_ONCE: Network = { duplicates: 0, drops: 0 }

/** The answer as every server of a trial without a clock. */
export function system(trial: Trial, answer: Answer): System {
  const { servers, duplicates = 0, crashes = 0 } = trial
  return {
    nodes: servers.map((id) => ({
      id,
      role: 'server',
      definition: bounded(answer.definition, trial),
      probe: answer.probe,
    })),
    roles,
    network: { duplicates, drops: 0 },
    crashes: crashes > 0 ? { roles: ['server'], limit: crashes, restart: 'at once' } : null,
    properties: [...electionSafety, elects],
  }
}

/** The answer as every server of a trial with a clock but the old leader. */
export function timedSystem(trial: TimedTrial, answer: Answer): System {
  const { servers, network = ARRIVES_ONCE, crashes = null, faultsUntil, old, latencies = NEAR } = trial
  const definition = observed<Seen>(answer.definition, { shows: seen })
  const timed: readonly SystemProperty[] = [
    { id: 'in-time', kind: 'always', violated: leaderless },
    {
      id: 'stays',
      kind: 'always',
      violated: (_, history) => {
        const { server } = history as Unrest
        return server === null ? null : { server }
      },
    },
  ]
  return {
    nodes: [
      ...servers.map((id) =>
        id === old
          ? { id, role: 'server', definition: oldLeader() }
          : { id, role: 'server', definition, probe: answer.probe },
      ),
      { id: WATCH, role: 'watch', definition: watch((faultsUntil ?? 0) + ELECTED_WITHIN) },
    ],
    roles,
    network,
    crashes,
    history: unrest(old),
    time: {
      latencies,
      timeouts: { election: ELECTION_TIMEOUT, heartbeat: [HEARTBEAT_INTERVAL] },
      ...(faultsUntil !== undefined && { faultsUntil }),
    },
    properties: [...electionSafety, ...timed],
  }
}

const NEAR = [5, 8, 10, 12, 15]
const A_TO_C = ['A', 'B', 'C']
const A_TO_E = ['A', 'B', 'C', 'D', 'E']

const trials: { readonly [id: string]: Trial } = {
  three: { servers: A_TO_C, terms: 2, heartbeats: 1, statesMax: 500_000 },
  four: { servers: ['A', 'B', 'C', 'D'], terms: 1, standing: ['A', 'D'], statesMax: 200_000 },
  crash: { servers: A_TO_C, terms: 2, crashes: 1, statesMax: 500_000 },
  repeats: { servers: A_TO_E, terms: 1, standing: ['A', 'E'], duplicates: 1, statesMax: 500_000 },
}

const LOSSY: Network = { duplicates: 0, drops: 30 }

const timedTrials: { readonly [id: string]: TimedTrial } = {
  together: { servers: A_TO_E, runs: 200 },
  lossy: { servers: A_TO_C, runs: 200, network: LOSSY, faultsUntil: 1_500 },
  'leader-gone': {
    servers: A_TO_E,
    runs: 200,
    crashes: { roles: ['server'], limit: 2, restart: 'never' },
    faultsUntil: 1_500,
  },
  comeback: {
    servers: A_TO_C,
    runs: 200,
    network: LOSSY,
    crashes: { roles: ['server'], limit: 3, restart: 'at once' },
    faultsUntil: 2_000,
  },
  old: {
    servers: A_TO_E,
    runs: 100,
    old: 'E',
    crashes: { roles: ['server'], limit: 1, restart: 'never' },
    faultsUntil: 3_000,
  },
}

const exercise: Exercise = {
  id: 'raft-election',
  kind: 'build',
  version: 1,
  file: 'server.ts',
  configurations: [
    ...Object.entries(trials).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: trial.statesMax,
      counts: { terms: trial.terms },
      system: (answer: Answer) => system(trial, answer),
    })),
    ...Object.entries(timedTrials).map(([id, trial]) => ({
      id,
      driver: 'simulate' as const,
      runs: trial.runs,
      stepsMax: 100_000,
      milliseconds: (trial.faultsUntil ?? 0) + ELECTED_WITHIN + STAYS + 1,
      system: (answer: Answer) => timedSystem(trial, answer),
    })),
  ],
}

export default exercise
