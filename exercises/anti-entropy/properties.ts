/**
 * What is looked at in a cart with several replicas: what users did where, in which order, and what the replica showed just before. From
 * that follows which additions a removal has seen for certain and which it may have seen; what lies between is left open.
 * Reference: M. Shapiro et al., "A Comprehensive Study of Convergent and Commutative Replicated Data Types", INRIA RR-7506, 2011, section
 * 3.3.5: the observed-remove set.
 */
import { fields, list, string } from '../../engine/actors/fields.ts'
import type { Observed } from '../../engine/actors/observed.ts'
import type {
  FieldCheck,
  NodeStep,
  Role,
  SentMessage,
  SystemEvent,
  SystemHistory,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import type { Messages, Seen } from './messages.ts'

/** Something that a user did at a replica. */
interface Operation {
  readonly name: string
  readonly kind: 'add' | 'remove'
  readonly item: string
  /** It was done: the handler came to its end, or the user was told so. Else the replica crashed while it was at it. */
  readonly done: boolean
  /** The replica showed the item just before. */
  readonly shown: boolean
}

/** What a replica has shown and been told by its users, whether or not it remembers. */
export interface ReplicaHistory {
  /** In their order. */
  readonly operations: readonly Operation[]
  /** What it showed last; null where it is about to start. */
  readonly shown: readonly string[] | null
  /** Items that it showed since it started, and then no longer; and those of them that it showed again. */
  readonly dropped: readonly string[]
  readonly returned: readonly string[]
  /** The first operation after which the user was not told what the replica shows; and the first that it does not show. */
  readonly untold: string | null
  readonly undone: string | null
}

const NOTHING_DONE: ReplicaHistory = {
  operations: [],
  shown: null,
  dropped: [],
  returned: [],
  untold: null,
  undone: null,
}

export const isOperation = (type: string): type is 'add' | 'remove' => type === 'add' || type === 'remove'

/** The fields of what a user does. `again`: how often this user has done the same before; answers are not shown that. */
export interface Operating {
  readonly item: string
  readonly again?: number
}

/** The name of what a user does, which nothing else has that any user does. */
export const operationName = (user: NodeId, type: string, { item, again = 0 }: Operating): string =>
  `${user} ${type} ${item}${again > 0 ? ` ${again + 1}` : ''}`

const joined = (some: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? some : [...new Set([...some, ...more])].sort()

function replicaHistory(
  before: ReplicaHistory,
  sent: readonly SentMessage[],
  _self: NodeId,
  { event, state }: NodeStep,
): ReplicaHistory {
  const history = event.kind === 'restart' ? { ...before, shown: null, dropped: [], returned: [] } : before
  const shown = state === null ? null : [...new Set((state as Observed<Seen>).seen.items)].sort()
  const after = { ...history, ...changed(history, shown), shown }
  if (event.kind !== 'message' || !isOperation(event.type)) return after
  const { item } = event.fields as Operating
  const name = operationName(event.from, event.type, event.fields as Operating)
  if (history.operations.some((operation) => operation.name === name)) return after
  const told = sent.find(({ to, type }) => to === event.from && type === 'cart')
  const operation: Operation = {
    name,
    kind: event.type,
    item,
    done: shown !== null || told !== undefined,
    shown: history.shown?.includes(item) ?? false,
  }
  const isTold = state === null || (told !== undefined && isSame(told, (state as Observed<Seen>).seen.items))
  const isDone = shown === null || shown.includes(item) === (event.type === 'add')
  return {
    ...after,
    operations: [...history.operations, operation],
    untold: history.untold ?? (isTold ? null : name),
    undone: history.undone ?? (isDone ? null : name),
  }
}

function isSame(told: SentMessage, shown: readonly string[]): boolean {
  const items = [...(told.fields as Messages['cart']).items].sort()
  const others = [...shown].sort()
  return items.length === others.length && items.every((item, at) => item === others[at])
}

/** Which items have gone since the replica started, and which have come back. A crash ends what it showed. */
function changed({ shown: before, dropped, returned }: ReplicaHistory, shown: readonly string[] | null) {
  if (before === null || shown === null) return { dropped, returned }
  return {
    dropped: joined(
      dropped,
      before.filter((item) => !shown.includes(item)),
    ),
    returned: joined(
      returned,
      shown.filter((item) => dropped.includes(item) && !before.includes(item)),
    ),
  }
}

/** The names of all that users have done, in the order in which they did it. */
export type Order = readonly string[]

/**
 * In which order users did what they did, at whichever replica. What came later nobody can have seen; and as every interleaving is looked
 * at, what could have come in either order comes in both.
 */
export const inOrder: SystemHistory = {
  initial: [] satisfies Order,
  record: ({ role, received }: SystemEvent): string | null =>
    role === 'replica' && received && isOperation(received.type)
      ? operationName(received.from, received.type, received.fields as Operating)
      : null,
  after: (order: Order, operation: string): Order =>
    order.includes(operation) ? order : [...order, operation],
}

/** How much a user has done, and whether she goes on although she may not have been told of it. */
export interface UserState {
  done: number
  hurries: boolean
}

export interface ReplicaView extends ReplicaHistory {
  /** Null while it is down. */
  readonly now: readonly string[] | null
}

/** What `observe` has to give. */
export const seen: FieldCheck = fields({ items: list(string) })

const anything = fields({})
const item = fields({ item: string })

/** The roles of the cart. */
export const roles = {
  replica: {
    sends: { cart: fields({ items: list(string) }), gossip: anything, answer: anything },
    history: { initial: NOTHING_DONE, after: replicaHistory },
    observe: ({ state, history }): ReplicaView => ({
      ...(history as ReplicaHistory),
      now: (state as Observed<Seen> | null)?.seen.items ?? null,
    }),
  },
  user: {
    sends: { add: item, remove: item },
    observe: ({ state }) => (state as UserState | null)?.hurries ?? false,
  },
  watch: { sends: {}, observe: ({ state }) => (state as { looks: boolean } | null)?.looks ?? false },
} satisfies Record<string, Role>

/** An operation, where it was done and as which of all. */
interface Placed extends Operation {
  readonly at: NodeId
  readonly place: number
}

interface ReplicaIn {
  readonly id: NodeId
  readonly seen: ReplicaView
}

/** The replicas, in the order of the system. */
export function replicasIn(view: View): readonly ReplicaIn[] {
  return view.filter(({ role }) => role === 'replica') as readonly ReplicaIn[]
}

/** All that users did. */
class Account {
  readonly #operations: readonly Placed[]

  constructor(view: View, history: unknown) {
    const order = history as Order
    this.#operations = replicasIn(view)
      .flatMap(({ id, seen: { operations } }) =>
        operations.map((operation) => ({ ...operation, at: id, place: order.indexOf(operation.name) })),
      )
      .sort((one, other) => one.place - other.place)
  }

  get items(): readonly string[] {
    return [...new Set(this.#operations.map(({ item }) => item))].sort()
  }

  additions(item: string): readonly Placed[] {
    return this.#operations.filter((one) => one.kind === 'add' && one.item === item)
  }

  removals(item: string): readonly Placed[] {
    return this.#operations.filter((one) => one.kind === 'remove' && one.item === item)
  }

  /** Those that a removal may have seen: all before it, if the replica showed the item. */
  #maySee(removal: Placed): readonly Placed[] {
    if (!removal.shown) return []
    return this.additions(removal.item).filter(({ place }) => place < removal.place)
  }

  /** May some removal have seen the addition? */
  mayBeGone(addition: Placed): boolean {
    return this.removals(addition.item).some((removal) => this.#maySee(removal).includes(addition))
  }

  /**
   * The additions that a removal has seen for certain: those of the replica's own users, and any other if the item can't have been shown for
   * the sake of another.
   */
  #sees(removal: Placed): readonly Placed[] {
    if (!removal.done) return []
    const gone = this.goneAt(removal.at, removal.item, removal.place)
    const possible = this.#maySee(removal).filter((addition) => !gone.includes(addition))
    return possible.length === 1 ? possible : possible.filter(({ at, done }) => at === removal.at && done)
  }

  /** The additions of an item that removals at a replica have seen for certain: all of them, or those before a place. */
  goneAt(replica: NodeId, item: string, before = Infinity): readonly Placed[] {
    return this.removals(item)
      .filter(({ at, place }) => at === replica && place < before)
      .flatMap((removal) => this.#sees(removal))
  }

  /** Items of which every addition was seen for certain by some removal: they have to be in no cart in the end. */
  get gone(): readonly string[] {
    return this.items.filter((item) => {
      const gone = this.removals(item).flatMap((removal) => this.#sees(removal))
      return this.additions(item).every((addition) => gone.includes(addition))
    })
  }
}

/** A user was not told at once what the replica shows. */
function untold(view: View): Violation | null {
  const one = replicasIn(view).find(({ seen }) => seen.untold !== null)
  return one ? { replica: one.id, operation: one.seen.untold! } : null
}

/** A replica that shows an item more than once. */
function repeated(view: View): Violation | null {
  for (const { id, seen } of replicasIn(view)) {
    const item = seen.now?.find((one, at, all) => all.indexOf(one) < at)
    if (item !== undefined) return { replica: id, item }
  }
  return null
}

/** A replica that does not show what its user has just done. */
function undone(view: View): Violation | null {
  const one = replicasIn(view).find(({ seen }) => seen.undone !== null)
  return one ? { replica: one.id, operation: one.seen.undone! } : null
}

/** A replica that does not show what its own user added, and nothing can have taken it out. */
function missing(view: View, history?: unknown): Violation | null {
  const account = new Account(view, history)
  for (const { id, seen } of replicasIn(view))
    for (const item of account.items) {
      if (seen.now === null || seen.now.includes(item)) continue
      const own = account.additions(item).filter(({ at, done }) => at === id && done)
      if (own.some((addition) => !account.mayBeGone(addition))) return { replica: id, item }
    }
  return null
}

/** A replica that shows an item of which its own users have removed every addition there was. */
function resurrected(view: View, history?: unknown): Violation | null {
  const account = new Account(view, history)
  for (const { id, seen } of replicasIn(view))
    for (const item of seen.now ?? []) {
      const gone = account.goneAt(id, item)
      if (account.additions(item).every((addition) => gone.includes(addition))) return { replica: id, item }
    }
  return null
}

/** A replica whose cart changes although nothing can have told it of a reason. */
function unsteady(view: View, history?: unknown): Violation | null {
  const account = new Account(view, history)
  for (const { id, seen } of replicasIn(view)) {
    if (seen.now === null) continue
    for (const item of seen.dropped) {
      if (account.removals(item).every(({ shown }) => !shown)) return { replica: id, item, change: 'gone' }
      if (seen.returned.includes(item) && account.additions(item).length === 1)
        return { replica: id, item, change: 'back' }
    }
  }
  return null
}

/** What holds at every moment. */
export const safety: readonly SystemProperty[] = [
  { id: 'told', kind: 'always', violated: untold },
  { id: 'once', kind: 'always', violated: repeated },
  { id: 'done', kind: 'always', violated: undone },
  { id: 'kept', kind: 'always', violated: missing },
  { id: 'removed', kind: 'always', violated: resurrected },
  { id: 'steady', kind: 'always', violated: unsteady },
]

/** Does the watch look, and has everybody done what she does in any case? */
const looks = (view: View): boolean =>
  view.some(({ role, seen }) => role === 'watch' && seen === true) &&
  view.every(({ role, seen }) => role !== 'user' || seen === false)

/** All carts are equal. */
export function areEqual(view: View): boolean {
  const [first, ...others] = replicasIn(view).map(
    ({ seen: { now } }) => now && [...new Set(now)].sort().join(),
  )
  return first !== null && others.every((one) => one === first)
}

/**
 * What holds in the end: from the moment on at which the watch looks, whenever that is. That what was added is in every cart follows: it
 * is where it was added, and all are equal.
 */
export const goals: readonly SystemProperty[] = [
  { id: 'equal', kind: 'eventually', reached: (view) => looks(view) && areEqual(view) },
  {
    id: 'gone',
    kind: 'eventually',
    reached: (view, history) => {
      if (!looks(view)) return false
      const { gone } = new Account(view, history)
      return replicasIn(view).every(({ seen: { now } }) => now && gone.every((item) => !now.includes(item)))
    },
  },
]
