/**
 * Clients of a register: each asks the replica that it is attached to, one thing at a time, whatever the reader or a script makes it do.
 * What it writes nobody has written before, and what is read says who wrote it: `k1.2` is the second thing that K1 asked for.
 */
import { fields, list, orNull, string } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role, SystemNode } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import { operationHistory } from '../../../engine/linearizability/explored.ts'
import { numberOf } from '../../../exercises/cp-register/clients.ts'
import type { Messages as AlwaysMessages } from '../../../exercises/ap-register/messages.ts'
import type { Messages, Value } from '../../../exercises/cp-register/messages.ts'
import type { ShownOperation } from '../../widgets/history/operations.ts'

/** What clients and replicas say to each other, in every register of this chapter. */
export type ClientMessages = Pick<Messages, 'read' | 'write' | 'value' | 'written' | 'refused' | 'unknown'> &
  Pick<AlwaysMessages, 'values'>

/** What was read of a register that may keep several values; none is nothing. */
const single = (values: readonly string[]): Value => (values.length === 0 ? null : values.join(' '))

/** What a client can be made to do, as the timers are called that nothing but a hand lets fire. */
export const CHOICES = ['ask:read', 'ask:write'] as const

/** What a client writes with its request of this number. */
export const writtenBy = (client: NodeId, count: number): string => `${client.toLowerCase()}.${count}`

interface ClientState {
  /** The replica that it asks. */
  to: NodeId
  /** All that it has asked for, in order. The last may be under way. */
  operations: ShownOperation[]
}

type Ctx = Context<ClientMessages, ClientState>

const openOf = ({ operations }: ClientState): ShownOperation | undefined =>
  operations.findLast(({ done }) => !done)

/** What a client asks for by itself, and with clocks, how long after it began to wait for it; null: nothing. */
export type Asks = (
  operations: readonly ShownOperation[],
) => { readonly f: F; readonly after?: number } | null
type F = 'read' | 'write'

/** One thing after the other. @param pause milliseconds before each, with clocks */
export const inTurn =
  (script: readonly F[], pause?: (count: number) => number): Asks =>
  ({ length }) => {
    const f = script[length]
    return f === undefined ? null : { f, ...(pause && { after: pause(length) }) }
  }

export interface Client {
  /** Left out: nothing but what a hand makes it ask for. */
  readonly asks?: Asks
  /** For how long it waits, in milliseconds, before it takes what it asked for as unknown. Left out: for ever. */
  readonly patience?: number
}

/** What comes next by itself. */
function expect({ operations }: ClientState, ctx: Ctx, { asks }: Client): void {
  const next = asks?.(operations)
  if (next) ctx.setTimer(`ask:${next.f}`, next.after)
}

function end(state: ClientState, id: string, ctx: Ctx, client: Client, how: Partial<ShownOperation>): void {
  const open = openOf(state)
  if (open?.id !== id) return
  Object.assign(open, { done: true, ...how })
  if (client.patience !== undefined) ctx.cancelTimer('patience')
  ctx.persist(state)
  expect(state, ctx, client)
}

function begin(state: ClientState, f: F, ctx: Ctx, { patience }: Client): void {
  const count = state.operations.length + 1
  const id = `${ctx.self}-${count}`
  const value = writtenBy(ctx.self, count)
  state.operations.push({ id, f, ...(f === 'write' && { value }), done: false })
  ctx.persist(state)
  if (f === 'write') ctx.send(state.to, 'write', { id, value })
  else ctx.send(state.to, 'read', { id })
  if (patience !== undefined) ctx.setTimer('patience', patience)
}

export function registerClient(to: NodeId, client: Client = {}): AnyNodeDefinition {
  const own = (ctx: Ctx): ClientState => {
    const state = { to, operations: [] }
    expect(state, ctx, client)
    return state
  }
  return {
    ...node<ClientState, ClientMessages, ClientState>({
      init: own,
      on: {
        value: (state, { id, value }, ctx) => end(state, id, ctx, client, { value }),
        values: (state, { id, values }, ctx) => end(state, id, ctx, client, { value: single(values) }),
        written: (state, { id }, ctx) => end(state, id, ctx, client, {}),
        refused: (state, { id }, ctx) => end(state, id, ctx, client, { outcome: 'refused' }),
        unknown: (state, { id }, ctx) => end(state, id, ctx, client, { outcome: 'unknown' }),
      },
      timers: {
        ask: (state, ctx) => begin(state, ctx.about as F, ctx, client),
        patience(state, ctx) {
          const open = openOf(state)
          if (open) end(state, open.id, ctx, client, { outcome: 'unknown' })
        },
      },
      restart: (disk, ctx) => disk ?? own(ctx),
    }),
    // One thing at a time, and nothing else where it has a plan of its own.
    offers: (state) => (client.asks || state === null || openOf(state as ClientState) ? [] : CHOICES),
  }
}

/** What clients asked for and were told, as the checker takes it, of either register. */
export const history = operationHistory({
  clients: 'client',
  invocation(type, message) {
    if (type === 'read') return { f: 'read' }
    return type === 'write' ? { f: 'write', value: (message as ClientMessages['write']).value } : null
  },
  result(type, message) {
    const { id, value, values } = message as Partial<ClientMessages['value'] & ClientMessages['values']>
    if (id === undefined) return null
    const number = numberOf(id)
    switch (type) {
      case 'value':
        return { number, f: 'read', value: value ?? null }
      case 'values':
        return { number, f: 'read', value: single(values!) }
      case 'written':
        return { number, f: 'write' }
      case 'refused':
        return { number, outcome: 'failed' }
      case 'unknown':
        return { number, outcome: 'unknown' }
      default:
        return null
    }
  },
})

export const clientRole: Role = {
  sends: { read: fields({ id: string }), write: fields({ id: string, value: string }) },
  observe: ({ state }) => (state as ClientState | null)?.operations ?? [],
}

/** What replicas say to clients. */
export const ANSWERS: Role['sends'] = {
  value: fields({ id: string, value: orNull(string) }),
  values: fields({ id: string, values: list(string) }),
  written: fields({ id: string }),
  refused: fields({ id: string }),
  unknown: fields({ id: string }),
}

/** Clients by name, each attached to a replica. */
export function clientsAt(
  attached: Readonly<Record<NodeId, NodeId>>,
  clients: Readonly<Record<NodeId, Client>> = {},
): SystemNode[] {
  return Object.entries(attached).map(([id, to]) => ({
    id,
    role: 'client',
    definition: registerClient(to, clients[id]),
  }))
}
