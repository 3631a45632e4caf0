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
import { history, isLinearizable } from '../../../exercises/cp-register/properties.ts'
import type { Value } from '../../../exercises/cp-register/messages.ts'
import { ANSWERS, type ClientMessages, clientRole } from './clients.ts'

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

type Ctx = Context<Messages, ReplicaState>

const small = (rule: SmallRule) => {
  const others = (ctx: Ctx): NodeId[] => ctx.nodes('replica').filter((one) => one !== ctx.self)
  const hands = (ctx: Ctx): boolean => rule === 'primary' && ctx.nodes('replica')[0] !== ctx.self
  const handOn = (state: ReplicaState, message: Messages['forward'], ctx: Ctx): void => {
    const primary = ctx.nodes('replica')[0]!
    state.open[message.id] = { client: ctx.from, missing: [primary] }
    ctx.send(primary, 'forward', message)
  }
  return node<ReplicaState, Messages, ReplicaState>({
    init: () => ({ value: null, open: {} }),
    on: {
      read(state, { id }, ctx) {
        if (hands(ctx)) handOn(state, { id, f: 'read', value: null }, ctx)
        else ctx.reply('value', { id, value: state.value })
      },
      write(state, { id, value }, ctx) {
        if (hands(ctx)) return handOn(state, { id, f: 'write', value }, ctx)
        state.value = value
        const missing = rule === 'all-first' ? others(ctx) : []
        if (rule !== 'primary') for (const to of others(ctx)) ctx.send(to, 'copy', { id, value })
        if (missing.length > 0) state.open[id] = { client: ctx.from, missing }
        else ctx.reply('written', { id })
      },
      copy(state, { id, value }, ctx) {
        state.value = value
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
        if (f === 'write') state.value = value!
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

/** Whatever was asked for comes to an end. */
export const allAnswered: SystemProperty = {
  id: 'all-answered',
  kind: 'eventually',
  reached: (view) => operationsIn(view).every(({ done }) => done),
}

/** @param network left out: nothing is lost */
export function smallRegister(
  rule: SmallRule,
  replicas: readonly NodeId[],
  clients: readonly SystemNode[],
  {
    network = RELIABLE,
    timed = false,
    loses = false,
  }: { network?: Network; timed?: boolean; loses?: boolean } = {},
): System {
  return {
    nodes: [...clients, ...replicas.map((id) => ({ id, role: 'replica', definition: DEFINITIONS[rule] }))],
    roles: { client: clientRole, replica: replicaRole },
    network: loses ? { ...network, drops: Infinity } : network,
    crashes: null,
    history,
    properties: [isLinearizable, allAnswered],
    ...(timed && { time: { latencies: [10] } }),
  }
}
