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
import { Run } from '../../engine/drivers/run.ts'
import type { Answer } from '../../engine/exercise.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import { type Request, client, clientRole, numberOf, read, write } from './clients.ts'
import type { Messages, Seen } from './messages.ts'
import { hasConverged, keeps, replicaRole, replicaSeen, safety } from './properties.ts'

export interface Trial {
  readonly replicas: readonly NodeId[]
  readonly clients: { readonly [name: NodeId]: readonly Request[] }
  readonly network: Network
  readonly crashes?: Crashes
  /** How often each timer may fire, from each start of its replica. Left out: always. */
  readonly firings?: number
  /**
   * What has been before the trial begins. `whole`: all clients are through. `after a crash`: in the middle of what its replica did about
   * the request of the first client, the replica crashed, and the request comes no more. Since then it has told the others what it
   * knows, and the other clients are through. Left out: nothing.
   */
  readonly written?: 'whole' | 'after a crash'
  /** What is asked. Left out: `keeps`. */
  readonly asks?: readonly ('keeps' | 'converges')[]
}

/** What the clocks of replicas show, in milliseconds, in the order of their names; and how far a clock is set back by a restart. */
export const CLOCKS = [15_000, 19_000, 17_000, 11_000, 13_000]
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
    init: (ctx) => begin({ answer: null, taken: {}, restarted: false }, (kept) => init(around(kept, ctx))),
    // What it has no handler for it does not answer, and that counts.
    on: mapped(
      { read: nothing, write: nothing, ...on } as Handlers,
      (handle, type) => (kept: Kept, message: unknown, ctx: AnyContext) => {
        if (type === 'read' || type === 'write') {
          const { id } = message as { id: string }
          if ((kept.taken[ctx.from] ?? 0) >= numberOf(id)) return
          kept.taken[ctx.from] = numberOf(id)
        }
        handle(kept.answer, message as never, around(kept, ctx))
      },
    ),
    timers: mapped(
      timers,
      (handle) => (kept: Kept, ctx: AnyContext) => handle(kept.answer, around(kept, ctx)),
    ),
    restart: (disk: unknown, ctx) =>
      begin({ answer: null, taken: {}, restarted: true }, (kept) =>
        restart ? restart(disk, around(kept, ctx)) : init(around(kept, ctx)),
      ),
    show: (state) => definition.show!((state as Kept).answer),
    properties: (state) => definition.properties!((state as Kept).answer),
  }
}

/** The handlers of an answer, by type. */
interface Handlers {
  readonly [type: string]: (state: unknown, message: never, ctx: AnyContext) => void
}

const nothing = (): void => undefined

function mapped<T, R>(record: { readonly [key: string]: T }, change: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

const WATCH = 'W'

/**
 * It looks, and looks away, at moments that may be any. What it is to see some time, however they fall, has to stay: it holds in the end, once
 * nobody writes any more and faults have stopped, and not only in passing.
 */
const watch: AnyNodeDefinition = node<{ looks: boolean }, Messages>({
  init(ctx) {
    ctx.setTimer('look')
    return { looks: false }
  },
  on: {},
  timers: {
    look(state, ctx) {
      state.looks = !state.looks
      ctx.setTimer('look')
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
  const { replicas, clients, network, crashes = null, firings, written, asks = ['keeps'] } = trial
  const seen = observed<Seen>(definition, {
    shows: replicaSeen,
    ...(firings !== undefined && { mayFire: (_timer: string, fired: number) => fired < firings }),
  })
  const whole: System = {
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
  return written ? { ...whole, before: requestsOf(whole, written === 'after a crash') } : whole
}

/** The arrival of all that clients ask and are answered, as far as the answer answers; first, if asked for, what a crash leads to. */
function requestsOf(system: System, crashes: boolean): readonly Action[] {
  const clients = system.nodes.filter(({ role }) => role === 'client').map(({ id }) => id)
  const actions: Action[] = []
  // A network that repeats offers what has arrived again.
  const arrived = new Set<string>()
  try {
    const run = new Run(system)
    const take = (action: Action | undefined): boolean => {
      if (action === undefined) return false
      run.take(action)
      actions.push(action)
      return true
    }
    const next = (mayArrive: (one: Delivery) => boolean): Action | undefined =>
      run.enabled().find((one) => {
        if (one.kind !== 'deliver' || one.crashAfter !== undefined || arrived.has(textOf(one))) return false
        if (!mayArrive(one)) return false
        arrived.add(textOf(one))
        return true
      })
    const withClient = ({ to, message }: Delivery): boolean =>
      [to, message.from].some((id) => clients.includes(id))
    const request = run.enabled().find((one) => one.kind === 'deliver')
    if (crashes && request?.kind === 'deliver') {
      take(halfOf(system, request))
      take(run.handActions().find((one) => one.kind === 'drop' && textOf(one) === textOf(request)))
      arrived.add(textOf(request))
      const timers = run.enabled().flatMap((one) => (isTimerOf(one, request.to) ? [one.timer] : []))
      for (const timer of timers)
        take(run.enabled().find((one) => isTimerOf(one, request.to) && one.timer === timer))
      // What it tells, or asks for, and the answers to that; some go on for ever.
      for (let hop = 1; hop <= 2; hop++) {
        const sent = new Set(run.enabled().flatMap((one) => (one.kind === 'deliver' ? [textOf(one)] : [])))
        while (take(next((one) => sent.has(textOf(one)) && !withClient(one))));
      }
    }
    while (take(next(withClient)));
  } catch (error) {
    // What throws here throws in the trial as well, which tells of it.
    if (!(error instanceof Fault)) throw error
  }
  return actions
}

/**
 * The arrival of a message, with a crash as soon as something of what its handler does has happened. Undefined where that is all: then the
 * crash comes before or after it, which others look at.
 */
function halfOf(system: System, whole: Delivery): Delivery | undefined {
  const effects = new Run(system).take(whole)
  const count = effects.sent.length + effects.persisted.length
  for (let crashAfter = 1; crashAfter < count; crashAfter++) {
    const half = { ...whole, crashAfter }
    const { sent, persisted, lost } = new Run(system).take(half)
    if (sent.length + persisted.length > 0 && lost.length > 0) return half
  }
  return undefined
}

type Delivery = Extract<Action, { kind: 'deliver' }>

const isTimerOf = (action: Action, replica: NodeId): action is Extract<Action, { kind: 'fire' }> =>
  action.kind === 'fire' && action.node === replica

/** Tells messages apart. */
const textOf = (action: Delivery | Extract<Action, { kind: 'drop' }>): string =>
  JSON.stringify([action.to, action.message])

const ONCE: Network = { duplicates: 0, drops: 0 }
const REPEATING: Network = { duplicates: 'unlimited', drops: 0 }

const crashing = (limit: Crashes['limit']): Crashes => ({
  roles: ['replica'],
  limit,
  restart: 'at once',
  beforeSends: ['replica'],
})

/** As many as make a counter of two digits. */
const MANY = ['k', 'j', 'i', 'h', 'g', 'f', 'e', 'd', 'c', 'b']

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
      K1: [read('A'), write('A', 'c')],
      K2: [write('B', 'b'), read('B'), write('B', 'a')],
    },
    network: ONCE,
    firings: 2,
    statesMax: 200_000,
  },
  many: {
    replicas: ['A', 'B'],
    clients: { K1: MANY.map((value) => write('A', value)) },
    network: ONCE,
    firings: 1,
    statesMax: 200_000,
  },
  ties: {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'a'), write('B', 'b')] },
    network: { ...REPEATING, drops: 1 },
    written: 'whole',
    asks: ['converges'],
    statesMax: 100_000,
  },
  lost: {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'b'), write('A', 'a')] },
    network: { ...REPEATING, drops: 1 },
    asks: ['converges'],
    statesMax: 100_000,
  },
  three: {
    replicas: ['A', 'B', 'C'],
    clients: { K1: [write('A', 'a')] },
    network: { ...REPEATING, drops: 2 },
    written: 'whole',
    asks: ['converges'],
    statesMax: 200_000,
  },
  elsewhere: {
    replicas: ['A', 'B'],
    clients: { K1: [write('B', 'b')], K2: [read('A'), write('A', 'a')] },
    network: ONCE,
    crashes: crashing(1),
    firings: 2,
    statesMax: 400_000,
  },
  crashes: {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'c'), write('A', 'b'), write('A', 'a')], K2: [read('B')] },
    network: ONCE,
    crashes: crashing(1),
    firings: 1,
    statesMax: 200_000,
  },
  'comes-back': {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'a')] },
    network: { ...REPEATING, drops: 1 },
    crashes: crashing(1),
    asks: ['keeps', 'converges'],
    statesMax: 100_000,
  },
  halfway: {
    replicas: ['A', 'B'],
    clients: { K1: [write('A', 'a')], K2: [write('A', 'b')] },
    network: { ...REPEATING, drops: 1 },
    crashes: crashing(1),
    written: 'after a crash',
    asks: ['converges'],
    statesMax: 400_000,
  },
}

/** More replicas, writes and faults than can be looked at in full. */
export const large: Trial = {
  replicas: ['A', 'B', 'C', 'D', 'E'],
  clients: {
    K1: [write('A', 'h'), read('A'), write('A', 'g'), read('B'), write('B', 'f')],
    K2: [read('C'), write('C', 'e'), read('D'), write('D', 'd'), read('C')],
    K3: [read('B'), write('B', 'c'), read('E'), write('E', 'b'), read('E'), write('E', 'a')],
  },
  network: { duplicates: 0, drops: 12, partitions: { roles: ['replica'], limit: 2 } },
  crashes: crashing(3),
  asks: ['keeps', 'converges'],
}
