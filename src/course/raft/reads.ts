/**
 * Servers of Raft that answer reads as well, for the page on what comes after this chapter: a leader that answers from what it has, and
 * one that asks first whether it still leads.
 * Reference: D. Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 6.4.
 */
import { fields, number, string } from '../../../engine/actors/fields.ts'
import type { Observed } from '../../../engine/actors/observed.ts'
import type { AnyNodeDefinition, Role } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import type { Progress } from '../../../exercises/raft-replication/properties.ts'
import type { Messages, Seen } from '../../../exercises/raft-safety/messages.ts'
import { NEVER } from './systems.ts'

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

/** A server of Raft, whichever it is, and what is added to it. */
interface Reading {
  raft: unknown
  reads: number
  waiting: Waiting[]
}

type Ctx = Context<ReadMessages>
type AnyContext = Context<Record<string, unknown>>
type Handlers = Readonly<Record<string, (state: Reading, seen: SeenToRead, message: never, ctx: Ctx) => void>>

/** What a read looks at of the server below. */
interface SeenToRead extends Seen {
  /** How far it has carried out its log. */
  readonly applied: number
}

const answer = ({ log, applied }: SeenToRead, client: NodeId, ctx: Ctx): void =>
  ctx.send(client, 'value', { value: log[applied - 1]?.command ?? '' })

const atOnce: Handlers = {
  read(_state, seen, _message, ctx): void {
    if (seen.role === 'leader') answer(seen, ctx.from, ctx)
  },
}

const asking: Handlers = {
  read(state, seen, _message, ctx): void {
    // What is committed it knows for sure once an entry of its own term is.
    const sure = seen.log[seen.commitIndex - 1]?.term === seen.term
    if (seen.role !== 'leader' || !sure) return
    const read = ++state.reads
    state.waiting.push({ read, client: ctx.from, index: seen.commitIndex, confirmed: [ctx.self] })
    ctx.broadcast('server', 'confirm', { term: seen.term, read })
  },
  confirm(_state, seen, { read }: ReadMessages['confirm'], ctx): void {
    ctx.reply('confirmReply', { term: seen.term, read })
  },
  confirmReply(state, seen, { term, read }: ReadMessages['confirmReply'], ctx): void {
    const one = state.waiting.find((waiting) => waiting.read === read)
    if (!one || seen.role !== 'leader' || term > seen.term) return
    if (!one.confirmed.includes(ctx.from)) one.confirmed.push(ctx.from)
    if (one.confirmed.length * 2 <= ctx.nodes('server').length || seen.applied < one.index) return
    state.waiting = state.waiting.filter((waiting) => waiting !== one)
    answer(seen, one.client, ctx)
  },
}

/**
 * Whoever takes itself for the leader answers at once; or a leader notes what is committed, and answers once a majority knows of no later
 * term and all of that is carried out.
 * @param server shows what it is by `properties`, as those of systems.ts do
 */
export function answersReads(server: AnyNodeDefinition, rule: 'at once' | 'asks first'): AnyNodeDefinition {
  const more = rule === 'at once' ? atOnce : asking
  const seenOf = ({ raft }: Reading): SeenToRead => {
    const { seen, memory } = server.properties!(raft) as Observed<Seen, Progress>
    return { ...seen, applied: memory.applied }
  }
  const around = (raft: unknown): Reading => ({ raft, reads: 0, waiting: [] })
  const { init, on, timers = {}, restart } = server
  return {
    ...server,
    init: (ctx) => around(init(ctx)),
    on: {
      ...Object.fromEntries(
        Object.entries(on).map(([type, handle]) => [
          type,
          (state: Reading, message: unknown, ctx: AnyContext) => handle!(state.raft, message as never, ctx),
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(more).map(([type, handle]) => [
          type,
          (state: Reading, message: unknown, ctx: AnyContext) =>
            handle(state, seenOf(state), message as never, ctx as unknown as Ctx),
        ]),
      ),
    },
    timers: Object.fromEntries(
      Object.entries(timers).map(([name, handle]) => [
        name,
        (state: Reading, ctx: AnyContext) => handle(state.raft, ctx),
      ]),
    ),
    restart: (disk: unknown, ctx) => around(restart ? restart(disk, ctx) : init(ctx)),
    show: (state) => server.show!((state as Reading).raft),
    properties: (state) => server.properties!((state as Reading).raft),
  }
}

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
