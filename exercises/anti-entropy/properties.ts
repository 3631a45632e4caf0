/**
 * What is looked at in a cart with several replicas: what users did where, which of it could have reached which replica by then, and what
 * each replica shows. From that follows what a removal has seen for certain and what it may have seen; what lies between is left open.
 * References: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978; M. Shapiro et al., "A Comprehensive
 * Study of Convergent and Commutative Replicated Data Types", INRIA RR-7506, 2011, section 3.3.5.
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
import { canonical } from '../../engine/plain.ts'
import type { Messages, Seen } from './messages.ts'

/** Something that a user did at a replica. A user does the same thing once only, so that it has a name. */
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
  /** The first operation after which the user was not told what the replica shows. */
  readonly untold: string | null
}

const NOTHING_DONE: ReplicaHistory = {
  operations: [],
  shown: null,
  dropped: [],
  returned: [],
  untold: null,
}

const isOperation = (type: string): type is 'add' | 'remove' => type === 'add' || type === 'remove'

/** The name of what a user does: users do nothing twice. */
export const operationName = (user: NodeId, type: string, item: string): string => `${user} ${type} ${item}`

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
  const { item } = event.fields as Messages['add']
  const name = operationName(event.from, event.type, item)
  if (history.operations.some((operation) => operation.name === name)) return after
  const told = sent.find(({ to, type }) => to === event.from && type === 'cart')
  const operation: Operation = {
    name,
    kind: event.type,
    item,
    done: shown !== null || told !== undefined,
    shown: history.shown?.includes(item) ?? false,
  }
  const isTold = shown === null || (told !== undefined && isSame(told, shown))
  return {
    ...after,
    operations: [...history.operations, operation],
    untold: history.untold ?? (isTold ? null : name),
  }
}

function isSame(told: SentMessage, shown: readonly string[]): boolean {
  const items = new Set((told.fields as Messages['cart']).items)
  return items.size === shown.length && shown.every((item) => items.has(item))
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

/** By the number of the replica: so many of the things that users did there. */
type Clock = readonly number[]

/** What could have reached whom: by messages alone, whatever they say. */
export interface Reach {
  /** By replica: what its users did, and what could have reached it. */
  readonly clocks: readonly Clock[]
  /** By message: what could have reached its sender when it was first sent. */
  readonly carried: { readonly [message: string]: Clock }
  /** By operation: what could have reached the replica before it. */
  readonly before: { readonly [operation: string]: Clock }
}

/** A step of a replica as the history has it. */
interface Recorded {
  readonly replica: number
  readonly operation: string | null
  readonly heard: string | null
  readonly said: readonly string[]
}

const latest = (one: Clock, other: Clock): Clock => one.map((count, index) => Math.max(count, other[index]!))

const isBetweenReplicas = (type: string): boolean => type === 'gossip' || type === 'answer'

/**
 * What happened before what, among these replicas.
 *
 * A message counts as the first that said the same: nothing tells it from that one, so whoever hears it can't know more.
 */
export function reaching(replicas: readonly NodeId[]): SystemHistory {
  const nothing = replicas.map(() => 0)
  return {
    initial: { clocks: replicas.map(() => nothing), carried: {}, before: {} } satisfies Reach,
    record({ node, received, sent }: SystemEvent): Recorded | null {
      const replica = replicas.indexOf(node)
      if (replica < 0) return null
      const textOf = (from: NodeId, type: string, message: unknown): string =>
        canonical([from, type, message], 'message')
      const said = sent
        .filter(({ type }) => isBetweenReplicas(type))
        .map(({ type, fields: message }) => textOf(node, type, message))
      const heard =
        received && isBetweenReplicas(received.type)
          ? textOf(received.from, received.type, received.fields)
          : null
      const operation =
        received && isOperation(received.type)
          ? operationName(received.from, received.type, (received.fields as Messages['add']).item)
          : null
      return operation === null && heard === null && said.length === 0
        ? null
        : { replica, operation, heard, said: [...new Set(said)].sort() }
    },
    after(reach: Reach, { replica, operation, heard, said }: Recorded): Reach {
      let clock = reach.clocks[replica]!
      let { before, carried } = reach
      if (heard !== null) clock = latest(clock, carried[heard] ?? nothing)
      if (operation !== null && !(operation in before)) {
        before = { ...before, [operation]: clock }
        clock = clock.map((count, index) => (index === replica ? count + 1 : count))
      }
      const first = said.filter((message) => !(message in carried))
      if (first.length > 0)
        carried = { ...carried, ...Object.fromEntries(first.map((message) => [message, clock])) }
      return { clocks: reach.clocks.map((one, index) => (index === replica ? clock : one)), carried, before }
    },
  } as SystemHistory
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
  user: { sends: { add: item, remove: item }, observe: () => null },
  watch: { sends: {}, observe: ({ state }) => (state as { looks: boolean } | null)?.looks ?? false },
} satisfies Record<string, Role>

/** An operation, and at which replica it was which. */
interface Placed extends Operation {
  readonly replica: number
  /** Counted from 1. */
  readonly count: number
}

interface ReplicaIn {
  readonly id: NodeId
  readonly seen: ReplicaView
}

/** The replicas, in the order of the system. */
export function replicasIn(view: View): readonly ReplicaIn[] {
  return view.filter(({ role }) => role === 'replica') as readonly ReplicaIn[]
}

/** All that users did about each item. */
class Account {
  readonly replicas: readonly ReplicaIn[]
  readonly operations: readonly Placed[]
  readonly reach: Reach

  constructor(view: View, history: unknown) {
    this.replicas = replicasIn(view)
    this.reach = history as Reach
    this.operations = this.replicas.flatMap(({ seen: { operations } }, replica) =>
      operations.map((operation, index) => ({ ...operation, replica, count: index + 1 })),
    )
  }

  of(kind: Operation['kind'], item: string): readonly Placed[] {
    return this.operations.filter((one) => one.kind === kind && one.item === item)
  }

  get items(): readonly string[] {
    return [...new Set(this.operations.map(({ item }) => item))].sort()
  }

  /** Could it have reached the replica by now? */
  reached(replica: number, { replica: where, count }: Placed): boolean {
    return count <= this.reach.clocks[replica]![where]!
  }

  /** Could the removal have seen the addition? It could have if the addition happened before it. */
  maySee(removal: Placed, { replica, count, item }: Placed): boolean {
    return item === removal.item && count <= this.reach.before[removal.name]![replica]!
  }

  /**
   * The additions that a removal has seen for certain: where the replica showed the item, those of its own users, and any other if it
   * can't have been shown for the sake of another.
   */
  sees(removal: Placed): readonly Placed[] {
    if (!removal.done || !removal.shown) return []
    const gone = this.goneAt(removal.replica, removal.item, removal.count)
    const possible = this.of('add', removal.item).filter(
      (add) => this.maySee(removal, add) && !gone.includes(add),
    )
    return possible.length === 1
      ? possible
      : possible.filter(({ replica, done }) => replica === removal.replica && done)
  }

  /** The additions of an item that the removals done at a replica, before so many operations, have seen for certain. */
  goneAt(replica: number, item: string, before = Infinity): readonly Placed[] {
    return this.of('remove', item)
      .filter((one) => one.replica === replica && one.count < before)
      .flatMap((one) => this.sees(one))
  }

  /** An addition that was done, and that no removal can have seen, has to be in every cart in the end. */
  stays(item: string): boolean {
    const removals = this.of('remove', item)
    return this.of('add', item).some((add) => add.done && !removals.some((one) => this.maySee(one, add)))
  }

  /** Every addition was seen for certain by some removal. */
  isGone(item: string): boolean {
    const gone = this.of('remove', item).flatMap((one) => this.sees(one))
    return this.of('add', item).every((add) => gone.includes(add))
  }
}

/** A user was not told at once what the replica shows. */
function untold(view: View): Violation | null {
  const one = replicasIn(view).find(({ seen }) => seen.untold !== null)
  return one ? { replica: one.id, operation: one.seen.untold! } : null
}

/** A replica that does not show what its own user added, and nothing can have taken it out. */
function missing(view: View, history?: unknown): Violation | null {
  const account = new Account(view, history)
  for (const { replica, item, done, ...add } of account.operations) {
    const { id, seen } = account.replicas[replica]!
    if (add.kind !== 'add' || !done || seen.now === null || seen.now.includes(item)) continue
    const placed = { ...add, replica, item, done }
    if (account.of('remove', item).some((removal) => account.maySee(removal, placed))) continue
    return { replica: id, item }
  }
  return null
}

/** A replica that shows an item although its own users have taken out every addition of it that can have reached it. */
function resurrected(view: View, history?: unknown): Violation | null {
  const account = new Account(view, history)
  for (const [replica, { id, seen }] of account.replicas.entries()) {
    for (const item of seen.now ?? []) {
      const gone = account.goneAt(replica, item)
      const left = account
        .of('add', item)
        .filter((add) => account.reached(replica, add) && !gone.includes(add))
      if (left.length === 0) return { replica: id, item }
    }
  }
  return null
}

/** A replica whose cart changes although nothing can have told it of a reason. */
function unsteady(view: View, history?: unknown): Violation | null {
  const account = new Account(view, history)
  for (const [replica, { id, seen }] of account.replicas.entries()) {
    if (seen.now === null) continue
    for (const item of seen.dropped) {
      const isBack = seen.returned.includes(item) && account.of('add', item).length === 1
      const hasReason = account.of('remove', item).some((removal) => account.reached(replica, removal))
      if (isBack || !hasReason) return { replica: id, item, change: isBack ? 'back' : 'gone' }
    }
  }
  return null
}

/** What holds at every moment. */
export const safety: readonly SystemProperty[] = [
  { id: 'told', kind: 'always', violated: untold },
  { id: 'own-additions', kind: 'always', violated: missing },
  { id: 'own-removals', kind: 'always', violated: resurrected },
  { id: 'steady', kind: 'always', violated: unsteady },
]

const looks = (view: View): boolean => view.some(({ role, seen }) => role === 'watch' && seen === true)

function everyCart(view: View, holds: (items: readonly string[]) => boolean): boolean {
  return replicasIn(view).every(({ seen: { now } }) => now !== null && holds(now))
}

/** All carts are equal. */
export function areEqual(view: View): boolean {
  const [first, ...others] = replicasIn(view).map(
    ({ seen: { now } }) => now && [...new Set(now)].sort().join(),
  )
  return first !== null && others.every((one) => one === first)
}

/** What holds in the end: from the moment on at which the watch looks, whenever that is. */
export const goals: readonly SystemProperty[] = [
  { id: 'equal', kind: 'eventually', reached: (view) => looks(view) && areEqual(view) },
  {
    id: 'kept',
    kind: 'eventually',
    reached: (view, history) => {
      const account = new Account(view, history)
      const staying = account.items.filter((item) => account.stays(item))
      return looks(view) && everyCart(view, (items) => staying.every((item) => items.includes(item)))
    },
  },
  {
    id: 'removed',
    kind: 'eventually',
    reached: (view, history) => {
      const account = new Account(view, history)
      const gone = account.items.filter((item) => account.isGone(item))
      return looks(view) && everyCart(view, (items) => gone.every((item) => !items.includes(item)))
    },
  },
]
