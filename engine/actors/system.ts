/**
 * System: nodes with their handlers, the network between them and the faults that may strike them, as an exercise
 * or a figure declares it. `ActorModel` turns it into a Model.
 */
import type { Context, NodeDefinition, NodeId } from '../api.ts'
import type { Probe } from '../compile/probe.ts'
import type { Action, MessageData } from '../model.ts'
import type { Event } from './execute.ts'

/**
 * The handlers of a node, and what the engine's own nodes (processes, servers) may say of themselves besides. Handlers of
 * different nodes have different types of state and messages; here they are all data.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface AnyNodeDefinition extends NodeDefinition<any, any, any> {
  /** What of a state the views show, an object. Left out: all of it. */
  show?(state: unknown): unknown
  /** What of a state properties see: what the `observe` of its role is given. Left out: what the views show. */
  properties?(state: unknown): unknown
  /**
   * So many milliseconds have passed on the node's clock: distances in its state and on its disk get shorter, in place.
   * Either is null where there is none, the state while the node is down.
   * @param backMax by how much its clock may be set back in one run, in milliseconds: what is longer past never comes back
   */
  elapse?(state: unknown, disk: unknown, milliseconds: number, backMax: number): void
  /**
   * The node's clock was set so many milliseconds forward or, below zero, back: what its state and its disk measure by it changes,
   * in place. Left out: nothing is measured by it.
   * @returns the timers that are pending from now on, and the milliseconds that they have left; null where they are as before
   */
  jump?(
    state: unknown,
    disk: unknown,
    milliseconds: number,
    backMax: number,
  ): ReadonlyMap<string, number> | null
  /**
   * May a hand let this timer come before its time? Where it waits for a silence, such as that of a session, it can be as if there
   * had been one. Left out: none may.
   */
  hastens?(timer: string): boolean
  /**
   * Timers that a hand may let fire in this state although nothing has set them: what somebody may make the node do whenever he likes,
   * such as a client’s request. Left out: none.
   */
  offers?(state: unknown): readonly string[]
  /**
   * What of a state may grow without end, by name, the likeliest to explain it first. Left out: the fields of the state.
   */
  grows?(state: unknown): { readonly [part: string]: Growing }
  /**
   * A call takes as long as hundreds of an ordinary handler, and the engine's own code stands around it: of its calls fewer are
   * repeated to see whether they do the same, see `repetition.ts`.
   */
  readonly costly?: boolean
  /** What others notice of a crash in this state, such as connections that are closed. It may send, and nothing else. */
  crash?(state: unknown, ctx: Context<Record<string, unknown>>): void
}

/** A part of a state that may grow: how large it is, and its contents, to be compared with others at the same place. */
export interface Growing {
  readonly size: number
  readonly place: string
  readonly text: string
}

/** One node: its name, the role that it plays and its handlers. */
export interface SystemNode {
  readonly id: NodeId
  readonly role: string
  readonly definition: AnyNodeDefinition
  /** Where the handlers report their lines; only compiled answers have one. */
  readonly probe?: Probe | null
}

/** What a role may send, and what the model remembers of it for the properties. */
export interface Role {
  /** The types of message that nodes of this role may send, each with a check of its fields: an error's words, or null. */
  readonly sends: { readonly [type: string]: FieldCheck }
  /** Events that properties look back on; see `History`. Left out: nothing is remembered. */
  readonly history?: History
  /**
   * What properties see of a node of this role. It must be plain data and may not depend on the fields of a
   * learner's state, which the learner is free to choose.
   */
  observe?(node: ObservedNode): unknown
}

/** Says what is wrong with a message's fields, or null. */
export type FieldCheck = (fields: unknown) => FieldProblem | null

/** Which field is wrong and what was expected there, a code of `text/` (`expected-number`, …). */
export interface FieldProblem {
  readonly field: string
  readonly expected: string
  /** Where it has to be one of several: these. */
  readonly choices?: readonly string[]
}

/**
 * A history variable: what a node has done, kept beside its state although the node may have forgotten it.
 * Crashes don't change it. The smaller it is, the smaller the state space.
 * Reference: M. Abadi, L. Lamport, "The Existence of Refinement Mappings", 1991.
 */
export interface History {
  readonly initial: unknown
  /** The history after the node has sent these messages in one step. Must not change its arguments. A crash by itself is no step. */
  after(history: never, sent: readonly SentMessage[], node: NodeId, step: NodeStep): unknown
}

/** One step of one node, as its own history sees it. */
export interface NodeStep {
  /** What its handler was called for. */
  readonly event: Event
  /** What the `observe` of its role is given of its state after the step; null where it crashed before the handler came to its end. */
  readonly state: unknown
}

/** A message on its way: receiver, type and fields. */
export interface SentMessage {
  readonly to: NodeId
  readonly type: string
  readonly fields: unknown
}

/** What `observe` is given. `state` is null while the node is down. */
export interface ObservedNode {
  readonly id: NodeId
  readonly role: string
  readonly state: unknown
  readonly history: unknown
}

/** One step of one node, as the history of a system sees it. */
export interface SystemEvent {
  readonly node: NodeId
  readonly role: string
  /** The message that arrived; null for a start, a timer, a crash or a restart. */
  readonly received: MessageData | null
  readonly sent: readonly SentMessage[]
}

/**
 * What has happened in the whole system, in its order: what linearizability is judged by. It is part of the state, so
 * the less it records, the smaller the search. Symmetry is not used where a system has one.
 */
export interface SystemHistory {
  readonly initial: unknown
  /** What is recorded of a step, as plain data; null for a step that is not recorded. */
  record(event: SystemEvent): unknown
  /** The history after something was recorded. Must not change its arguments. */
  after(history: never, recorded: never): unknown
}

/** What a property sees of one node. */
export interface Observed {
  readonly id: NodeId
  readonly role: string
  /** What the role's `observe` gave, or the history where the role has no `observe`. */
  readonly seen: unknown
}

/** A state of the whole system as properties see it. */
export type View = readonly Observed[]

/** How messages travel. */
export interface Network {
  /**
   * `unlimited`: a message that was sent stays in the network and may arrive any number of times, or never.
   * A number: a message arrives at most once, and at most so many copies are made in one run.
   */
  readonly duplicates: 'unlimited' | number
  /**
   * How many messages may be lost in one run; Infinity: any. Not arriving yet is always possible, so safety needs no losses. Goals may:
   * what is lost arrives only if it is sent again, with unlimited duplicates too, where all copies are lost at once. Simulated runs of such
   * a network lose nothing.
   */
  readonly drops: number
  /** Left out: messages arrive in any order. */
  readonly streams?: Streams
  /** When the network falls apart in simulated runs. Left out: never. */
  readonly partitions?: Partitions
}

/**
 * Partitions of simulated runs. The nodes of some roles are drawn to two sides; nodes of other roles, such as clients, reach both.
 * While it lasts nothing arrives across, as with `partition` by hand: what is on its way waits until the network is whole. Where any
 * message may be lost, what would go across is lost in some runs instead. An exploration has no use for them: there a message may be
 * late as long as it likes, and goals are promised once faults have stopped; a timed one leaves them out.
 */
export interface Partitions {
  readonly roles: readonly string[]
  /** How many there may be in one run, one after the other. */
  readonly limit: number
  /**
   * How long one lasts, in a timed system: anything from the smallest of these to the largest, and from then on until something
   * happens. Left out of a system without clocks, where it lasts for a number of steps.
   */
  readonly milliseconds?: readonly number[]
}

/**
 * Messages that keep their order, as on a connection. A stream ends when it breaks: what is on its way from some message on
 * is lost, and in its place the receiver is told.
 */
export interface Streams {
  /** The name of the stream of a message; those of one sender with equal names arrive in the order in which they were sent. */
  of(message: MessageData): string
  /**
   * What arrives where a stream broke, in place of all that was on its way.
   * @param lost at least one message, in their order. Where what is given equals the first of them, that can't be lost.
   */
  broken(lost: readonly MessageData[]): MessageData
}

/**
 * Time in milliseconds. Everything that is due happens before time passes, in any order; then it passes until something
 * is due. Left out of a system, it has no clock: a message may take any time, and a timer may fire at any moment.
 */
export interface Time {
  /**
   * How long a message may take. An exploration tries each of these for each message, a simulation draws from `spread`, or from
   * these; what nobody chooses takes the first.
   */
  readonly latencies: readonly number[]
  readonly spread?: Spread
  /**
   * When timers are due that a handler sets without saying so, by the name of their handler. An exploration tries each of
   * these, a simulation draws anything from the smallest to the largest.
   */
  readonly timeouts?: { readonly [timer: string]: readonly number[] }
  /** Which roles may be held up, for how long and how often in one run. */
  readonly pauses?: ClockFaults
  /** Whose clocks may be set forward or, below zero, back, how far and how often in one run. */
  readonly jumps?: ClockFaults
  /** By how many thousandths a node's clock is fast (or, below zero, slow). Left out: exact. */
  readonly drift?: { readonly [node: NodeId]: number }
  /** In a simulation no fault comes after so many milliseconds, so that goals can be asked for. Left out: faults go on. */
  readonly faultsUntil?: number
  /** Roles whose nodes read their clock. What time it is belongs to their state, which keeps states from meeting again. */
  readonly readers?: readonly string[]
}

/** Pauses, or jumps of clocks: whom they strike, the milliseconds that each may take, and how many there may be in one run. */
export interface ClockFaults {
  readonly roles: readonly string[]
  readonly milliseconds: readonly number[]
  readonly limit: number
}

/** Which nodes may crash, how often in one run, and whether they come back. */
export interface Crashes {
  readonly roles: readonly string[]
  readonly limit: 'unlimited' | number
  /**
   * `at once`: crash and restart are one step. No behaviour is lost where messages wait for a node that is down: a
   * node that is down takes no messages, exactly like a node whose messages are late.
   * `later`: a restart is a step of its own. `never`: a node that crashed stays down.
   */
  readonly restart: 'at once' | 'later' | 'never'
  /**
   * Roles of which a crash just before a message is sent is looked at too, once the handler has sent another or changed its
   * disk. It makes a difference where properties look at what was sent (the role's history). For other roles it counts as
   * the loss of the message, which to all other nodes it equals.
   */
  readonly beforeSends?: readonly string[]
}

/** How the latencies of a simulation are distributed, in milliseconds. */
export type Spread =
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  /** Exponential beyond `from`: most take little longer, a few much. `mean` is that of the part beyond. */
  | { readonly kind: 'exponential'; readonly from: number; readonly mean: number }

/** A property of states, evaluated on what the roles let it see and on the system's history, where it has one. */
export type SystemProperty =
  | {
      readonly id: string
      readonly kind: 'always'
      readonly violated: (view: View, history?: unknown) => Violation | null
    }
  | {
      readonly id: string
      readonly kind: 'sometimes' | 'eventually'
      readonly reached: (view: View, history?: unknown) => boolean
    }

/** The values that broke a property, for its words. */
export type Violation = Record<string, string | number>

/** Nodes, network, faults and properties. */
export interface System {
  readonly nodes: readonly SystemNode[]
  readonly roles: { readonly [role: string]: Role }
  readonly network: Network
  readonly crashes: Crashes | null
  /** Left out: no clock. */
  readonly time?: Time
  readonly properties: readonly SystemProperty[]
  /** Left out: nothing is recorded across nodes. */
  readonly history?: SystemHistory
  /**
   * What has happened before: explorations look at everything that may follow these actions, and a run that they find begins with
   * them. Simulations and runs by hand begin at the start. Left out: nothing has happened.
   */
  readonly before?: readonly Action[]
}

/** A network in which messages arrive at most once and none is lost: what figures start from. */
export const RELIABLE: Network = { duplicates: 0, drops: 0 }
