/**
 * break-ap-register: the learner makes the clients of a right register that always answers see what no single copy could show them: a read
 * that is old, a reader that goes back, and a write that was acknowledged and is gone. Nothing is lost and nobody crashes.
 */
import { observed } from '../../engine/actors/observed.ts'
import type {
  AnyNodeDefinition,
  Role,
  System,
  SystemEvent,
  SystemHistory,
  SystemProperty,
  View,
} from '../../engine/actors/system.ts'
import type { Context, NodeId } from '../../engine/api.ts'
import type { BreakInParts } from '../../engine/exercise.ts'
import type { Messages, Seen, Version } from '../ap-register/messages.ts'
import { replicaRole, replicaSeen } from '../ap-register/properties.ts'
import solution from '../ap-register/solution.ts'
import { type ClientState, type Plan, client, clientRole } from './clients.ts'

const REPLICAS = ['A', 'B', 'C']

/** What all replicas hold at first, and the values that clients write. */
const OLD: Version = { value: 'old', stamp: { counter: 1, writer: 'A' } }
const NEW = 'new'
const X = 'x'
const Y = 'y'

const right: AnyNodeDefinition = solution

/** The course’s replica, with something in it. Its timer fires once, so that there is an end to it. */
const replica: AnyNodeDefinition = observed<Seen>(
  {
    ...right,
    init(ctx: Context<Record<string, unknown>>) {
      ctx.persist(OLD)
      return right.restart!(OLD, ctx)
    },
  },
  { shows: replicaSeen, mayFire: (_timer, fired) => fired < 1 },
)

const role: Role = {
  sends: replicaRole.sends,
  observe: ({ state }): readonly string[] => (state as { seen: Seen }).seen.values,
}

function register(
  plans: { readonly [name: NodeId]: Plan },
  target: SystemProperty,
  history?: SystemHistory,
): System {
  return {
    nodes: [
      ...Object.entries(plans).map(([id, plan]) => ({ id, role: 'client', definition: client(plan) })),
      ...REPLICAS.map((id) => ({ id, role: 'replica', definition: replica })),
    ],
    roles: { replica: role, client: clientRole },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [target],
    ...(history && { history }),
  }
}

const clientIn = (view: View, id: NodeId): ClientState =>
  view.find((one) => one.id === id)!.seen as ClientState

/** What has happened among the clients, in its order. */
export interface Reads {
  /** The writer has heard that it is done. */
  readonly acknowledged: boolean
  /** The reads that began after that and are under way. */
  readonly after: readonly string[]
  /** One of them was answered with the value before. */
  readonly stale: boolean
}

interface Recorded {
  readonly acknowledged: boolean
  readonly begun: readonly string[]
  readonly answered: Messages['values'] | null
}

const reads: SystemHistory = {
  initial: { acknowledged: false, after: [], stale: false } satisfies Reads,
  record({ role, received, sent }: SystemEvent): Recorded | null {
    if (role !== 'client') return null
    const begun = sent
      .filter(({ type }) => type === 'read')
      .map(({ fields }) => (fields as { id: string }).id)
    const acknowledged = received?.type === 'written'
    const answered = received?.type === 'values' ? (received.fields as Messages['values']) : null
    return acknowledged || begun.length > 0 || answered ? { acknowledged, begun, answered } : null
  },
  after(history: Reads, { acknowledged, begun, answered }: Recorded): Reads {
    const isLate = answered !== null && history.after.includes(answered.id)
    return {
      acknowledged: history.acknowledged || acknowledged,
      after: [...history.after.filter((id) => id !== answered?.id), ...(history.acknowledged ? begun : [])],
      stale: history.stale || (isLate && !answered.values.includes(NEW)),
    }
  },
}

/** Which replicas have heard of x, from its client or from another replica; and, once y was written, whether its replica had. */
export interface Heard {
  readonly x: readonly NodeId[]
  readonly yKnewX: boolean
}

const heard: SystemHistory = {
  initial: { x: [], yKnewX: false } satisfies Heard,
  record({ node, role, received }: SystemEvent): { readonly node: NodeId; readonly value: string } | null {
    if (role !== 'replica' || received === null) return null
    const { value, news } = received.fields as Partial<Messages['write'] & Messages['gossip']>
    const arrived = value ?? news?.value
    // What y is told of by another replica is no write of it.
    return arrived === X || (arrived === Y && received.type === 'write') ? { node, value: arrived } : null
  },
  after(history: Heard, { node, value }: { readonly node: NodeId; readonly value: string }): Heard {
    if (value === Y) return { ...history, yKnewX: history.x.includes(node) }
    return history.x.includes(node) ? history : { ...history, x: [...history.x, node].sort() }
  },
}

/** K2 has read the new value, and after that the old one. */
export function wentBack(view: View): boolean {
  const { read } = clientIn(view, 'K2')
  return read.includes(NEW) && read.lastIndexOf(OLD.value) > read.indexOf(NEW)
}

/** K1 was told that x is written; all replicas hold y alone, so that x never comes back; and where y was written, x was not known. */
export function isGone(view: View, { yKnewX }: Heard): boolean {
  const replicas = view.filter(({ role: of }) => of === 'replica')
  const isY = replicas.every(({ seen: held }) => (held as readonly string[]).join() === Y)
  return isY && clientIn(view, 'K1').written.includes(X) && !yKnewX
}

const WRITER: Plan = { at: 'A', write: NEW }
const READER: Plan = { reads: REPLICAS }

const exercise: BreakInParts = {
  id: 'break-ap-register',
  kind: 'break',
  version: 1,
  fields: { replica: ['version.value', 'version.stamp.counter'], client: ['written', 'read'] },
  parts: [
    {
      id: 'past',
      target: 'stale',
      statesMax: 300_000,
      system: () =>
        register(
          { K1: WRITER, K2: READER },
          { id: 'stale', kind: 'sometimes', reached: (_view, history) => (history as Reads).stale },
          reads,
        ),
    },
    {
      id: 'back',
      target: 'back',
      statesMax: 300_000,
      system: () =>
        register({ K1: WRITER, K2: READER }, { id: 'back', kind: 'sometimes', reached: wentBack }),
    },
    {
      id: 'gone',
      target: 'gone',
      statesMax: 300_000,
      system: () =>
        register(
          { K1: { at: 'A', write: X }, K2: { at: 'B', write: Y } },
          { id: 'gone', kind: 'sometimes', reached: (view, history) => isGone(view, history as Heard) },
          heard,
        ),
    },
  ],
}

export default exercise
