/**
 * Replicas of the simulated Redis server: asynchronous, so that a client has its answer before any replica has heard of the
 * change. A replica never expires a key by itself; it hides it, and waits until its primary says that it is gone.
 * Reference: Redis 7.0, replication.c; https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
 */
import {
  type Message,
  type RedisState,
  type Replica,
  type Work,
  apply,
  replaceAll,
  tidy,
} from './keyspace.ts'
import { integer } from './commands.ts'
import { OK, type Reply, wrong } from './replies.ts'

/** A server that was restarted looks for the others once a second. Reference: Redis 7.0, `replicationCron`. */
export const RECONNECT_MS_MAX = 1_000

type Send = (server: string, message: Message) => void

/**
 * `REPLICAOF host port` makes a server a replica: it takes over all keys of the other, and loses its own.
 * `REPLICAOF NO ONE` makes it a primary with the keys that it has: the failover.
 * The host is the other server's name; there is one server a host, whatever the port.
 */
export function replicaOf(work: Work, [, host, port]: readonly string[]): Reply {
  const { state, send } = work
  const none = host!.toLowerCase() === 'no' && port!.toLowerCase() === 'one'
  if (!none) {
    const number = integer(port!)
    if (number === null || number < 0n || number > 65535n) return wrong('Invalid master port')
  }
  const before = state.primary
  if (!none && before === host) {
    if (!state.inStep) send(host, { kind: 'follow' })
    return { status: 'OK Already connected to specified master' }
  }
  // What was changed before, in this transaction, goes to those who follow this server now.
  flush(work)
  if (before !== null) send(before, { kind: 'leave' })
  state.primary = none ? null : host!
  state.inStep = false
  state.asksIn = null
  if (!none) send(host!, { kind: 'follow' })
  return OK
}

/** Tells the replicas what has changed. */
export function flush({ state, changes, send }: Work): void {
  if (changes.length === 0) return
  tell(state, { kind: 'changes', changes: [...changes] }, send)
  changes.length = 0
}

function tell(state: RedisState, message: Message, send: Send): void {
  for (const { server, left } of state.replicas) if (left === null) send(server, message)
}

/** Handles what another server says. */
export function hear(state: RedisState, from: string, message: Message, send: Send): void {
  if (message.kind === 'follow') {
    include(state, from).left = null
    send(from, contentsOf(state))
  } else if (message.kind === 'leave') {
    const at = state.replicas.findIndex(({ server }) => server === from)
    if (at !== -1) state.replicas.splice(at, 1)
  } else if (from !== state.primary) {
    send(from, { kind: 'leave' })
  } else if (message.kind === 'contents') {
    replaceAll(state, message.entries)
    state.inStep = true
    state.asksIn = null
    // Replicas of a replica get what it gets.
    tell(state, message, send)
  } else if (state.inStep) {
    for (const change of message.changes) apply(state, change)
    tell(state, message, send)
  }
  tidy(state)
}

/** The replica of that name, from now on known. */
export function include(state: RedisState, server: string): Replica {
  const { replicas } = state
  let at = 0
  while (at < replicas.length && replicas[at]!.server < server) at++
  const known = replicas[at]
  if (known?.server === server) return known
  const replica: Replica = { server, left: null }
  replicas.splice(at, 0, replica)
  return replica
}

/** A replica gets all keys, as after a loss of the connection. */
export function synchronise(state: RedisState, server: string, send: Send): void {
  const replica = state.replicas.find((each) => each.server === server)
  if (replica === undefined) return
  replica.left = null
  send(server, contentsOf(state))
}

function contentsOf(state: RedisState): Message {
  return { kind: 'contents', entries: state.entries.map((entry) => ({ ...entry })) }
}
