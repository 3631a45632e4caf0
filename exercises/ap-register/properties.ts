/**
 * What a register that always answers promises: what clients were told by each replica, what a replica would answer now, and which
 * writes replaced which. One write replaces another where its client had been told of the other by the same replica: it was
 * acknowledged to it, or shown. What follows from that along several writes counts as well. Writes of which none
 * replaced the other are concurrent, and either may win.
 */
import { fields, list, string } from '../../engine/actors/fields.ts'
import type { Observed } from '../../engine/actors/observed.ts'
import type {
  FieldCheck,
  NodeStep,
  Role,
  SentMessage,
  SystemProperty,
  View,
  Violation,
} from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import { numberOf } from './clients.ts'
import type { Messages, Seen } from './messages.ts'

/** Values by client, sorted. */
type ByClient = { readonly [client: NodeId]: readonly string[] }

/** What went wrong with the answer to a request. */
export interface Misanswer {
  readonly client: NodeId
  readonly request: string
  /** `silent`: there was none in the step of the request. `twice`: more than one. `unasked`: there was no request. `other`: `observe` shows other values. */
  readonly how: 'silent' | 'twice' | 'unasked' | 'other'
}

/** What a replica has told clients, in all its lives. */
export interface ReplicaHistory {
  /** What it has said to be written. */
  readonly acknowledged: ByClient
  /** What it has answered to reads. */
  readonly shown: ByClient
  /** For each value that a client asked it to write, those that the client had been told of by it: the write replaced them. */
  readonly replaced: { readonly [value: string]: readonly string[] }
  /** By client, the number of the last request that it has answered: if it comes once more, it needs no answer. */
  readonly answered: { readonly [client: NodeId]: number }
  /** The first answer that was none. */
  readonly wrong: Misanswer | null
}

const NOTHING_SAID: ReplicaHistory = { acknowledged: {}, shown: {}, replaced: {}, answered: {}, wrong: null }

const ANSWERS: { readonly [request: string]: 'values' | 'written' } = { read: 'values', write: 'written' }

const isAnswer = ({ type }: SentMessage): boolean => Object.values<string>(ANSWERS).includes(type)

const union = (some: readonly string[], more: readonly string[]): readonly string[] =>
  [...new Set([...some, ...more])].sort()

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(union(one, [])) === JSON.stringify(union(other, []))

function replicaHistory(
  history: ReplicaHistory,
  sent: readonly SentMessage[],
  _self: NodeId,
  { event, state }: NodeStep,
): ReplicaHistory {
  const answers = sent.filter(isAnswer)
  if (event.kind !== 'message' || !Object.hasOwn(ANSWERS, event.type)) {
    if (answers.length === 0) return history
    const wrong: Misanswer = { client: answers[0]!.to, request: answers[0]!.type, how: 'unasked' }
    return { ...history, wrong: history.wrong ?? wrong }
  }
  const { from: client, type: request } = event
  const { id, value } = event.fields as Messages['write']
  const isHere = ({ to, type, fields }: SentMessage): boolean =>
    to === client && type === ANSWERS[request] && (fields as { id: string }).id === id
  const here = answers.filter(isHere)
  let { acknowledged, shown, replaced, answered } = history
  const isNew = numberOf(id) > (answered[client] ?? 0)
  if (here.length > 0 && isNew) answered = { ...answered, [client]: numberOf(id) }
  if (request === 'write') {
    const known = union(acknowledged[client] ?? [], shown[client] ?? [])
    replaced = { ...replaced, [value]: union(replaced[value] ?? [], known) }
    if (here.length > 0)
      acknowledged = { ...acknowledged, [client]: union(acknowledged[client] ?? [], [value]) }
  }
  const values = here.flatMap(({ fields }) => (fields as Partial<Messages['values']>).values ?? [])
  if (values.length > 0) shown = { ...shown, [client]: union(shown[client] ?? [], values) }
  const how = misanswered()
  return {
    acknowledged,
    shown,
    replaced,
    answered,
    wrong: history.wrong ?? (how === null ? null : { client, request, how }),
  }

  function misanswered(): Misanswer['how'] | null {
    if (answers.length > here.length) return 'unasked'
    if (here.length > 1) return 'twice'
    // It crashed before its handler came to its end.
    if (state === null) return null
    if (here.length === 0) return isNew ? 'silent' : null
    const { seen } = state as Observed<Seen>
    return request === 'read' && !sameSet(values, seen.values) ? 'other' : null
  }
}

/** What properties see of a replica. */
export interface ReplicaView extends ReplicaHistory {
  /** What a read would be answered now; null while it is down. */
  readonly now: readonly string[] | null
}

/** What `observe` has to give. */
export const replicaSeen: FieldCheck = fields({ values: list(string) })

/** What replicas tell each other may be anything. */
const anything = (): null => null

export const replicaRole: Role = {
  sends: {
    values: fields({ id: string, values: list(string) }),
    written: fields({ id: string }),
    gossip: fields({ news: anything }),
    ask: fields({ known: anything }),
    heard: fields({ known: anything }),
  },
  history: { initial: NOTHING_SAID, after: replicaHistory },
  observe: ({ state, history }): ReplicaView => ({
    ...(history as ReplicaHistory),
    now: state === null ? null : union((state as Observed<Seen>).seen.values, []),
  }),
}

export interface ReplicaIn {
  readonly id: NodeId
  readonly seen: ReplicaView
}

/** The replicas, each with what is seen of it. */
export function replicasIn(view: View): readonly ReplicaIn[] {
  return view.filter(({ role }) => role === 'replica') as readonly ReplicaIn[]
}

/** For each value that clients have asked to write, all those that it replaced, directly or by what it replaced. */
export function replacedBy(view: View): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map<string, readonly string[]>()
  for (const { seen } of replicasIn(view))
    for (const [value, replaced] of Object.entries(seen.replaced))
      direct.set(value, union(direct.get(value) ?? [], replaced))
  const all = new Map<string, ReadonlySet<string>>()
  for (const value of direct.keys()) {
    const reached = new Set<string>()
    const left = [value]
    while (left.length > 0)
      for (const older of direct.get(left.pop()!) ?? [])
        if (!reached.has(older)) {
          reached.add(older)
          left.push(older)
        }
    all.set(value, reached)
  }
  return all
}

/** Who answered late, twice, unasked, or other than it shows. */
function misanswer(view: View): Violation | null {
  for (const { id, seen } of replicasIn(view)) if (seen.wrong) return { replica: id, ...seen.wrong }
  return null
}

/** A value that nobody has asked a replica to write. */
function invented(view: View): Violation | null {
  const replicas = replicasIn(view)
  const known = new Set(replicas.flatMap(({ seen }) => Object.keys(seen.replaced)))
  for (const { id, seen } of replicas)
    for (const value of seen.now ?? []) if (!known.has(value)) return { replica: id, value }
  return null
}

/** A replica that would answer with something older than what it has told a client, or with nothing. */
function wentBack(view: View, told: (seen: ReplicaView) => ByClient): Violation | null {
  const older = replacedBy(view)
  for (const { id, seen } of replicasIn(view)) {
    if (seen.now === null) continue
    for (const [client, values] of Object.entries(told(seen)))
      for (const newer of values) {
        if (seen.now.length === 0) return { replica: id, client, newer, older: NOTHING }
        const back = seen.now.find((value) => older.get(newer)?.has(value))
        if (back !== undefined) return { replica: id, client, newer, older: back }
      }
  }
  return null
}

/** Stands for no value, in the words of a property. */
const NOTHING = '–'

/** What a register that always answers never does. */
export const safety: readonly SystemProperty[] = [
  { id: 'answers', kind: 'always', violated: misanswer },
  { id: 'written', kind: 'always', violated: invented },
]

/** What it says is not taken back. */
export const keeps: readonly SystemProperty[] = [
  { id: 'acknowledged', kind: 'always', violated: (view) => wentBack(view, (seen) => seen.acknowledged) },
  { id: 'monotonic', kind: 'always', violated: (view) => wentBack(view, (seen) => seen.shown) },
]

/** All replicas would answer the same. */
export function hasConverged(view: View): boolean {
  const [first, ...others] = replicasIn(view).map(({ seen }) => seen.now)
  return first !== null && others.every((values) => values !== null && sameSet(values, first!))
}
