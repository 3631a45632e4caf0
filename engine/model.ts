/**
 * Model: initial states, actions, next states, properties. What every driver consumes.
 *
 * A state is a row of `width` integers. What the integers mean is the model's business (an actor model interns the
 * local state and inbox of each node; a guarded model interns each variable): two rows are equal exactly when the
 * states are. Drivers copy and compare rows, and ask the model about them.
 */
import type { Fault } from './fault.ts'

/**
 * What can happen in one step of a system of nodes. Plain data: a trace is a list of these.
 */
export type Action =
  | ({
      readonly kind: 'deliver'
      readonly to: string
      readonly message: MessageData
      readonly crashAfter?: number
    } & Durations)
  | { readonly kind: 'drop'; readonly to: string; readonly message: MessageData }
  | { readonly kind: 'duplicate'; readonly to: string; readonly message: MessageData }
  | ({
      readonly kind: 'fire'
      readonly node: string
      readonly timer: string
      /** By hand, in a timed system: it comes now, whatever is left of it; only where `AnyNodeDefinition.hastens` or `offers` says so. */
      readonly early?: true
      readonly crashAfter?: number
    } & Durations)
  /** `restarts`: the node is up again within the same step, with what was on its disk. */
  | ({ readonly kind: 'crash'; readonly node: string; readonly restarts?: true } & Durations)
  | ({ readonly kind: 'restart'; readonly node: string } & Durations)
  | { readonly kind: 'partition'; readonly groups: readonly (readonly string[])[] }
  | { readonly kind: 'heal' }
  /** With `milliseconds` it goes on by itself once they are over: a timed system has no other pauses. */
  | { readonly kind: 'pause'; readonly node: string; readonly milliseconds?: number }
  | { readonly kind: 'resume'; readonly node: string }
  /** Time passes for everybody, until something is due. */
  | { readonly kind: 'pass'; readonly milliseconds: number }
  /** A node's clock is set so far forward or, below zero, back at once. */
  | { readonly kind: 'jump'; readonly node: string; readonly milliseconds: number }
  /** An action of a model that is not made of nodes: its name and parameters. */
  | { readonly kind: 'act'; readonly name: string; readonly parameters: readonly (string | number)[] }

/** In a timed system, where it could be otherwise: how long what began in a step takes, in milliseconds. */
export interface Durations {
  /** Of each message that was sent, in their order. */
  readonly latencies?: readonly number[]
  /** Of each timer that was set without a time, in the order of their names. */
  readonly timeouts?: readonly number[]
}

/** The faults of which a system may limit the number in one run. */
export type FaultKind = 'drop' | 'duplicate' | 'crash' | 'pause' | 'jump' | 'partition'

/** The fault that an action brings about, where it is one that a system may limit. */
export function faultOf(action: Action): FaultKind | null {
  switch (action.kind) {
    case 'drop':
    case 'duplicate':
    case 'crash':
    case 'jump':
    case 'partition':
      return action.kind
    case 'pause':
      return action.milliseconds === undefined ? null : 'pause'
    case 'deliver':
    case 'fire':
      return action.crashAfter === undefined ? null : 'crash'
    default:
      return null
  }
}

/** A message as data: who sent it, its type and its fields. */
export interface MessageData {
  readonly from: string
  readonly type: string
  readonly fields: unknown
}

/** What a property says about a state or a run; every kind has its own search (see `properties/`). */
export type PropertyKind = 'always' | 'sometimes' | 'eventually'

/** The name and kind of a property; the exercise's text has its words. */
export interface PropertyName {
  readonly id: string
  readonly kind: PropertyKind
}

/** Takes the successors of one state. A successor is given as what it changes, since a step changes little. */
export interface Successors {
  /** For each successor the number of columns that it changes, then the column and the new value of each. */
  changes: Int32Array
  /** Integers in use in `changes`. */
  length: number
  /** How many successors there are. */
  count: number
  /** How many enabled actions change nothing; they are not in `changes`. */
  idle: number
  /**
   * How many successors differ only in messages on their way, which nobody will take notice of in this state: if all
   * do, nothing that happens from here on makes a difference.
   */
  moot: number
  /**
   * Null where nobody asks. Else the fairness of each successor's action: a number that names the action in every
   * state in which it is enabled, `UNFAIR` or `FAULT`.
   */
  fairness: number[] | null
  /** The same for the actions that change nothing; filled where `fairness` is. */
  idleFairness: number[]
}

/** The fairness of an action that need never happen, but may happen for ever: a client's wish, say. */
export const UNFAIR = -1

/** The fairness of a fault. It need never happen, and happens only so often: liveness is promised once faults have stopped. */
export const FAULT = -2

/** An empty list of successors. @param withFairness ask for the fairness of the actions */
export function noSuccessors(withFairness = false): Successors {
  return {
    changes: new Int32Array(256),
    length: 0,
    count: 0,
    idle: 0,
    moot: 0,
    fairness: withFairness ? [] : null,
    idleFairness: [],
  }
}

/** Empties the list. */
export function clear(out: Successors): void {
  out.length = 0
  out.count = 0
  out.idle = 0
  out.moot = 0
  if (out.fairness !== null) {
    out.fairness.length = 0
    out.idleFairness.length = 0
  }
}

/** Makes room in `changes` for so many integers more. */
export function reserve(out: Successors, integers: number): void {
  if (out.length + integers <= out.changes.length) return
  const larger = new Int32Array((out.length + integers) * 2)
  larger.set(out.changes)
  out.changes = larger
}

/** The rows of the successors of `row`, each a copy. Slow: for tests and for single steps. */
export function successorRows(model: Model, row: Int32Array): Int32Array[] {
  const out = noSuccessors()
  model.successors(row, out)
  const rows: Int32Array[] = []
  for (let index = 0; index < out.length;) {
    const next = row.slice()
    const end = index + 1 + out.changes[index]! * 2
    for (index++; index < end; index += 2) next[out.changes[index]!] = out.changes[index + 1]!
    rows.push(next)
  }
  return rows
}

/**
 * The actions of a run along these rows, each a successor of the one before it.
 * @param property what the run shows; see `Model.actionsAlong`
 */
export function actionsThrough(model: Model, rows: readonly Int32Array[], property?: number): Action[] {
  if (model.actionsAlong) {
    const actions = model.actionsAlong(rows, property)
    if (actions === null) throw new Error('every run along these rows reaches the goal')
    return actions
  }
  return rows.slice(1).map((child, index) => {
    const successors = successorRows(model, rows[index]!)
    const number = successors.findIndex((row) => row.every((value, column) => value === child[column]))
    return model.actionAt(rows[index]!, number)
  })
}

/** A step that can't be carried out, because a handler is at fault. */
export class StepFailed extends Error {
  readonly action: Action
  readonly fault: Fault

  constructor(action: Action, fault: Fault) {
    super(fault.message)
    this.name = 'StepFailed'
    this.action = action
    this.fault = fault
  }
}

/** A system whose behaviours are to be explored, simulated, replayed or driven by hand. */
export interface Model {
  /** Integers in a row. */
  readonly width: number
  /** A row stands for a set of states that differ in the names of nodes only. Which loops are fair can't be told then. */
  readonly quotient?: boolean
  /** At most 16; the position of a property is its bit in `inspect`. */
  readonly properties: readonly PropertyName[]
  /** The initial states, one row each. */
  initial(): Int32Array[]
  /**
   * Gives every successor of a row, in an order that depends on the state alone. Actions that change nothing are
   * counted in `idle` only.
   * @throws StepFailed where an action of this state can't be carried out (a handler threw, say)
   */
  successors(row: Int32Array, out: Successors): void
  /** The action that leads to successor number `index` of the row, in the order of `successors`. */
  actionAt(row: Int32Array, index: number): Action
  /**
   * Bit i is set where the condition of property i holds in this state. For `always` the condition is what must
   * hold, for `sometimes` and `eventually` what is to be reached.
   */
  inspect(row: Int32Array): number
  /** What happened in the last violation of a property, as parameters for its words. */
  explain(row: Int32Array, property: number): Record<string, string | number>
  /**
   * The actions of a run along these rows, each a successor of the one before it; at its end `property` is decided as
   * `inspect` said. Null where the property is one of kind `eventually` and each such run reaches its goal. Only models
   * whose rows stand for several states have it: elsewhere `actionAt` says it all.
   */
  actionsAlong?(rows: readonly Int32Array[], property?: number): Action[] | null
  /** How many states a row stands for; only where `quotient` is set. */
  weight?(row: Int32Array): number
  /** Handlers called so far; 0 for a model without handlers. */
  readonly handlerCalls: number
}
