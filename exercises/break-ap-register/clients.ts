/** The clients that the learner drives: each has requests that it makes when she lets it, one at a time, and keeps what it was told. */
import { fields, string } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role } from '../../engine/actors/system.ts'
import { type NodeId, node } from '../../engine/api.ts'
import type { Messages } from '../ap-register/messages.ts'

export interface ClientState {
  /** How many requests it has made. */
  asked: number
  waits: boolean
  /** What it has written and heard to be written. */
  written: string[]
  /** What its reads were answered, in order. */
  read: string[]
}

/** What a client may do, each once: write a value at a replica, or read at each of these. */
export type Plan = { readonly at: NodeId; readonly write: string } | { readonly reads: readonly NodeId[] }

/** Each request waits for a timer: `write`, or `read:A`. One that fires too early, before the last answer has come, is set anew. */
export function client(plan: Plan): AnyNodeDefinition {
  return node<ClientState, Messages>({
    init(ctx) {
      if ('write' in plan) ctx.setTimer('write')
      else for (const replica of plan.reads) ctx.setTimer(`read:${replica}`)
      return { asked: 0, waits: false, written: [], read: [] }
    },

    on: {
      written(state) {
        state.waits = false
        state.written = [(plan as { write: string }).write]
      },
      values(state, { values }) {
        state.waits = false
        state.read = [...state.read, ...values]
      },
    },

    timers: {
      write(state, ctx) {
        const { at, write: value } = plan as { at: NodeId; write: string }
        state.waits = true
        state.asked++
        ctx.send(at, 'write', { id: `${ctx.self}-${state.asked}`, value })
      },
      read(state, ctx) {
        if (state.waits) return ctx.setTimer(`read:${ctx.about}`)
        state.waits = true
        state.asked++
        ctx.send(ctx.about, 'read', { id: `${ctx.self}-${state.asked}` })
      },
    },
  })
}

export const clientRole: Role = {
  sends: { read: fields({ id: string }), write: fields({ id: string, value: string }) },
  observe: ({ state }) => state,
}
