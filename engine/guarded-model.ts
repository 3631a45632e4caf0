/**
 * GuardedModel: a Model given as variables, initial states and guarded actions, as a TLA+ specification is written.
 * For published specifications that are not made of nodes with handlers. Each variable is interned by its canonical
 * text, so that a row holds one integer a variable.
 */
import { Interner } from './actors/tables.ts'
import { type Action, type Model, type PropertyKind, type Successors, reserve } from './model.ts'
import { canonical, freeze } from './plain.ts'

/** A transition: the name and parameters of its action, and the variables after it. */
export interface Transition<State> {
  readonly name: string
  readonly parameters: readonly (string | number)[]
  readonly next: State
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
    return this.#specification.initial.map((state) => {
      const row = new Int32Array(this.width)
      this.#write(state, row, 0)
      return row
    })
  }

  successors(rows: Int32Array, offset: number, out: Successors): void {
    out.count = 0
    out.idle = 0
    for (const { next } of this.#specification.transitions(this.state(rows, offset))) {
      const target = reserve(out, this.width)
      this.#write(next, out.rows, target)
    }
  }

  actionAt(row: Int32Array, index: number): Action {
    const { name, parameters } = [...this.#specification.transitions(this.state(row, 0))][index]!
    return { kind: 'act', name, parameters }
  }

  inspect(rows: Int32Array, offset: number): number {
    const state = this.state(rows, offset)
    let bits = 0
    this.#specification.properties.forEach((property, index) => {
      if (property.holds(state)) bits |= 1 << index
    })
    return bits
  }

  explain(): Record<string, string | number> {
    return {}
  }

  /** The variables of a row. */
  state(rows: Int32Array, offset: number): State {
    const state: Record<string, unknown> = {}
    this.#variables.forEach(
      (name, column) => (state[name] = this.#values[column]!.values[rows[offset + column]!]),
    )
    return state as State
  }

  #write(state: State, rows: Int32Array, offset: number): void {
    this.#variables.forEach((name, column) => {
      rows[offset + column] = this.#number(column, name, state[name])
    })
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
