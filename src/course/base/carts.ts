/**
 * Carts on several replicas: the merge of the exercise `anti-entropy`, and three that look simpler. Of each replica’s cart the whole is told
 * to the others, again and again.
 */
import { fields, list, string } from '../../../engine/actors/fields.ts'
import type {
  AnyNodeDefinition,
  Network,
  SentMessage,
  System,
  SystemProperty,
  View,
} from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import type { Messages, Seen } from '../../../exercises/anti-entropy/messages.ts'
import solution from '../../../exercises/anti-entropy/solution.ts'

/** A cart that is a register: of two carts the one that was written last takes the place of the other. */
interface Written extends Seen {
  /** How often it was changed, as far as is known here, and by whom last. */
  count: number
  by: NodeId
}

const isLater = (one: Written, other: Written): boolean =>
  one.count > other.count || (one.count === other.count && one.by > other.by)

type WrittenContext = Context<Messages<Written>, Written>

/** @param again does it tell its cart again and again, or once after each change? */
const lastWriterWins = (again: boolean): AnyNodeDefinition => {
  const tell = (cart: Written, ctx: WrittenContext): void => ctx.broadcast('replica', 'gossip', cart)
  const write = (cart: Written, items: readonly string[], ctx: WrittenContext): void => {
    Object.assign(cart, { items: [...items].sort(), count: cart.count + 1, by: ctx.self })
    ctx.persist(cart)
    ctx.reply('cart', { items: cart.items })
    if (!again) tell(cart, ctx)
  }
  return node<Written, Messages<Written>>({
    init(ctx) {
      if (again) ctx.setTimer('gossip')
      return { items: [], count: 0, by: ctx.self }
    },
    on: {
      add: (cart, { item }, ctx) => write(cart, [...new Set([...cart.items, item])], ctx),
      remove: (cart, { item }, ctx) =>
        write(
          cart,
          cart.items.filter((one) => one !== item),
          ctx,
        ),
      gossip(cart, theirs, ctx) {
        if (isLater(theirs, cart)) Object.assign(cart, theirs)
        ctx.persist(cart)
      },
    },
    timers: {
      gossip(cart, ctx) {
        tell(cart, ctx)
        ctx.setTimer('gossip')
      },
    },
    observe: ({ items }): Seen => ({ items }),
  }) as AnyNodeDefinition
}

/** Two carts put together: whatever is in one of them. A removal takes out what is here, and that is all. */
const union = node<Seen, Messages<Seen>>({
  init(ctx) {
    ctx.setTimer('gossip')
    return { items: [] }
  },
  on: {
    add(cart, { item }, ctx) {
      cart.items = [...new Set([...cart.items, item])].sort()
      ctx.reply('cart', { items: cart.items })
    },
    remove(cart, { item }, ctx) {
      cart.items = cart.items.filter((one) => one !== item)
      ctx.reply('cart', { items: cart.items })
    },
    gossip(cart, { items }) {
      cart.items = [...new Set([...cart.items, ...items])].sort()
    },
  },
  timers: {
    gossip(cart, ctx) {
      ctx.broadcast('replica', 'gossip', cart)
      ctx.setTimer('gossip')
    },
  },
  observe: ({ items }): Seen => ({ items }),
})

/** How replicas make one cart of two. */
export const merges = {
  last: lastWriterWins(true),
  union: union as AnyNodeDefinition,
  merge: solution as AnyNodeDefinition,
} satisfies Record<string, AnyNodeDefinition>
export type Merge = keyof typeof merges

/** Tells each change once. */
export const toldOnce = lastWriterWins(false)

/** What is in a cart, in whichever way it is kept. */
export const itemsOf = (merge: Merge, state: unknown): readonly string[] =>
  (merges[merge].observe!(state) as Seen).items

/** What a user does, one thing after the other, at a replica. */
export interface User {
  readonly id: NodeId
  readonly at: NodeId
  readonly does: readonly (readonly ['add' | 'remove', string])[]
}

/** U puts milk into the cart at A, V tea at B. */
export const APART: readonly User[] = [
  { id: 'U', at: 'A', does: [['add', 'milk']] },
  { id: 'V', at: 'B', does: [['add', 'tea']] },
]
/** U puts milk in and takes it out again, V puts tea in. */
export const REMOVING: readonly User[] = [
  {
    id: 'U',
    at: 'A',
    does: [
      ['add', 'milk'],
      ['remove', 'milk'],
    ],
  },
  { id: 'V', at: 'B', does: [['add', 'tea']] },
]
/** U puts milk in and takes it out again, V puts it in. */
export const BOTH: readonly User[] = [
  {
    id: 'U',
    at: 'A',
    does: [
      ['add', 'milk'],
      ['remove', 'milk'],
    ],
  },
  { id: 'V', at: 'B', does: [['add', 'milk']] },
]

function user({ at, does }: User): AnyNodeDefinition {
  const next = (state: { done: number }, ctx: Context<Messages>): void => {
    if (state.done === does.length) return
    const [kind, item] = does[state.done]!
    state.done++
    ctx.send(at, kind, { item })
  }
  return node<{ done: number }, Messages>({
    init(ctx) {
      const state = { done: 0 }
      next(state, ctx)
      return state
    },
    on: { cart: (state, _message, ctx) => next(state, ctx) },
  })
}

/** It begins to look at a moment that may be any: what it is to see then holds in the end. */
const watch = node<{ looks: boolean }, Messages>({
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
}) as AnyNodeDefinition

/** What a replica has told its users: what was in the cart at some time, and what was not any more the last time. */
interface Told {
  readonly was: readonly string[]
  readonly gone: readonly string[]
}
interface CartSeen extends Told {
  readonly items: readonly string[]
}

const isIn = (items: readonly string[]) => (item: string) => items.includes(item)

/** What was added here stays here. For users who take nothing out. */
const additionLost: SystemProperty = {
  id: 'addition-lost',
  kind: 'always',
  violated(view) {
    for (const { id, seen } of replicasIn(view)) {
      const item = seen.was.find((one) => !isIn(seen.items)(one))
      if (item !== undefined) return { replica: id, item }
    }
    return null
  },
}
/** What was removed here stays out. For users of whom none adds a thing that another one has added. */
const comesBack: SystemProperty = {
  id: 'comes-back',
  kind: 'always',
  violated(view) {
    for (const { id, seen } of replicasIn(view)) {
      const item = seen.gone.find(isIn(seen.items))
      if (item !== undefined) return { replica: id, item }
    }
    return null
  },
}

const replicasIn = (view: View) =>
  view.filter(({ role }) => role === 'replica') as readonly { readonly id: NodeId; readonly seen: CartSeen }[]
const looksIn = (view: View): boolean => view.some(({ role, seen }) => role === 'watch' && seen === true)
const areEqual = (view: View): boolean =>
  new Set(replicasIn(view).map(({ seen }) => [...seen.items].sort().join())).size === 1

const inTheEnd = (id: string, holds: (view: View) => boolean): SystemProperty => ({
  id,
  kind: 'eventually',
  reached: (view) => looksIn(view) && holds(view),
})
const everywhere = (item: string) => (view: View) =>
  replicasIn(view).every(({ seen }) => isIn(seen.items)(item))

const properties: readonly SystemProperty[] = [
  additionLost,
  comesBack,
  inTheEnd('carts-equal', areEqual),
  inTheEnd('carts-whole', (view) => everywhere('milk')(view) && everywhere('tea')(view)),
  inTheEnd('milk-there', everywhere('milk')),
  {
    id: 'all-alike',
    kind: 'sometimes',
    reached: (view) => areEqual(view) && replicasIn(view)[0]!.seen.items.length > 0,
  },
]

const told = ({ was, gone }: Told, sent: readonly SentMessage[]): Told => {
  const cart = sent.find(({ type }) => type === 'cart')
  if (!cart) return { was, gone }
  const { items } = cart.fields as Messages['cart']
  const all = [...new Set([...was, ...items])].sort()
  return { was: all, gone: all.filter((item) => !items.includes(item)) }
}

export interface CartSystem {
  readonly replicas?: readonly NodeId[]
  /** Left out: whatever was sent may arrive any number of times. */
  readonly network?: Network
  /** How it is in the end is asked. */
  readonly settles?: true
}

export const LOSING: Network = { duplicates: 'unlimited', drops: Infinity }
const anything = fields({})
const ofItem = fields({ item: string })

interface Connected {
  own: unknown
  /** What users have done here: their connections repeat none of it. */
  taken: string[]
}

/** A replica at the end of its users' connections: the network may repeat what replicas say to each other, and nothing else. */
function connected(definition: AnyNodeDefinition): AnyNodeDefinition {
  const { init, on, timers = {}, observe } = definition
  type AnyContext = Context<Record<string, unknown>>
  return {
    init: (ctx) => ({ own: init(ctx), taken: [] }) satisfies Connected,
    on: Object.fromEntries(
      Object.entries(on).map(([type, handle]) => [
        type,
        (state: Connected, message: object, ctx: AnyContext) => {
          if ('item' in message) {
            const name = `${ctx.from} ${type} ${String(message.item)}`
            if (state.taken.includes(name)) return
            state.taken = [...state.taken, name].sort()
          }
          handle!(state.own, message as never, ctx)
        },
      ]),
    ),
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (state: Connected, ctx: AnyContext) => handle(state.own, ctx),
      ]),
    ),
    show: (state) => (state as Connected).own,
    properties: (state) => observe!((state as Connected).own),
  }
}

/** Replicas of a cart, and their users. */
export function carts(
  definition: AnyNodeDefinition,
  users: readonly User[],
  { replicas = ['A', 'B'], network = { duplicates: 'unlimited', drops: 0 }, settles }: CartSystem = {},
): System {
  const replica = connected(definition)
  const observed = ({
    state,
    history,
  }: {
    readonly state: unknown
    readonly history: unknown
  }): CartSeen => ({
    items: (state as Seen).items,
    ...(history as Told),
  })
  return {
    nodes: [
      ...users.map((one) => ({ id: one.id, role: 'user', definition: user(one) })),
      ...replicas.map((id) => ({ id, role: 'replica', definition: replica })),
      ...(settles ? [{ id: 'W', role: 'watch', definition: watch }] : []),
    ],
    roles: {
      user: { sends: { add: ofItem, remove: ofItem }, observe: () => null },
      replica: {
        sends: { cart: fields({ items: list(string) }), gossip: anything, answer: anything },
        history: { initial: { was: [], gone: [] } satisfies Told, after: told },
        observe: observed,
      },
      watch: { sends: {}, observe: ({ state }) => (state as { looks: boolean } | null)?.looks ?? false },
    },
    network,
    crashes: null,
    properties,
  }
}
