/**
 * A client's session: the part of the client library that stands between the process and its connections. It holds what
 * waits for a connection, fails what was lost with one, knows which watcher waits for what, and after a loss takes up the
 * session and its watches again. Plain data that is mutated in place, as servers are; the functions of the learner's
 * file stay in `client.ts` and have numbers here.
 *
 * How a system runs it: `open` says what to connect with; what the server says goes to `answered` and `noticed`, a lost
 * connection to `lost`; while `wantsConnection`, the next connection is opened. Every `pingInterval` milliseconds comes `ping`.
 * Reference: node-zookeeper-client 1.1.3 (lib/ConnectionManager.js, lib/WatcherManager.js).
 */
import type { Plain } from '../../api.ts'
import type { Answer, ServiceError } from '../service.ts'
import { ERROR, EVENT, errorOf } from './protocol.ts'
import type {
  Command,
  ErrorName,
  Hello,
  Notice,
  Operation,
  OperationResult,
  Reply,
  SessionKey,
} from './protocol.ts'

/** What the library asks of its session. */
export type ClientCommand =
  | Operation
  | {
      readonly op: 'exists' | 'getData' | 'getChildren'
      readonly path: string
      /** The number of the function to call at the next change, or null. */
      readonly watcher: number | null
    }
  /** Is answered with the event when the node changes, with null when there is no such node. */
  | { readonly op: 'changed'; readonly path: string }
  | { readonly op: 'multi'; readonly operations: readonly Operation[] }
  | { readonly op: 'close' }
  /** The library finds the arguments wrong: nothing is sent. */
  | { readonly op: 'refused'; readonly error: ServiceError }

/** What the session tells the library by itself. */
export type ClientNotice =
  | {
      readonly kind: 'event'
      readonly type: number
      readonly path: string
      /** The numbers of the functions to call, in their order. */
      readonly watchers: readonly number[]
    }
  | { readonly kind: 'state'; readonly state: 'DISCONNECTED' | 'EXPIRED' }
  | {
      readonly kind: 'state'
      readonly state: 'SYNC_CONNECTED'
      readonly session: SessionKey
      readonly timeout: number
    }

/** Who waits for an event: a function, or a request for `changed`. */
type Waiter = { readonly watcher: number } | { readonly request: number }

/** Those who wait for events of one kind, by path. The order is that of registration, in which watches are set again. */
type WatcherTable = { readonly path: string; waiters: Waiter[] }[]

interface Watchers {
  data: WatcherTable
  exist: WatcherTable
  child: WatcherTable
}

interface Pending {
  readonly request: number
  readonly command: ClientCommand | Extract<Command, { op: 'ping' | 'setWatches' }>
}

/** The session as plain data. */
export interface Session {
  phase: 'connecting' | 'connected' | 'closing' | 'closed' | 'expired'
  key: SessionKey | null
  /** Milliseconds: what was asked for, then what the server has granted. */
  timeout: number
  /** Of the last answer. Null before it, and where the server counts none. */
  zxid: number | null
  /** Requests that wait for a connection. */
  waiting: Pending[]
  /** Requests that were sent and are not answered. */
  sent: Pending[]
  /** Who waits for which event, in the order of registration. */
  watchers: Watchers
}

/** What a session may do. Calls take effect in their order. */
export interface SessionContext {
  /** Sends a request over the open connection. */
  send(request: number, command: Command): void
  /** Answers a request of the process. The value is `[result, added]`; see `client.ts`. */
  answer(request: number, answer: Answer): void
  notify(notice: ClientNotice): void
}

/** Numbers of the session's own requests, as in the real protocol; those of the process are not negative. */
const PING = -2
const SET_WATCHES = -8

/** The session of a new client. @param timeout in milliseconds; node-zookeeper-client's default is 30,000 */
export function newSession(timeout = 30_000): Session {
  return {
    phase: 'connecting',
    key: null,
    timeout,
    zxid: null,
    waiting: [],
    sent: [],
    watchers: noWatchers(),
  }
}

/** Is it time to open a connection when there is none? */
export function wantsConnection(session: Session): boolean {
  return session.phase === 'connecting'
}

/** Milliseconds after which a client that is connected pings. */
export function pingInterval(session: Session): number {
  return Math.floor(session.timeout / 3)
}

/** A connection is being opened. @returns what to say to the server */
export function open(session: Session): Hello {
  session.waiting = session.waiting.filter(({ request }) => request !== SET_WATCHES)
  const { data, exist, child } = session.watchers
  const paths = [data, exist, child].map((table) => table.map(({ path }) => path))
  const watches = paths.some(({ length }) => length > 0)
  if (watches) {
    const [ofData, ofExist, ofChild] = paths as [string[], string[], string[]]
    const command: Command = { op: 'setWatches', data: ofData, exist: ofExist, child: ofChild }
    session.waiting.push({
      request: SET_WATCHES,
      command: session.zxid === null ? command : { ...command, zxid: session.zxid },
    })
  }
  return { timeout: session.timeout, session: session.key, watches }
}

/** The process asks for something. @param request a number that none of its open requests has, not negative */
export function request(
  session: Session,
  request: number,
  command: ClientCommand,
  ctx: SessionContext,
): void {
  if (command.op === 'refused') return ctx.answer(request, { error: command.error })
  switch (session.phase) {
    case 'connecting':
      if (command.op === 'close') return giveUp(session, 'CONNECTION_LOSS', ctx)
      session.waiting.push({ request, command })
      return
    case 'connected':
      if (command.op === 'close') session.phase = 'closing'
      return send(session, { request, command }, ctx)
    case 'expired':
      return ctx.answer(request, { error: errorOf('SESSION_EXPIRED') })
    default:
      return ctx.answer(request, { error: errorOf('CONNECTION_LOSS') })
  }
}

/** Tells the server that the client is alive. Does nothing while the last ping is not answered. */
export function ping(session: Session, ctx: SessionContext): void {
  if (session.phase !== 'connected' || session.sent.some(({ request }) => request === PING)) return
  send(session, { request: PING, command: { op: 'ping' } }, ctx)
}

/** The server has answered a request. */
export function answered(session: Session, request: number, answer: Answer, ctx: SessionContext): void {
  const index = session.sent.findIndex((pending) => pending.request === request)
  if (index < 0) return
  const [{ command }] = session.sent.splice(index, 1) as [Pending]
  // The answer to a ping is the only one that tells the client nothing of the server's zxid.
  if (request === PING) return
  const zxid = 'error' in answer ? answer.error.details?.zxid : (answer.value as unknown as Reply).zxid
  if (typeof zxid === 'number') session.zxid = zxid
  if (request === SET_WATCHES) return
  if ('value' in answer) {
    succeeded(session, request, command, (answer.value as unknown as Reply).result, ctx)
    return
  }
  const name = answer.error.code as ErrorName
  if (name !== 'NO_NODE') return ctx.answer(request, { error: errorOf(name) })
  if (command.op === 'changed') return ctx.answer(request, { value: [null, false] })
  if (command.op !== 'exists') return ctx.answer(request, { error: errorOf(name) })
  const added = register(session.watchers.exist, command)
  ctx.answer(request, { value: [null, added] })
}

function succeeded(
  session: Session,
  request: number,
  command: Pending['command'],
  result: Plain,
  ctx: SessionContext,
): void {
  const { watchers } = session
  switch (command.op) {
    case 'changed':
      // Answered when the event comes.
      waitersOf(watchers.data, command.path).push({ request })
      return
    case 'exists':
    case 'getData':
      return ctx.answer(request, { value: [result, register(watchers.data, command as Watched)] })
    case 'getChildren':
      return ctx.answer(request, { value: [result, register(watchers.child, command as Watched)] })
    case 'multi': {
      const failed = (result as unknown as OperationResult[]).find(({ err = 0 }) => err !== ERROR.OK)
      if (failed === undefined) return ctx.answer(request, { value: [result, false] })
      const name = Object.entries(ERROR).find(([, code]) => code === failed.err)![0] as ErrorName
      return ctx.answer(request, { error: errorOf(name) })
    }
    default:
      ctx.answer(request, { value: [result, false] })
  }
}

type Watched = { readonly path: string; readonly watcher: number | null }

/** @returns whether the function was not registered there before: it is called once for each time that it was */
function register(table: WatcherTable, { path, watcher }: Watched): boolean {
  if (watcher === null) return false
  const waiters = waitersOf(table, path)
  if (waiters.some((waiter) => 'watcher' in waiter && waiter.watcher === watcher)) return false
  waiters.push({ watcher })
  return true
}

/** The list of those who wait for events of a path, which goes into the table where it is not there. */
function waitersOf(table: WatcherTable, path: string): Waiter[] {
  let entry = table.find((other) => other.path === path)
  if (entry === undefined) table.push((entry = { path, waiters: [] }))
  return entry.waiters
}

function noWatchers(): Watchers {
  return { data: [], exist: [], child: [] }
}

/** The server says something by itself. */
export function noticed(session: Session, notice: Notice, ctx: SessionContext): void {
  switch (notice.kind) {
    case 'connected': {
      session.phase = 'connected'
      session.key = notice.session
      session.timeout = notice.timeout
      const { session: key, timeout } = notice
      ctx.notify({ kind: 'state', state: 'SYNC_CONNECTED', session: key, timeout })
      const { waiting } = session
      session.waiting = []
      for (const pending of waiting) send(session, pending, ctx)
      return
    }
    case 'expired':
      ctx.notify({ kind: 'state', state: 'EXPIRED' })
      giveUp(session, 'SESSION_EXPIRED', ctx)
      session.phase = 'expired'
      return
    case 'event': {
      const { type, path } = notice
      let watchers: number[] = []
      const call = (): void => {
        if (watchers.length > 0) ctx.notify({ kind: 'event', type, path, watchers })
        watchers = []
      }
      for (const waiter of take(session.watchers, type, path)) {
        if ('watcher' in waiter) {
          watchers.push(waiter.watcher)
          continue
        }
        call()
        ctx.answer(waiter.request, { value: [{ type, path }, false] })
      }
      call()
    }
  }
}

/** Those who wait for an event, in the order in which they are called; they wait no more. */
function take({ data, exist, child }: Watchers, type: number, path: string): Waiter[] {
  const tables =
    type === EVENT.NODE_CHILDREN_CHANGED
      ? [child]
      : type === EVENT.NODE_DELETED
        ? [data, child]
        : [data, exist]
  return tables.flatMap((table) => {
    const index = table.findIndex((entry) => entry.path === path)
    return index < 0 ? [] : table.splice(index, 1)[0]!.waiters
  })
}

/** The connection is gone. What was sent and not answered may have been done or not. */
export function lost(session: Session, ctx: SessionContext): void {
  const { sent } = session
  session.sent = []
  for (const { request } of sent) if (request >= 0) ctx.answer(request, { error: errorOf('CONNECTION_LOSS') })
  if (session.phase === 'connected' || session.phase === 'closing' || session.phase === 'expired')
    ctx.notify({ kind: 'state', state: 'DISCONNECTED' })
  if (session.phase === 'connected') session.phase = 'connecting'
  else if (session.phase === 'closing') giveUp(session, 'CONNECTION_LOSS', ctx)
}

/** Nothing will come any more: fails all that still waits. */
function giveUp(session: Session, name: ErrorName, ctx: SessionContext): void {
  session.phase = 'closed'
  const { waiting, watchers } = session
  session.waiting = []
  session.watchers = noWatchers()
  for (const { waiters } of watchers.data)
    for (const waiter of waiters)
      if ('request' in waiter) ctx.answer(waiter.request, { error: errorOf(name) })
  for (const { request } of waiting) if (request >= 0) ctx.answer(request, { error: errorOf(name) })
}

function send(session: Session, pending: Pending, ctx: SessionContext): void {
  session.sent.push(pending)
  const command = forServer(pending.command)
  const watches = 'watch' in command && command.watch
  // A server that counts zxids learns from them what the client has seen; another has to be told.
  const again = watches && session.zxid === null && isWatched(session.watchers, command)
  ctx.send(pending.request, again ? { ...command, again } : command)
}

function isWatched({ data, exist, child }: Watchers, { op, path }: { op: string; path: string }): boolean {
  const tables = op === 'getChildren' ? [child] : [data, exist]
  return tables.some((table) => table.some((entry) => entry.path === path))
}

function forServer(command: Pending['command']): Command {
  switch (command.op) {
    case 'exists':
    case 'getData':
    case 'getChildren':
      return { op: command.op, path: command.path, watch: command.watcher !== null }
    case 'changed':
      return { op: 'getData', path: command.path, watch: true }
    case 'refused':
      throw new Error('a refused command is not sent')
    default:
      return command
  }
}
