/**
 * Service: what a simulated server is to the rest of the engine. A server is a deterministic machine without a clock: its
 * state is plain data, it handles one event at a time, and what it waits for is a distance in milliseconds and not an
 * instant, so that states which differ in nothing but the time of day are equal.
 */
import type { Plain } from '../api.ts'

/** A client's connection as its server knows it. A process may have several. */
export type ConnectionId = string

/** What a server throws at a client: the real client's class, its code and its message. */
export interface ServiceError {
  /** The name of the error's class in the real client, such as `DatabaseError` or `ErrorReply`. */
  readonly name: string
  /** What programs look at, such as `23505` or `NO_NODE`; empty where the real error has none. */
  readonly code: string
  readonly message: string
  /** Further fields of the real error that the course shows, such as `constraint`. */
  readonly details?: { readonly [field: string]: Plain }
}

/** The answer to a request. */
export type Answer = { readonly value: Plain } | { readonly error: ServiceError }

/** What a server may do while it handles an event. Nothing happens while it runs: calls are recorded, in their order. */
export interface ServerContext {
  /** Answers a request, now or at a later event (a row lock makes it wait); each request exactly once. */
  reply(connection: ConnectionId, request: number, answer: Answer): void
  /** Tells a client something that it did not ask for just now, such as the event of a watch. Keeps its place among the replies. */
  notify(connection: ConnectionId, notice: Plain): void
  /** Closes a connection: what it asked and was not answered fails on the client's side. */
  close(connection: ConnectionId): void
  /** Sends something to another server, a replica for instance. Arrives in order, some time, unless a server crashes. */
  send(server: string, message: Plain): void
}

/** Something that will happen by itself. */
export interface Deadline {
  /** Unique in the state; equal states have equal names. */
  readonly name: string
  /** Milliseconds from now on this server's clock; 0: it is due. */
  readonly left: number
}

/**
 * A simulated server. Each function changes `state` in place and depends on nothing but its arguments.
 * Bad commands are no exceptions: they are answered with the error that the real server gives.
 */
export interface Server<State, Options, Command> {
  /** An empty server. */
  init(options: Options): State
  /** A connection is opened. @param hello what the client says about itself, such as the session that it had; else null */
  connect(state: State, connection: ConnectionId, hello: Plain, ctx: ServerContext): void
  /** A command of a connection. @param request a number that no unanswered request of this connection has */
  request(state: State, connection: ConnectionId, request: number, command: Command, ctx: ServerContext): void
  /** The connection is gone, whoever ended it: its transaction is rolled back, its session lives on until it expires. */
  disconnect(state: State, connection: ConnectionId, ctx: ServerContext): void
  /** A message of another server. */
  receive?(state: State, from: string, message: Plain, ctx: ServerContext): void
  /**
   * Time passes on this server's clock: distances get shorter, down to 0, and nothing else happens. It is no more than to the next
   * deadline.
   * @param backMax by how much the clock may be set back in one run: how long something is past counts up to there. Left out: 0
   */
  elapse(state: State, milliseconds: number, backMax?: number): void
  /**
   * The time of day on this server was set forward or, below zero, back: what the real server measures by it comes sooner or later,
   * and what was past may be to come again. Left out: the real server measures nothing by it, but by a clock that nobody can set.
   */
  jump?(state: State, milliseconds: number, backMax?: number): void
  /** What will happen by itself, soonest first, equal ones in the order in which they happen. */
  deadlines(state: State): readonly Deadline[]
  /**
   * A deadline has come. In a system without a clock any deadline may come at any moment, whatever is left of it; it is
   * then as if just that much time had passed for this one alone.
   */
  due(state: State, name: string, ctx: ServerContext): void
  /**
   * Is this a deadline for hearing of somebody? A hand may let it come at once, as if nothing had been heard for so long. Left out:
   * there are none.
   */
  unheard?(name: string): boolean
  /** The state after a crash and a restart: what was on the disk, no connections. */
  restart(state: State, options: Options): State
}

/** Lets time pass: everything that comes due on the way happens, in its order. @param milliseconds 0: what is due now */
export function advance<State>(
  server: Server<State, never, never>,
  state: State,
  milliseconds: number,
  ctx: ServerContext,
): void {
  for (let left = milliseconds; ;) {
    const next = server.deadlines(state)[0]
    if (next === undefined || next.left > left) {
      server.elapse(state, left)
      return
    }
    server.elapse(state, next.left)
    left -= next.left
    server.due(state, next.name, ctx)
  }
}
