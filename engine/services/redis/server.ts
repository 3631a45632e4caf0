/**
 * A simulated Redis server: a few commands on string keys with deadlines, transactions, scripts, restarts and replicas, as
 * Redis 7.0 has them. See `commands.ts` for the commands, `transactions.ts` for how they come in, `keyspace.ts` for how keys
 * expire, `script.ts` for scripts, and `replication.ts` for replicas. What it leaves out is listed in `NOT_MODELLED`.
 */
import type { Plain } from '../../api.ts'
import type { Answer, Deadline, Server, ServerContext } from '../service.ts'
import { type Change, type Message, type RedisState, type Work, entryOf, remove, tidy } from './keyspace.ts'
import { isExpired, passKeys } from './keyspace.ts'
import { RECONNECT_MS_MAX, flush, hear, include, synchronise } from './replication.ts'
import { type Reply, isError, plainOf } from './replies.ts'
import { handle, handleTransaction } from './transactions.ts'

export type { RedisState } from './keyspace.ts'

/** How a server is set up. */
export interface RedisOptions {
  /**
   * What a restart finds on the disk: nothing, or all that was answered (in Redis: `appendonly yes`, `appendfsync always`).
   */
  readonly persistence: 'none' | 'every-write'
  /** The name of the server whose replica this one is, when it starts. That server must name this one in `replicas`. */
  readonly replicaOf?: string
  /** The servers that are replicas of this one, and in step with it, when it starts. */
  readonly replicas?: readonly string[]
}

/** What a client sends: the words of a command, or the commands of a transaction, sent in one go from MULTI to EXEC. */
export type Command = readonly string[] | { readonly transaction: readonly (readonly string[])[] }

/** The server. An error's class is `SimpleError`, as in node-redis; its kind is the first word of its message. */
export const redisServer: Server<RedisState, RedisOptions, Command> = {
  init: ({ replicaOf, replicas = [] }) => ({
    entries: [],
    sessions: [],
    primary: replicaOf ?? null,
    inStep: replicaOf !== undefined,
    asksIn: null,
    replicas: [...new Set(replicas)].sort().map((server) => ({ server, left: null })),
  }),

  connect: () => {},

  request(state, connection, request, command, ctx) {
    const work = workOf(state, connection, ctx)
    const reply =
      'transaction' in command
        ? handleTransaction(work, command.transaction)
        : handle(work, command.length === 0 ? [''] : command)
    flush(work)
    ctx.reply(connection, request, answerOf(reply))
  },

  disconnect(state, connection) {
    const at = state.sessions.findIndex((session) => session.connection === connection)
    if (at !== -1) state.sessions.splice(at, 1)
  },

  receive(state, from, message, ctx) {
    hear(state, from, message as unknown as Message, sender(ctx))
  },

  elapse(state, milliseconds, backMax = 0) {
    passKeys(state, milliseconds, backMax)
    for (const replica of state.replicas)
      if (replica.left !== null) replica.left = Math.max(0, replica.left - milliseconds)
    if (state.asksIn !== null) state.asksIn = Math.max(0, state.asksIn - milliseconds)
  },

  // Deadlines of keys are times of day. Replication counts on the monotonic clock of its event loop.
  // Reference: Redis 7.0, db.c (`keyIsExpired`, `mstime`), and ae.c and monotonic.c for the loop.
  jump: passKeys,

  deadlines(state) {
    const all: Deadline[] = []
    for (const entry of state.entries) {
      // A replica has nothing more to do for a key that it hides already.
      if (entry.left === null || (isExpired(entry) && state.primary !== null)) continue
      // At its deadline a key is still there, a millisecond later no more.
      all.push({ name: `expire:${entry.key}`, left: Math.max(0, entry.left + 1) })
    }
    for (const { server, left } of state.replicas)
      if (left !== null) all.push({ name: `synchronise:${server}`, left })
    if (state.asksIn !== null) all.push({ name: 'ask', left: state.asksIn })
    return all.sort((one, other) => one.left - other.left || (one.name < other.name ? -1 : 1))
  },

  due(state, name, ctx) {
    if (name === 'ask') {
      state.asksIn = null
      if (state.primary !== null) sender(ctx)(state.primary, { kind: 'follow' })
      return
    }
    const [kind] = name.split(':', 1)
    const subject = name.slice(kind!.length + 1)
    if (kind === 'synchronise') synchronise(state, subject, sender(ctx))
    else expire(state, subject, ctx)
  },

  restart(state, { persistence, replicaOf, replicas = [] }) {
    const primary = replicaOf ?? null
    const restarted: RedisState = {
      entries: persistence === 'none' ? [] : state.entries.map((entry) => ({ ...entry })),
      sessions: [],
      primary,
      inStep: false,
      asksIn: primary === null ? null : RECONNECT_MS_MAX,
      replicas: [],
    }
    // Its replicas notice that the connection is gone, and come back. What they are told then, they take for all there is.
    for (const server of [...replicas, ...state.replicas.map((replica) => replica.server)])
      include(restarted, server).left = RECONNECT_MS_MAX
    return restarted
  },
}

/** Active expiry: a primary deletes the key and tells its replicas; a replica only hides it. */
function expire(state: RedisState, key: string, ctx: ServerContext): void {
  const entry = entryOf(state, key)
  if (entry === null || entry.left === null) return
  entry.left = -1
  if (state.primary !== null) return
  const work = workOf(state, '', ctx)
  remove(work, key)
  flush(work)
  tidy(state)
}

function workOf(state: RedisState, connection: string, ctx: ServerContext): Work {
  const changes: Change[] = []
  return { state, connection, changes, send: sender(ctx) }
}

function sender(ctx: ServerContext): (server: string, message: Message) => void {
  return (server, message) => ctx.send(server, message as unknown as Plain)
}

function answerOf(reply: Reply): Answer {
  if (!isError(reply)) return { value: plainOf(reply) }
  return { error: { name: 'SimpleError', code: '', message: reply.error } }
}

/** What a client could see right now, for views and comparisons: the keys that have not expired, sorted. */
export function contentsOf(state: RedisState): { key: string; value: string; left: number | null }[] {
  return state.entries.filter((entry) => !isExpired(entry)).map((entry) => ({ ...entry }))
}

/** What the real server does and this one does not. */
export const NOT_MODELLED: readonly string[] = [
  'Values are strings. Commands other than those listed in the reference are answered as unknown.',
  'There is no time of day: EXAT, PXAT, EXPIREAT, PEXPIREAT and TIME are unknown.',
  'Active expiry comes in the very millisecond after a key’s deadline, unless a command finds the key first; the real server’s cycle comes up to some hundred milliseconds later, which no client can tell.',
  'Deadlines travel to replicas as distances: a replica counts from when the message arrives, as if its clock were late by just that long. The real server sends instants.',
  'A replica that lost the connection gets all keys anew, never only what it missed (partial resynchronisation).',
  'A request to follow that is lost because the other server crashes is not repeated by itself; REPLICAOF with the same server repeats it.',
  'WAIT, min-replicas-to-write, Sentinel and Cluster.',
  'Snapshots (RDB) and appendfsync everysec: a crash loses nothing or everything. What a replica takes over from its primary is on its disk at once; the real server writes it in the background.',
  'Scripts have no loops, functions of their own, methods or libraries (string, table, math, cjson); EVALSHA and SCRIPT are unknown.',
  'One database, no users, no memory limit, no publish and subscribe, no blocking commands.',
  'Times beyond 2⁵³ milliseconds are inexact, and the longest time that is accepted depends, in the real server, on the time of day.',
  'Argument lists in the error for an unknown command are cut after 128 characters, in the real server after 128 bytes.',
]
