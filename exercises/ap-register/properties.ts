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
  /** `elsewhere`: it was not sent in the step of the request. `other`: `observe` shows other values. */
  readonly how: 'elsewhere' | 'other'
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

/** Which answer a request wants. */
const ANSWERS: { readonly [request: string]: string } = { read: 'values', write: 'written' }

const isAnswer = ({ type }: SentMessage): boolean => Object.values(ANSWERS).includes(type)

const union = (some: readonly string[], more: readonly string[]): readonly string[] =>
  [...new Set([...some, ...more])].sort()

const joined = (
  known: { readonly [key: string]: readonly string[] },
  key: string,
  more: readonly string[],
): { readonly [key: string]: readonly string[] } => ({ ...known, [key]: union(known[key] ?? [], more) })

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(union(one, [])) === JSON.stringify(union(other, []))

function replicaHistory(
  history: ReplicaHistory,
  sent: readonly SentMessage[],
  _self: NodeId,
  { event, state }: NodeStep,
): ReplicaHistory {
  const request = event.kind === 'message' && Object.hasOwn(ANSWERS, event.type) ? event : null
  const answers = sent.filter(isAnswer)
  if (request === null && answers.length === 0) return history
  const isOpen = (client: NodeId, id: string): boolean => numberOf(id) > (history.answered[client] ?? 0)
  const isHere = ({ to, type, fields }: SentMessage): boolean =>
    request !== null &&
    to === request.from &&
    type === ANSWERS[request.type] &&
    (fields as { id: string }).id === (request.fields as { id: string }).id
  // An answer to what it has answered already changes nothing: its client takes no notice.
  const late = answers.find((one) => !isHere(one) && isOpen(one.to, (one.fields as { id: string }).id))
  const wrong: Misanswer | null =
    history.wrong ?? (late === undefined ? null : { client: late.to, how: 'elsewhere' })
  if (request === null) return { ...history, wrong }

  const { from: client, type } = request
  const { id, value } = request.fields as Messages['write']
  const here = answers.filter(isHere)
  // It has come again, and its replica took no notice.
  if (here.length === 0 && !isOpen(client, id)) return { ...history, wrong }
  const values = here.flatMap(({ fields }) => (fields as Partial<Messages['values']>).values ?? [])
  const told = union(history.acknowledged[client] ?? [], history.shown[client] ?? [])
  // Where it crashed before its handler came to its end, nothing is to be seen of it.
  const seen = (state as Observed<Seen> | null)?.seen
  const how = seen && misanswered(type, here.length, values, seen)
  return {
    acknowledged:
      type === 'write' && here.length > 0
        ? joined(history.acknowledged, client, [value])
        : history.acknowledged,
    shown: values.length > 0 ? joined(history.shown, client, values) : history.shown,
    replaced:
      type === 'write'
        ? joined(
            history.replaced,
            value,
            told.filter((one) => one !== value),
          )
        : history.replaced,
    answered:
      here.length > 0 && isOpen(client, id)
        ? { ...history.answered, [client]: numberOf(id) }
        : history.answered,
    wrong: wrong ?? (how ? { client, how } : null),
  }
}

/** What is wrong with the answers to one request. */
function misanswered(
  type: string,
  answers: number,
  values: readonly string[],
  seen: Seen,
): Misanswer['how'] | null {
  if (answers === 0) return 'elsewhere'
  return type === 'read' && !sameSet(values, seen.values) ? 'other' : null
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

/** An answer that came in another step than its request, or says what `observe` does not show. */
const misanswer =
  (how: Misanswer['how']) =>
  (view: View): Violation | null => {
    const one = replicasIn(view).find(({ seen }) => seen.wrong?.how === how)
    return one ? { replica: one.id, client: one.seen.wrong!.client } : null
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
      for (const newer of values)
        if (seen.now.length === 0 || seen.now.some((value) => older.get(newer)?.has(value)))
          return { replica: id, client, newer, answer: `[${seen.now.join(', ')}]` }
  }
  return null
}

/** What a register that always answers never does. */
export const safety: readonly SystemProperty[] = [
  { id: 'answers', kind: 'always', violated: misanswer('elsewhere') },
  { id: 'observed', kind: 'always', violated: misanswer('other') },
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
