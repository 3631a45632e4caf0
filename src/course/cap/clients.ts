/**
 * Clients of a register: each asks the replica that it is attached to, one thing at a time, whatever the reader or a script makes it do.
 * What it writes nobody has written before, and what is read says who wrote it: `k1.2` is the second thing that K1 asked for.
 */
import { fields, list, orNull, string } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role, SystemNode } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
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

function end(state: ClientState, id: string, ctx: Ctx, how: Partial<ShownOperation>): void {
  const open = openOf(state)
  if (open?.id !== id) return
  Object.assign(open, { done: true, ...how })
  ctx.cancelTimer('patience')
  ctx.persist(state)
}

function begin(state: ClientState, f: 'read' | 'write', ctx: Ctx, patience: number | undefined): void {
  const count = state.operations.length + 1
  const id = `${ctx.self}-${count}`
  const value = writtenBy(ctx.self, count)
  state.operations.push({ id, f, ...(f === 'write' && { value }), done: false })
  ctx.persist(state)
  if (f === 'write') ctx.send(state.to, 'write', { id, value })
  else ctx.send(state.to, 'read', { id })
  if (patience !== undefined) ctx.setTimer('patience', patience)
}

/** @param patience for how long it waits, in milliseconds, before it takes what it asked for as unknown; left out: for ever */
export function registerClient(to: NodeId, patience?: number): AnyNodeDefinition {
  const own = (): ClientState => ({ to, operations: [] })
  return {
    ...node<ClientState, ClientMessages, ClientState>({
      init: own,
      on: {
        value: (state, { id, value }, ctx) => end(state, id, ctx, { value }),
        values: (state, { id, values }, ctx) => end(state, id, ctx, { value: single(values) }),
        written: (state, { id }, ctx) => end(state, id, ctx, {}),
        refused: (state, { id }, ctx) => end(state, id, ctx, { outcome: 'refused' }),
        unknown: (state, { id }, ctx) => end(state, id, ctx, { outcome: 'unknown' }),
      },
      timers: {
        ask: (state, ctx) => begin(state, ctx.about as 'read' | 'write', ctx, patience),
        patience(state, ctx) {
          const open = openOf(state)
          if (open) end(state, open.id, ctx, { outcome: 'unknown' })
        },
      },
      restart: (disk) => disk ?? own(),
    }),
    // One thing at a time.
    offers: (state) => (state === null || openOf(state as ClientState) ? [] : CHOICES),
  }
}

/** A client that asks for these things by itself, one after the other: for explorations. */
export function scriptedClient(to: NodeId, script: readonly ('read' | 'write')[]): AnyNodeDefinition {
  const next = (state: ClientState, ctx: Ctx): void => {
    const f = script[state.operations.length]
    if (f !== undefined && !openOf(state)) begin(state, f, ctx, undefined)
  }
  const ended =
    (how: (message: never) => Partial<ShownOperation>) =>
    (state: ClientState, message: { id: string }, ctx: Ctx): void => {
      if (openOf(state)?.id !== message.id) return
      Object.assign(openOf(state)!, { done: true, ...how(message as never) })
      next(state, ctx)
    }
  return node<ClientState, ClientMessages, ClientState>({
    init(ctx) {
      const state = { to, operations: [] }
      next(state, ctx)
      return state
    },
    on: {
      value: ended(({ value }: ClientMessages['value']) => ({ value })),
      values: ended(({ values }: ClientMessages['values']) => ({ value: single(values) })),
      written: ended(() => ({})),
      refused: ended(() => ({ outcome: 'refused' })),
      unknown: ended(() => ({ outcome: 'unknown' })),
    },
  })
}

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
export function clientsAt(attached: Readonly<Record<NodeId, NodeId>>, patience?: number): SystemNode[] {
  return Object.entries(attached).map(([id, to]) => ({
    id,
    role: 'client',
    definition: registerClient(to, patience),
  }))
}
