/**
 * Servers of Raft that answer reads as well, for the page on what comes after this chapter: a leader that answers from what it has, and
 * one that asks first whether it still leads.
 * Reference: D. Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 6.4.
 */
import { fields, number, string } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, Role } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import type { Messages } from '../../../exercises/raft-safety/messages.ts'
import { NEVER, raft } from './systems.ts'

interface ReadMessages extends Messages {
  /** Client to a server: "what was set last?" */
  read: Record<string, never>
  /** The command that was carried out last; empty where there was none. */
  value: { value: string }
  /** Leader to all: "do you know of a later term than `term`?" `read` is the number of the question. */
  confirm: { term: number; read: number }
  /** `term` is that of the server that answers. */
  confirmReply: { term: number; read: number }
}

/** A read that waits for a majority. */
interface Waiting {
  readonly read: number
  readonly client: NodeId
  /** What the log had committed when the read arrived: the read index. */
  readonly index: number
  readonly confirmed: NodeId[]
}

/** The state of the course's server, as far as a read looks at it, and what is added to it. */
interface State {
  readonly role: string
  readonly currentTerm: number
  readonly log: readonly { readonly term: number; readonly command: string }[]
  readonly commitIndex: number
  readonly lastApplied: number
  reads: number
  waiting: Waiting[]
}

type Ctx = Context<ReadMessages>

const none = (): Pick<State, 'reads' | 'waiting'> => ({ reads: 0, waiting: [] })

const answer = (state: State, client: NodeId, ctx: Ctx): void =>
  ctx.send(client, 'value', { value: state.log[state.lastApplied - 1]?.command ?? '' })

/** The course's server with more handlers. */
function extended(on: Readonly<Record<string, unknown>>): AnyNodeDefinition {
  return {
    ...raft,
    init: (ctx) => Object.assign(raft.init(ctx) as object, none()),
    restart: (disk: unknown, ctx) => Object.assign(raft.restart!(disk, ctx) as object, none()),
    on: { ...raft.on, ...on } as AnyNodeDefinition['on'],
  }
}

/** Whoever takes itself for the leader answers at once. */
export const answersAtOnce = extended({
  read(state: State, _: unknown, ctx: Ctx): void {
    if (state.role === 'leader') answer(state, ctx.from, ctx)
  },
})

/** A leader notes what is committed, and answers once a majority knows of no later term and all of that is carried out. */
export const asksFirst = extended({
  read(state: State, _: unknown, ctx: Ctx): void {
    // What is committed it knows for sure once an entry of its own term is.
    const sure = state.log[state.commitIndex - 1]?.term === state.currentTerm
    if (state.role !== 'leader' || !sure) return
    const read = ++state.reads
    state.waiting.push({ read, client: ctx.from, index: state.commitIndex, confirmed: [ctx.self] })
    ctx.broadcast('server', 'confirm', { term: state.currentTerm, read })
  },
  confirm(state: State, { read }: ReadMessages['confirm'], ctx: Ctx): void {
    ctx.reply('confirmReply', { term: state.currentTerm, read })
  },
  confirmReply(state: State, { term, read }: ReadMessages['confirmReply'], ctx: Ctx): void {
    const one = state.waiting.find((waiting) => waiting.read === read)
    if (!one || state.role !== 'leader' || term > state.currentTerm) return
    if (!one.confirmed.includes(ctx.from)) one.confirmed.push(ctx.from)
    if (one.confirmed.length * 2 <= ctx.nodes('server').length || state.lastApplied < one.index) return
    state.waiting = state.waiting.filter((waiting) => waiting !== one)
    answer(state, one.client, ctx)
  },
})

/** What such servers say. */
export const readingRole: Role = {
  ...stage.role,
  sends: {
    ...stage.role.sends,
    value: fields({ value: string }),
    confirm: fields({ term: number, read: number }),
    confirmReply: fields({ term: number, read: number }),
  },
}

/** Reads at one server, when the script or the reader says so, and keeps what it was told. */
export const reader = (server: NodeId): AnyNodeDefinition => ({
  ...node<{ told: string[] }, ReadMessages>({
    init(ctx) {
      ctx.setTimer('read', NEVER)
      return { told: [] }
    },
    on: {
      value(state, { value }) {
        state.told.push(value)
      },
    },
    timers: {
      read(_state, ctx) {
        ctx.send(server, 'read', {})
      },
    },
  }),
  hastens: (timer) => timer === 'read',
})

export const readerRole: Role = {
  sends: { read: fields({}) },
  observe: ({ state }) => ({ told: (state as { told: string[] } | null)?.told ?? [] }),
}
