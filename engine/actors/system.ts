/**
 * System: nodes with their handlers, the network between them and the faults that may strike them, as an exercise
 * or a figure declares it. `ActorModel` turns it into a Model.
 */
import type { NodeDefinition, NodeId } from '../api.ts'
import type { Probe } from '../compile/probe.ts'
import type { MessageData } from '../model.ts'

// Handlers of different nodes have different types of state and messages; here they are all data.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyNodeDefinition = NodeDefinition<any, any, any>

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

/** Which field is wrong and what was expected there, in words of `text/` (`expected-number`, …). */
export interface FieldProblem {
  readonly field: string
  readonly expected: string
}

/**
 * A history variable: what a node has done, kept beside its state although the node may have forgotten it.
 * Crashes don't change it. The smaller it is, the smaller the state space.
 * Reference: M. Abadi, L. Lamport, "The Existence of Refinement Mappings", 1991.
 */
export interface History {
  readonly initial: unknown
  /** The history after the node has sent these messages in one step. Must not change its argument. */
  after(history: never, sent: readonly SentMessage[], node: NodeId): unknown
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

/** How messages travel. They are never ordered. */
export interface Network {
  /**
   * `unlimited`: a message that was sent stays in the network and may arrive any number of times, or never.
   * A number: a message arrives at most once, and at most so many copies are made in one run.
   */
  readonly duplicates: 'unlimited' | number
  /** How many messages may be lost in one run. Not arriving yet is always possible, so safety needs no losses. */
  readonly drops: number
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
}

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
  readonly properties: readonly SystemProperty[]
  /** Left out: nothing is recorded across nodes. */
  readonly history?: SystemHistory
}

/** A network in which messages arrive at most once and none is lost: what figures start from. */
export const RELIABLE: Network = { duplicates: 0, drops: 0 }
