/**
 * Model: initial states, actions, next states, properties. What every driver consumes.
 *
 * A state is a row of `width` integers. What the integers mean is the model's business (an actor model interns the
 * local state and inbox of each node; a guarded model interns each variable): two rows are equal exactly when the
 * states are. Drivers copy and compare rows, and ask the model about them.
 */
import type { Fault } from './fault.ts'

/** What can happen in one step of a system of nodes. Plain data: a trace is a list of these. */
export type Action =
  | {
      readonly kind: 'deliver'
      readonly to: string
      readonly message: MessageData
      readonly crashAfter?: number
    }
  | { readonly kind: 'drop'; readonly to: string; readonly message: MessageData }
  | { readonly kind: 'duplicate'; readonly to: string; readonly message: MessageData }
  | { readonly kind: 'fire'; readonly node: string; readonly timer: string; readonly crashAfter?: number }
  /** `restarts`: the node is up again within the same step, with what was on its disk. */
  | { readonly kind: 'crash'; readonly node: string; readonly restarts?: true }
  | { readonly kind: 'restart'; readonly node: string }
  | { readonly kind: 'partition'; readonly groups: readonly (readonly string[])[] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'pause'; readonly node: string }
  | { readonly kind: 'resume'; readonly node: string }
  /** An action of a model that is not made of nodes: its name and parameters. */
  | { readonly kind: 'act'; readonly name: string; readonly parameters: readonly (string | number)[] }

/** The faults of which a system may limit the number in one run. */
export type FaultKind = 'drop' | 'duplicate' | 'crash'

/** The fault that an action brings about, where it is one that a system may limit. */
export function faultOf(action: Action): FaultKind | null {
  switch (action.kind) {
    case 'drop':
    case 'duplicate':
    case 'crash':
      return action.kind
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

/** Takes the successors of one state, one call each. */
export interface Successors {
  /** Rows, one after the other, `width` integers each; grown by `reserve`. */
  rows: Int32Array
  /** How many successors there are. */
  count: number
  /** How many enabled actions were seen to change nothing and have no row. */
  idle: number
}

/** Makes room for one more successor and gives the offset of its row. */
export function reserve(successors: Successors, width: number): number {
  const offset = successors.count++ * width
  if (offset + width > successors.rows.length) {
    const larger = new Int32Array(successors.rows.length * 2 + width)
    larger.set(successors.rows)
    successors.rows = larger
  }
  return offset
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
  /** At most 16; the position of a property is its bit in `inspect`. */
  readonly properties: readonly PropertyName[]
  /** The initial states, one row each. */
  initial(): Int32Array[]
  /**
   * Writes every successor of the row at `offset`, in an order that depends on the row alone. Actions that
   * change nothing may be left out and counted in `idle`.
   * @throws StepFailed where an action of this state can't be carried out (a handler threw, say)
   */
  successors(rows: Int32Array, offset: number, out: Successors): void
  /** The action that leads to successor number `index` of the row, in the order of `successors`. */
  actionAt(row: Int32Array, index: number): Action
  /**
   * Bit i is set where the condition of property i holds in this state. For `always` the condition is what must
   * hold, for `sometimes` and `eventually` what is to be reached.
   */
  inspect(rows: Int32Array, offset: number): number
  /** What happened in the last violation of a property, as parameters for its words. */
  explain(row: Int32Array, property: number): Record<string, string | number>
  /** Handlers called so far; 0 for a model without handlers. */
  readonly handlerCalls: number
}
