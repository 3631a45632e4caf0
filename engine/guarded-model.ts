/**
 * GuardedModel: a Model given as variables, initial states and guarded actions, as a TLA+ specification is written.
 * For published specifications that are not made of nodes with handlers. Each variable is interned by its canonical
 * text, so that a row holds one integer a variable.
 */
import { Interner } from './actors/tables.ts'
import {
  type Action,
  FAULT,
  type Model,
  type PropertyKind,
  type Successors,
  UNFAIR,
  clear,
  reserve,
} from './model.ts'
import { canonical, freeze } from './plain.ts'

/** A transition: the name and parameters of its action, and the variables after it. */
export interface Transition<State> {
  readonly name: string
  readonly parameters: readonly (string | number)[]
  readonly next: State
  /** Weakly fair: if it is enabled from some moment on for ever, it happens. Left out: it need never happen. */
  readonly fair?: boolean
  /** It happens only so often: `eventually` speaks of the runs in which it has stopped happening. Never fair. */
  readonly fault?: boolean
}

/** Variables, initial states, actions and properties. Functions must not change the state that they are given. */
export interface Specification<State extends Record<string, unknown>> {
  readonly initial: readonly State[]
  transitions(state: State): Iterable<Transition<State>>
  readonly properties: readonly {
    readonly id: string
    readonly kind: PropertyKind
    readonly holds: (state: State) => boolean
  }[]
}

export class GuardedModel<State extends Record<string, unknown>> implements Model {
  readonly width: number
  readonly properties
  readonly handlerCalls = 0
  readonly #specification: Specification<State>
  readonly #variables: readonly string[]
  readonly #values: Interner<unknown>[]
  /** The names and parameters of fair actions: their fairness. */
  readonly #actions = new Interner<null>()
  /** The numbers of the interned values themselves: a variable that an action leaves as it was needs no text. */
  readonly #known = new WeakMap<object, number>()

  constructor(specification: Specification<State>) {
    this.#specification = specification
    this.#variables = Object.keys(specification.initial[0] ?? {})
    this.#values = this.#variables.map(() => new Interner())
    this.width = this.#variables.length
    this.properties = specification.properties.map(({ id, kind }) => ({ id, kind }))
  }

  initial(): Int32Array[] {
    return this.#specification.initial.map((state) => this.rowOf(state))
  }

  successors(row: Int32Array, out: Successors): void {
    clear(out)
    for (const { name, parameters, next, fair, fault } of this.#specification.transitions(this.state(row))) {
      const start = out.length
      reserve(out, 1 + this.width * 2)
      out.length++
      this.#variables.forEach((variable, column) => {
        const number = this.#number(column, variable, next[variable])
        if (number === row[column]) return
        out.changes[out.length++] = column
        out.changes[out.length++] = number
      })
      const changed = (out.length - start - 1) >> 1
      out.changes[start] = changed
      if (changed === 0) {
        out.length = start
        out.idle++
      } else {
        out.count++
      }
      if (out.fairness === null) continue
      const unfair = fault ? FAULT : fair ? null : UNFAIR
      const fairness = unfair ?? this.#actions.intern(canonical([name, parameters], 'action'), () => null)
      if (changed === 0) out.idleFairness.push(fairness)
      else out.fairness.push(fairness)
    }
  }

  actionAt(row: Int32Array, index: number): Action {
    let seen = 0
    for (const { name, parameters, next } of this.#specification.transitions(this.state(row))) {
      const idle = this.#variables.every(
        (variable, column) => this.#number(column, variable, next[variable]) === row[column],
      )
      if (!idle && seen++ === index) return { kind: 'act', name, parameters }
    }
    throw new RangeError(`a state with ${seen} successors has no number ${index}`)
  }

  inspect(row: Int32Array): number {
    const state = this.state(row)
    let bits = 0
    this.#specification.properties.forEach((property, index) => {
      if (property.holds(state)) bits |= 1 << index
    })
    return bits
  }

  explain(): Record<string, string | number> {
    return {}
  }

  /** The row of a state. */
  rowOf(state: State): Int32Array {
    const row = new Int32Array(this.width)
    this.#variables.forEach((name, column) => (row[column] = this.#number(column, name, state[name])))
    return row
  }

  /** The variables of a row. */
  state(row: Int32Array): State {
    const state: Record<string, unknown> = {}
    this.#variables.forEach((name, column) => (state[name] = this.#values[column]!.values[row[column]!]))
    return state as State
  }

  #number(column: number, name: string, value: unknown): number {
    const known = typeof value === 'object' && value !== null ? this.#known.get(value) : undefined
    if (known !== undefined && this.#values[column]!.values[known] === value) return known
    const number = this.#values[column]!.intern(canonical(value, name), () => freeze(value))
    if (this.#values[column]!.values[number] === value && typeof value === 'object' && value !== null) {
      this.#known.set(value, number)
    }
    return number
  }
}
