/**
 * What anti-entropy is tried on: replicas, users, and what may go wrong. What a user does arrives once at most, as a click does;
 * what replicas say may arrive late, again and again, or never.
 */
import { observed } from '../../engine/actors/observed.ts'
import type { AnyNodeDefinition, Crashes, Network, System } from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import type { Answer } from '../../engine/exercise.ts'
import { fail } from '../../engine/fault.ts'
import { canonical } from '../../engine/plain.ts'
import type { Messages, Seen } from './messages.ts'
import {
  type Operating,
  type UserState,
  goals,
  inOrder,
  isOperation,
  operationName,
  roles,
  safety,
  seen,
} from './properties.ts'

export interface User {
  readonly id: NodeId
  readonly at: NodeId
  readonly does: readonly (readonly ['add' | 'remove', string])[]
}

export interface Trial {
  readonly replicas: readonly NodeId[]
  readonly users: readonly User[]
  readonly network: Network
  readonly crashes?: Crashes
  /** Users do the next thing some time, whether or not they have been told of the last. Left out: as soon as a cart has come. */
  readonly hurried?: true
  /** How it has to be in the end is asked too. */
  readonly settles?: true
  /** How often the watch's timer fires before it looks. Left out: once. */
  readonly looksAfter?: number
}

type AnyMessages = Messages
type AnyContext = Context<Record<string, unknown>>

/** A user does one thing after the other. */
function user({ at, does }: User, waits: boolean): AnyNodeDefinition {
  const next = (state: UserState, ctx: Context<AnyMessages>): void => {
    if (state.done === does.length) return
    const [kind, item] = does[state.done]!
    const again = does.slice(0, state.done).filter(([of, what]) => of === kind && what === item).length
    ctx.send(at, kind, { item, ...(again > 0 && { again }) })
    state.done += 1
    if (waits) return
    state.hurries = state.done < does.length
    if (state.hurries) ctx.setTimer('next')
  }
  return node<UserState, AnyMessages>({
    init(ctx) {
      const state = { done: 0, hurries: !waits }
      if (waits) next(state, ctx)
      else ctx.setTimer('next')
      return state
    },
    on: waits ? { cart: (state, _message, ctx) => next(state, ctx) } : {},
    timers: { next },
  })
}

/** At some moment it begins to look; see `goals`. */
const watch = (looksAfter: number): AnyNodeDefinition =>
  node<{ fired: number; looks: boolean }, AnyMessages>({
    init(ctx) {
      ctx.setTimer('look')
      return { fired: 0, looks: false }
    },
    on: {},
    timers: {
      look(state, ctx) {
        state.looks = ++state.fired === looksAfter
        if (!state.looks) ctx.setTimer('look')
      },
    },
  })

/** An answer's state, and what users have done with it so far. */
interface Served {
  own: unknown
  served: string[]
  /** What the answer last persisted, where replicas may crash. */
  disk: unknown
}

/** What lies on the disk of a replica that may crash: the answer's disk, null as long as there is none, and what users have done. */
interface Stored {
  own: unknown
  served: string[]
}

type Handler = (state: unknown, message: never, ctx: AnyContext) => void

const nothing: Handler = () => undefined

/** What goes round and grows each time would fill the memory long before a search comes to its bound. */
function limit(value: unknown, what: string, sizeMax: number): void {
  if (canonical(value, what).length > sizeMax) fail('too-large', { what, limit: sizeMax })
}

/** An answer that is handed what a user does once only, across crashes too, and keeps and tells no more than so many characters. */
function served(definition: AnyNodeDefinition, crashes: boolean, sizeMax: number): AnyNodeDefinition {
  const limited =
    (send: (to: string, type: string, message: unknown) => void) =>
    (to: string, type: string, message: unknown): void => {
      // What is no data at all is the engine's to refuse.
      send(to, type, message)
      limit(message, `message ${type}`, sizeMax)
    }
  const run = (kept: Served, ctx: AnyContext, handle: (ctx: AnyContext) => void): void => {
    handle({
      ...ctx,
      send: limited(ctx.send),
      broadcast: limited(ctx.broadcast),
      reply: (type, message) => limited((_from, ...rest) => ctx.reply(...rest))(ctx.from, type, message),
      persist: (disk) => {
        if (!crashes) return ctx.persist(disk)
        ctx.persist({ own: disk, served: kept.served } satisfies Stored)
        kept.disk = disk
      },
    })
  }
  const start = (stored: Stored | null, ctx: AnyContext, begin: (ctx: AnyContext) => unknown): Served => {
    const kept: Served = { own: null, served: stored?.served ?? [], disk: stored?.own ?? null }
    run(kept, ctx, (own) => void (kept.own = begin(own)))
    return kept
  }
  const { init, on, timers = {}, restart, observe } = definition
  // An answer that takes no notice of its users has done, and told them, nothing.
  const handlers = Object.entries<Handler>({ add: nothing, remove: nothing, ...on }).map(([type, handle]) => [
    type,
    (kept: Served, message: object, ctx: AnyContext): void => {
      if (!isOperation(type)) return run(kept, ctx, (own) => handle(kept.own, message as never, own))
      const { item } = message as Operating
      const name = operationName(ctx.from, type, message as Operating)
      if (kept.served.includes(name)) return
      kept.served = [...kept.served, name].sort()
      if (crashes) ctx.persist({ own: kept.disk, served: kept.served } satisfies Stored)
      run(kept, ctx, (own) => handle(kept.own, { item } as never, own))
    },
  ])
  return {
    init: (ctx) => start(null, ctx, (own) => init(own)),
    on: Object.fromEntries(handlers),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (kept: Served, ctx: AnyContext) => run(kept, ctx, (own) => handle(kept.own, own)),
      ]),
    ),
    restart: (disk: Stored | null, ctx) =>
      start(disk, ctx, (own) => (restart ? restart(disk?.own ?? null, own) : init(own))),
    ...(observe && {
      // Called once after each handler.
      observe(kept: Served) {
        limit(kept.own, 'state', sizeMax)
        return observe(kept.own)
      },
    }),
  }
}

/** Characters that a replica may keep, or tell at once, for each thing that users do: many times what is needed. */
export const SIZE_FOR_EACH = 1_000

/** The answer as every replica of a trial. */
export function system(trial: Trial, { definition, probe }: Answer): System {
  const { replicas, users, network, crashes = null, hurried, settles, looksAfter = 1 } = trial
  const sizeMax = SIZE_FOR_EACH * (1 + users.flatMap(({ does }) => does).length)
  const seenThrough = observed<Seen>(served(definition, crashes !== null, sizeMax), { shows: seen })
  const replica: AnyNodeDefinition = {
    ...seenThrough,
    show: (state) => (seenThrough.show!(state) as Served).own,
  }
  return {
    nodes: [
      ...replicas.map((id) => ({ id, role: 'replica', definition: replica, probe })),
      ...users.map((one) => ({ id: one.id, role: 'user', definition: user(one, !hurried) })),
      ...(settles ? [{ id: WATCH, role: 'watch', definition: watch(looksAfter) }] : []),
    ],
    roles,
    network,
    crashes,
    history: inOrder,
    properties: [...safety, ...(settles ? goals : [])],
  }
}

const WATCH = 'W'

const TWO = ['A', 'B']
const THREE = [...TWO, 'C']

const REPEATING: Network = { duplicates: 'unlimited', drops: 0 }
const LOSING: Network = { duplicates: 'unlimited', drops: Infinity }

const CRASHES: Crashes = { roles: ['replica'], limit: 'unlimited', restart: 'at once' }

const ADD_MILK = ['add', 'milk'] as const
const REMOVE_MILK = ['remove', 'milk'] as const
const ADD_TEA = ['add', 'tea'] as const
const REMOVE_TEA = ['remove', 'tea'] as const

const adds: User = { id: 'U', at: 'A', does: [ADD_MILK] }
const removesElsewhere: User = { id: 'V', at: 'B', does: [REMOVE_MILK] }

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial & { readonly statesMax: number } } = {
  pair: { replicas: TWO, users: [adds, removesElsewhere], network: REPEATING, statesMax: 50_000 },
  again: {
    replicas: TWO,
    users: [{ id: 'U', at: 'A', does: [ADD_MILK, REMOVE_MILK, ADD_MILK] }],
    network: REPEATING,
    statesMax: 100_000,
  },
  both: {
    replicas: TWO,
    users: [
      { id: 'U', at: 'A', does: [ADD_MILK, REMOVE_MILK] },
      { id: 'V', at: 'B', does: [ADD_MILK] },
    ],
    network: REPEATING,
    settles: true,
    statesMax: 200_000,
  },
  // Whoever lets the name of a replica decide is right in one of the two at most.
  mirrored: {
    replicas: TWO,
    users: [
      { id: 'U', at: 'A', does: [ADD_MILK] },
      { id: 'V', at: 'B', does: [ADD_MILK, REMOVE_MILK] },
    ],
    network: REPEATING,
    statesMax: 200_000,
  },
  twice: {
    replicas: TWO,
    users: [{ id: 'U', at: 'A', does: [ADD_MILK, ADD_MILK] }, removesElsewhere],
    network: REPEATING,
    settles: true,
    statesMax: 200_000,
  },
  lossy: {
    replicas: TWO,
    users: [adds, removesElsewhere],
    network: LOSING,
    settles: true,
    statesMax: 200_000,
  },
  crash: {
    replicas: TWO,
    users: [adds, { id: 'V', at: 'A', does: [ADD_TEA] }],
    network: LOSING,
    crashes: CRASHES,
    settles: true,
    statesMax: 100_000,
  },
  'crash-removal': {
    replicas: TWO,
    users: [adds, removesElsewhere],
    network: REPEATING,
    crashes: CRASHES,
    settles: true,
    statesMax: 100_000,
  },
  three: {
    replicas: THREE,
    users: [adds, removesElsewhere],
    network: REPEATING,
    settles: true,
    statesMax: 500_000,
  },
  'three-lossy': { replicas: THREE, users: [adds], network: LOSING, settles: true, statesMax: 300_000 },
}

/** More than can be looked at in full. */
export const busy: Trial = {
  replicas: THREE,
  users: [
    { id: 'U', at: 'A', does: [ADD_MILK, REMOVE_MILK, ADD_TEA, ADD_MILK] },
    { id: 'V', at: 'B', does: [ADD_TEA, REMOVE_MILK, REMOVE_TEA, ADD_TEA] },
    { id: 'X', at: 'C', does: [ADD_MILK, REMOVE_TEA, REMOVE_MILK] },
  ],
  network: { duplicates: 8, drops: 20, partitions: { roles: ['replica'], limit: 1 } },
  crashes: { ...CRASHES, limit: 3 },
  hurried: true,
  settles: true,
  looksAfter: 4,
}
