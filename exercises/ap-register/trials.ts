/**
 * What ap-register is tried on: replicas with clients, and what happens to them. There is no clock but the one that a replica may read: what
 * it shows differs from replica to replica by seconds, and stands still for the whole of a run.
 */
import { observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  System,
  SystemProperty,
  View,
} from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import type { Answer } from '../../engine/exercise.ts'
import { type Request, client, clientRole, numberOf, read, write } from './clients.ts'
import type { Seen } from './messages.ts'
import { hasConverged, keeps, replicaRole, replicaSeen, safety } from './properties.ts'

export interface Trial {
  readonly replicas: readonly NodeId[]
  readonly clients: { readonly [name: NodeId]: readonly Request[] }
  readonly network: Network
  readonly crashes?: Crashes
  /** How often each timer may fire, from each start of its replica. Left out: always. */
  readonly firings?: number
  /** What is asked. Left out: `keeps`. Whether all converge is looked at from a moment on that may be any. */
  readonly asks?: readonly ('keeps' | 'converges')[]
}

/** What the clocks of replicas show, in milliseconds, in the order of their names; and how far a clock is set back by a restart. */
export const CLOCKS = [9_000, 5_000, 7_000, 1_000, 3_000]
export const SET_BACK = 6_000

type AnyContext = Context<Record<string, unknown>>

/** A replica: the answer's, and what its connections keep of it until it crashes. */
interface Kept {
  answer: unknown
  /** The number of the last request that was taken of each client: a connection repeats none. */
  taken: { [client: NodeId]: number }
  restarted: boolean
}

/** An answer at the end of its clients’ connections, with a clock. */
function connected(definition: AnyNodeDefinition, clock: number): AnyNodeDefinition {
  const { init, on, timers = {}, restart } = definition
  const around = ({ restarted }: Kept, ctx: AnyContext): AnyContext => ({
    ...ctx,
    now: () => clock - (restarted ? SET_BACK : 0),
  })
  const begin = (kept: Kept, start: (kept: Kept) => unknown): Kept => {
    kept.answer = start(kept)
    return kept
  }
  return {
    init: (ctx) =>
      begin({ answer: null, taken: {}, restarted: false }, (kept) => init(around(kept, ctx))),
    on: mapped(on, (handle, type) => (kept: Kept, message: unknown, ctx: AnyContext) => {
      if (type === 'read' || type === 'write') {
        const { id } = message as { id: string }
        if ((kept.taken[ctx.from] ?? 0) >= numberOf(id)) return
        kept.taken[ctx.from] = numberOf(id)
      }
      handle!(kept.answer, message as never, around(kept, ctx))
    }),
    timers: mapped(timers, (handle) => (kept: Kept, ctx: AnyContext) => handle(kept.answer, around(kept, ctx))),
    restart: (disk: unknown, ctx) =>
      begin({ answer: null, taken: {}, restarted: true }, (kept) =>
        restart ? restart(disk, around(kept, ctx)) : init(around(kept, ctx)),
      ),
    show: (state) => definition.show!((state as Kept).answer),
    properties: (state) => definition.properties!((state as Kept).answer),
  }
}

function mapped<T, R>(record: { readonly [key: string]: T }, change: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

const WATCH = 'W'

/**
 * At some moment it begins to look. A goal that counts only from then on has to be reached however late that is; and so it holds in the
 * end, once nobody writes any more and faults have stopped, and not only at some time before.
 */
const watch: AnyNodeDefinition = node<{ looks: boolean }, Record<string, never>>({
  init(ctx) {
    ctx.setTimer('look')
    return { looks: false }
  },
  on: {},
  timers: {
    look(state) {
      state.looks = true
    },
  },
})

const looks = (view: View): boolean => view.some(({ role, seen }) => role === 'watch' && seen === true)

const converges: SystemProperty = {
  id: 'converges',
  kind: 'eventually',
  reached: (view) => looks(view) && hasConverged(view),
}

/** The answer in a trial. */
export function system(trial: Trial, { definition, probe }: Answer): System {
  const { replicas, clients, network, crashes = null, firings, asks = ['keeps'] } = trial
  const seen = observed<Seen>(definition, {
    shows: replicaSeen,
    ...(firings !== undefined && { mayFire: (_timer: string, fired: number) => fired < firings }),
  })
  return {
    nodes: [
      ...Object.entries(clients).map(([id, requests]) => ({
        id,
        role: 'client',
        definition: client(requests),
      })),
      ...replicas.map((id, index) => ({
        id,
        role: 'replica',
        definition: connected(seen, CLOCKS[index]!),
        probe,
      })),
      ...(asks.includes('converges') ? [{ id: WATCH, role: 'watch', definition: watch }] : []),
    ],
    roles: {
      replica: replicaRole,
      client: clientRole,
      watch: { sends: {}, observe: ({ state }) => (state as { looks: boolean } | null)?.looks ?? false },
    },
    network,
    crashes,
    properties: [
      ...safety,
      ...(asks.includes('keeps') ? keeps : []),
      ...(asks.includes('converges') ? [converges] : []),
    ],
  }
}

const ONCE: Network = { duplicates: 0, drops: 0 }
const LOSSY: Network = { duplicates: 'unlimited', drops: Infinity }

const crashing = (limit: Crashes['limit']): Crashes => ({
  roles: ['replica'],
  limit,
  restart: 'at once',
  beforeSends: ['replica'],
})

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial & { readonly statesMax: number } } = {
  alone: {
    replicas: ['A'],
    clients: { K1: [write('A', 'b'), write('A', 'a')], K2: [read('A')] },
    network: ONCE,
    crashes: crashing('unlimited'),
    firings: 1,
    statesMax: 50_000,
  },
  two: {
    replicas: ['A', 'B'],
    clients: {
      K1: [write('A', 'b'), write('A', 'a')],
      K2: [read('B'), write('B', 'c')],
    },
    network: ONCE,
    firings: 2,
    statesMax: 200_000,
  },
  lost: {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'a')], K2: [write('B', 'b')] },
    network: LOSSY,
    asks: ['converges'],
    statesMax: 100_000,
  },
  crashes: {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'a')], K2: [read('B'), write('B', 'b')] },
    network: ONCE,
    crashes: crashing(1),
    firings: 1,
    statesMax: 200_000,
  },
  'comes-back': {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'a')] },
    network: LOSSY,
    crashes: crashing(1),
    asks: ['converges'],
    statesMax: 100_000,
  },
  three: {
    replicas: ['A', 'B', 'C'],
    clients: { K1: [write('A', 'a')] },
    network: LOSSY,
    asks: ['converges'],
    statesMax: 200_000,
  },
}

