/**
 * What anti-entropy is tried on: replicas, users, and what may go wrong. What a user does arrives once at most, as a click does;
 * what replicas say may arrive late, again and again, or never.
 */
import { observed } from '../../engine/actors/observed.ts'
import type { AnyNodeDefinition, Crashes, Network, System } from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import type { Answer } from '../../engine/exercise.ts'
import type { Messages, Seen } from './messages.ts'
import { goals, operationName, reaching, roles, safety, seen } from './properties.ts'

export interface User {
  readonly id: NodeId
  readonly at: NodeId
  /** One after the other: the next as soon as the cart has come. Nothing twice. */
  readonly does: readonly (readonly ['add' | 'remove', string])[]
}

export interface Trial {
  readonly replicas: readonly NodeId[]
  readonly users: readonly User[]
  readonly network: Network
  readonly crashes?: Crashes
  /** How it has to be in the end is asked too. */
  readonly settles?: true
}

type AnyMessages = Messages
type AnyContext = Context<Record<string, unknown>>

/** A user does one thing after the other. */
const user = ({ at, does }: User): AnyNodeDefinition => {
  const next = (state: { done: number }, ctx: Context<AnyMessages>): void => {
    const [kind, item] = does[state.done] ?? []
    if (kind !== undefined) ctx.send(at, kind, { item: item! })
  }
  return node<{ done: number }, AnyMessages>({
    init(ctx) {
      next({ done: 0 }, ctx)
      return { done: 0 }
    },
    on: {
      cart(state, _message, ctx) {
        if (state.done === does.length) return
        state.done += 1
        next(state, ctx)
      },
    },
  })
}

/** At some moment it begins to look; see `goals`. */
const watch: AnyNodeDefinition = node<{ looks: boolean }, AnyMessages>({
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

/** An answer that is handed what a user does once only, across crashes too. */
function served(definition: AnyNodeDefinition, crashes: boolean): AnyNodeDefinition {
  const run = (kept: Served, ctx: AnyContext, handle: (ctx: AnyContext) => void): void =>
    handle({
      ...ctx,
      persist: (disk) => {
        if (!crashes) return ctx.persist(disk)
        ctx.persist({ own: disk, served: kept.served } satisfies Stored)
        kept.disk = disk
      },
    })
  const start = (stored: Stored | null, ctx: AnyContext, begin: (ctx: AnyContext) => unknown): Served => {
    const kept: Served = { own: null, served: stored?.served ?? [], disk: stored?.own ?? null }
    run(kept, ctx, (own) => void (kept.own = begin(own)))
    return kept
  }
  const { init, on, timers = {}, restart, observe } = definition
  const handlers = Object.entries(on).map(([type, handle]) => [
    type,
    (kept: Served, message: { item: string }, ctx: AnyContext): void => {
      if (type === 'add' || type === 'remove') {
        const name = operationName(ctx.from, type, message.item)
        if (kept.served.includes(name)) return
        kept.served = [...kept.served, name].sort()
        if (crashes) ctx.persist({ own: kept.disk, served: kept.served } satisfies Stored)
      }
      run(kept, ctx, (own) => handle!(kept.own, message as never, own))
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
    ...(observe && { observe: (kept: Served) => observe(kept.own) }),
  }
}

/** The answer as every replica of a trial. */
export function system(trial: Trial, { definition, probe }: Answer): System {
  const { replicas, users, network, crashes = null, settles } = trial
  const seenThrough = observed<Seen>(served(definition, crashes !== null), { shows: seen })
  const replica: AnyNodeDefinition = {
    ...seenThrough,
    show: (state) => (seenThrough.show!(state) as Served).own,
  }
  return {
    nodes: [
      ...replicas.map((id) => ({ id, role: 'replica', definition: replica, probe })),
      ...users.map((one) => ({ id: one.id, role: 'user', definition: user(one) })),
      ...(settles ? [{ id: WATCH, role: 'watch', definition: watch }] : []),
    ],
    roles,
    network,
    crashes,
    history: reaching(replicas),
    properties: [...safety, ...(settles ? goals : [])],
  }
}

const WATCH = 'W'

const REPEATING: Network = { duplicates: 'unlimited', drops: 0 }

/** Trials of which every interleaving is looked at. */
export const explored: { readonly [id: string]: Trial & { readonly statesMax: number } } = {
  pair: {
    replicas: ['A', 'B'],
    users: [
      {
        id: 'U',
        at: 'A',
        does: [
          ['add', 'milk'],
          ['remove', 'milk'],
        ],
      },
      { id: 'V', at: 'B', does: [['add', 'milk']] },
    ],
    network: REPEATING,
    settles: true,
    statesMax: 100_000,
  },
}
