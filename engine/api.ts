/**
 * The course's API: what a learner's file, an exercise and a figure import as `lockstep`.
 * The editor completes from these declarations and the reference page is generated from them.
 */

/** The name of a node, such as `'A'` or `'X'`. */
export type NodeId = string

/** Data that can be stored, sent and compared: no classes, functions, Maps, Sets or cycles. */
export type Plain =
  null | boolean | number | string | undefined | readonly Plain[] | { readonly [key: string]: Plain }

/**
 * What a handler may do besides changing its node's state. Nothing happens while the handler runs: each call
 * is recorded, and takes effect in the order of the calls once the handler has returned. A crash may come
 * between two of them.
 */
export interface Context<Messages, Disk = unknown> {
  /** The node that this handler runs on. */
  readonly self: NodeId
  /** The sender of the message being handled; `self` in `init`, `restart` and timer handlers. */
  readonly from: NodeId
  /** In a timer handler: what the timer’s name says after a colon; else empty. */
  readonly about: string
  /**
   * The nodes that play a role, in a fixed order.
   * @param role a role of this protocol, such as `'acceptor'`
   * @throws when no node plays that role
   */
  nodes(role: string): readonly NodeId[]
  /**
   * Sends one message. It may arrive late, more than once, after later ones, or never.
   * @param to the receiver
   * @param type one of the protocol's message types
   * @param message its fields, copied as they are now
   * @throws when there is no such node, the type is unknown, the fields are not those of the type, or this role does not send it
   */
  send<Type extends keyof Messages & string>(to: NodeId, type: Type, message: Messages[Type]): void
  /** Sends one message to the sender of the message being handled. */
  reply<Type extends keyof Messages & string>(type: Type, message: Messages[Type]): void
  /** Sends one message to every node of a role except this one. */
  broadcast<Type extends keyof Messages & string>(role: string, type: Type, message: Messages[Type]): void
  /**
   * Writes this node's disk: the value is copied and replaces what was there. It survives a crash; nothing else does.
   * Persist before you send: a crash may come between the two.
   */
  persist(disk: Disk): void
  /**
   * Sets the timer of that name, anew if it is already pending. It fires once; when is not known, unless the system has
   * clocks.
   * @param name the name of a handler under `timers`; after a colon it may say what it is about, as in `expire:lock`; the handler finds that in `ctx.about`
   * @param milliseconds on this node's clock, a whole number; only for systems with clocks, and needed there
   * @throws when there is no handler of that name, or where the time is needed and missing
   */
  setTimer(name: string, milliseconds?: number): void
  /** Cancels a pending timer. Does nothing when it is not pending. */
  cancelTimer(name: string): void
  /** What this node’s clock shows, in milliseconds. @throws where the system has no clocks, or this role does not read its own */
  now(): number
}

/**
 * A node's protocol: one function for each event that can happen to it. A handler changes `state` in place,
 * and must depend on nothing but its arguments: no clock, no random numbers, no variables of the module.
 */
export interface NodeDefinition<State, Messages, Disk = State> {
  /** The state of a node that starts for the first time. */
  init(ctx: Context<Messages, Disk>): State
  /** One handler for each type of message that this node takes; messages of other types are ignored. */
  on: {
    [Type in keyof Messages]?: (state: State, message: Messages[Type], ctx: Context<Messages, Disk>) => void
  }
  /** One handler for each timer that `ctx.setTimer` names. */
  timers?: { [name: string]: (state: State, ctx: Context<Messages, Disk>) => void }
  /**
   * The state of a node that restarts after a crash.
   * Without it the node restarts with `init` and remembers nothing.
   * @param disk what the node last persisted, or `null` if it never did
   */
  restart?(disk: Disk | null, ctx: Context<Messages, Disk>): State
  /**
   * What an exercise is shown of this node's state, where it asks for that: a small object that it describes. It is called
   * after each handler, and must change nothing.
   */
  observe?(state: State): object
}

/** Declares a node, so that the editor knows the types of its state, its messages and its disk. */
export function node<State, Messages, Disk = State>(
  definition: NodeDefinition<State, Messages, Disk>,
): NodeDefinition<State, Messages, Disk> {
  return definition
}
