/**
 * The small registers of the first pages: a copy or a few, and the plainest ways to keep them. They know no stamps, and so serve one
 * writer at a time; what a majority makes of it is `registers.ts`.
 */
import { fields, oneOf, orNull, string } from '../../../engine/actors/fields.ts'
import {
  RELIABLE,
  type Network,
  type Role,
  type System,
  type SystemNode,
  type SystemProperty,
} from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import { isLinearizable } from '../../../exercises/cp-register/properties.ts'
import type { Value } from '../../../exercises/cp-register/messages.ts'
import { LATENCY } from './registers.ts'
import { ANSWERS, type ClientMessages, clientRole, history } from './clients.ts'

/**
 * `at-once`: a replica answers from its own copy, and tells the others of a write. `all-first`: a write is answered when all have it, a
 * read from the replica’s own copy. `primary`: the first replica alone answers, the others hand on.
 */
export type SmallRule = 'at-once' | 'all-first' | 'primary'

interface Messages extends ClientMessages {
  /** Between replicas: "this was written". */
  copy: { id: string; value: string }
  copied: { id: string }
  /** To the primary: "somebody asks me for this", and back what it came to. */
  forward: { id: string; f: 'read' | 'write'; value: string | null }
  result: { id: string; f: 'read' | 'write'; value: Value }
}

interface ReplicaState {
  value: Value
  /** By request that is under way here: who asked, and who has still to say that he has it. */
  open: Record<string, { client: NodeId; missing: NodeId[] }>
}

/** On disk there is the value. */
type Ctx = Context<Messages, Value>

const small = (rule: SmallRule) => {
  const keep = (state: ReplicaState, value: Value, ctx: Ctx): void => {
    state.value = value
    ctx.persist(value)
  }
  const others = (ctx: Ctx): NodeId[] => ctx.nodes('replica').filter((one) => one !== ctx.self)
  const hands = (ctx: Ctx): boolean => rule === 'primary' && ctx.nodes('replica')[0] !== ctx.self
  const handOn = (state: ReplicaState, message: Messages['forward'], ctx: Ctx): void => {
    const primary = ctx.nodes('replica')[0]!
    state.open[message.id] = { client: ctx.from, missing: [primary] }
    ctx.send(primary, 'forward', message)
  }
  return node<ReplicaState, Messages, Value>({
    init: () => ({ value: null, open: {} }),
    restart: (value) => ({ value, open: {} }),
    on: {
      read(state, { id }, ctx) {
        if (hands(ctx)) handOn(state, { id, f: 'read', value: null }, ctx)
        else ctx.reply('value', { id, value: state.value })
      },
      write(state, { id, value }, ctx) {
        if (hands(ctx)) return handOn(state, { id, f: 'write', value }, ctx)
        keep(state, value, ctx)
        const missing = rule === 'all-first' ? others(ctx) : []
        if (rule !== 'primary') for (const to of others(ctx)) ctx.send(to, 'copy', { id, value })
        if (missing.length > 0) state.open[id] = { client: ctx.from, missing }
        else ctx.reply('written', { id })
      },
      copy(state, { id, value }, ctx) {
        keep(state, value, ctx)
        if (rule === 'all-first') ctx.reply('copied', { id })
      },
      copied(state, { id }, ctx) {
        const open = state.open[id]
        if (!open) return
        open.missing = open.missing.filter((one) => one !== ctx.from)
        if (open.missing.length > 0) return
        delete state.open[id]
        ctx.send(open.client, 'written', { id })
      },
      forward(state, { id, f, value }, ctx) {
        if (f === 'write') keep(state, value, ctx)
        ctx.reply('result', { id, f, value: f === 'read' ? state.value : null })
      },
      result(state, { id, f, value }, ctx) {
        const open = state.open[id]
        if (!open) return
        delete state.open[id]
        if (f === 'write') ctx.send(open.client, 'written', { id })
        else ctx.send(open.client, 'value', { id, value })
      },
    },
  })
}

const DEFINITIONS = {
  'at-once': small('at-once'),
  'all-first': small('all-first'),
  primary: small('primary'),
} as const

const replicaRole: Role = {
  sends: {
    ...ANSWERS,
    copy: fields({ id: string, value: string }),
    copied: fields({ id: string }),
    forward: fields({ id: string, f: oneOf('read', 'write'), value: orNull(string) }),
    result: fields({ id: string, f: oneOf('read', 'write'), value: orNull(string) }),
  },
  observe: ({ state }) => (state as ReplicaState | null)?.value ?? null,
}

/** The operations of the clients of a view. */
export const operationsIn = (view: Parameters<Extract<SystemProperty, { kind: 'always' }>['violated']>[0]) =>
  view.flatMap(({ role, seen }) => (role === 'client' ? (seen as readonly { done: boolean }[]) : []))

/** So many things are asked for, and all of them are answered. */
export const allAnswered = (count: number): SystemProperty => ({
  id: 'all-answered',
  kind: 'eventually',
  reached: (view) => operationsIn(view).filter(({ done }) => done).length === count,
})

export interface Around {
  /** Left out: nothing is lost. */
  readonly network?: Network
  /** With clocks, for runs that are told or driven by hand: replicas may crash, and any message may be lost. */
  readonly timed?: boolean
  /** Further properties. */
  readonly properties?: readonly SystemProperty[]
}

export function smallRegister(
  rule: SmallRule,
  replicas: readonly NodeId[],
  clients: readonly SystemNode[],
  { network = RELIABLE, timed = false, properties = [] }: Around = {},
): System {
  return {
    nodes: [...clients, ...replicas.map((id) => ({ id, role: 'replica', definition: DEFINITIONS[rule] }))],
    roles: { client: clientRole, replica: replicaRole },
    network: timed ? { ...network, drops: Infinity } : network,
    crashes: timed ? { roles: ['replica'], limit: 'unlimited', restart: 'later' } : null,
    history,
    properties: [isLinearizable, ...properties],
    ...(timed && { time: { latencies: [LATENCY] } }),
  }
}
