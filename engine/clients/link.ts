/**
 * Link: what stands between a process and one server. It is the part of a client's library that is none of the learner's
 * business: it opens connections, knows which request went over which, and what becomes of them when one is lost. Plain data,
 * changed in place, like the state of a server.
 */
import type { NodeId, Plain } from '../api.ts'
import type { Answer, ServiceError } from '../services/service.ts'
import type { ClientLibrary } from './library.ts'

/** What a link may do. Calls take effect in their order. */
export interface LinkContext {
  /** Opens a connection of the process. @param hello what the server is told about the client */
  open(connection: string, request: number, hello: Plain): void
  /** Sends a request over an open connection. */
  send(connection: string, request: number, command: Plain): void
  /** Closes a connection: what is under way on it comes to nothing. */
  close(connection: string): void
  /** Answers a request of the process. */
  answer(request: number, answer: Answer): void
  /** Tells the library something that it did not ask for. */
  notify(notice: Plain): void
  /** Sets a timer of the link, which comes to `Link.timer`; null cancels it. */
  setTimer(milliseconds: number | null): void
}

/** A client's library and its way to a server. The functions change `state` in place. */
export interface Link<State = unknown> {
  readonly library: ClientLibrary
  /** The server's node; null where there is none: the link answers by itself. */
  readonly server: NodeId | null
  /** The names of its connections that are open from the start; see `connectionId`. */
  readonly opened: readonly string[]
  init(): State
  /** The process has started, perhaps after a crash: `again`. Then nothing is open. */
  start(state: State, ctx: LinkContext, again: boolean): void
  /** The process asks for something. @param command what the library gave to `send` */
  request(state: State, request: number, command: Plain, ctx: LinkContext): void
  answered(state: State, connection: string, request: number, answer: Answer, ctx: LinkContext): void
  noticed?(state: State, connection: string, notice: Plain, ctx: LinkContext): void
  /** A connection is gone, without the link having closed it. */
  lost(state: State, connection: string, ctx: LinkContext): void
  timer?(state: State, ctx: LinkContext): void
  /** What views and properties see of it; left out: nothing. */
  show?(state: State): unknown
}

/** The state of a link with one connection: whether it is open, and the requests that have not been answered. */
interface SimpleState {
  open: boolean
  requests: number[]
}

/**
 * A link with one connection, which is opened anew when it is lost and needed again.
 * @param closed what a request fails with whose connection is lost; the library makes its own error of it
 * @param opened is the connection open from the start?
 */
export function simpleLink(
  server: NodeId,
  library: ClientLibrary,
  closed: ServiceError,
  opened = true,
): Link<SimpleState> {
  const open = (state: SimpleState, ctx: LinkContext): void => {
    state.open = true
    ctx.open('', OPENING, null)
  }
  return {
    library,
    server,
    opened: opened ? [''] : [],
    init: () => ({ open: opened, requests: [] }),
    start(state, ctx, again) {
      if (again) state.open = false
      if (!state.open) open(state, ctx)
    },
    request(state, request, command, ctx) {
      if (!state.open) open(state, ctx)
      state.requests.push(request)
      state.requests.sort((one, other) => one - other)
      ctx.send('', request, command)
    },
    answered(state, _connection, request, answer, ctx) {
      if (request === OPENING) return
      state.requests = state.requests.filter((other) => other !== request)
      ctx.answer(request, answer)
    },
    lost(state, _connection, ctx) {
      const { requests } = state
      state.open = false
      state.requests = []
      for (const request of requests) ctx.answer(request, { error: closed })
    },
  }
}

/** The request that stands for the opening of a connection. Those of processes count from 1. */
export const OPENING = 0
