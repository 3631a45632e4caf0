/** The clients around a register that always answers: each asks for one thing after the other, of whichever replica it likes. */
import { fields, string } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role } from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import type { Messages } from './messages.ts'

/** Something that a client asks a replica: to write a value, or else to read. */
export interface Request {
  readonly at: NodeId
  readonly write?: string
}

export const read = (at: NodeId): Request => ({ at })
export const write = (at: NodeId, value: string): Request => ({ at, write: value })

/** The number in the id of a request, such as `K1-2`; a client counts its requests from 1. */
export const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1))

interface State {
  /** The number of the request that it waits for, counted from 1; one more than there are once it is through. */
  request: number
}

/** Asks for each once it has the answer to the one before. */
export function client(requests: readonly Request[]): AnyNodeDefinition {
  const idOf = ({ request }: State, self: NodeId): string => `${self}-${request}`
  const ask = (state: State, ctx: Context<Messages>): void => {
    const next = requests[state.request - 1]
    if (next === undefined) return
    const id = idOf(state, ctx.self)
    if (next.write === undefined) ctx.send(next.at, 'read', { id })
    else ctx.send(next.at, 'write', { id, value: next.write })
  }
  const hear = (state: State, { id }: { id: string }, ctx: Context<Messages>): void => {
    if (id !== idOf(state, ctx.self)) return
    state.request++
    ask(state, ctx)
  }
  return node<State, Messages>({
    init(ctx) {
      const state: State = { request: 1 }
      ask(state, ctx)
      return state
    },
    on: { values: hear, written: hear },
  })
}

export const clientRole: Role = {
  sends: { read: fields({ id: string }), write: fields({ id: string, value: string }) },
  observe: () => null,
}
