/**
 * Steps: what can happen in a state that is known by its number, for searches that go over the states of an exploration
 * again. The steps of a state are worked out anew each time: they would take more room than the states.
 */
import { FAULT, type Model, noSuccessors } from '../model.ts'
import { type Visited, hashAt, hashOf } from './visited.ts'

/** The steps of one state at a time, with the numbers of the states that they lead to. */
export class Steps {
  /** Of each successor the number of its state, −1 where it is unknown and not to be added. */
  targets = new Int32Array(64)
  /** Of each successor the fairness of its action. */
  fairness: number[] = []
  /** Of each enabled action that changes nothing its fairness. */
  idle: number[] = []
  count = 0
  /** How many of the successors make no difference; see `Successors`. */
  moot = 0
  readonly #model: Model
  readonly #visited: Visited
  readonly #row: Int32Array
  readonly #out = noSuccessors(true)

  constructor(model: Model, visited: Visited) {
    this.#model = model
    this.#visited = visited
    this.#row = new Int32Array(model.width)
  }

  /** The conditions of the properties that hold in a state; see `Model.inspect`. */
  inspect(state: number): number {
    this.#visited.read(state, this.#row)
    return this.#model.inspect(this.#row)
  }

  /** Reads the steps of a state. @param add number the states that were not met before, those behind faults left out */
  read(state: number, add = false): void {
    const row = this.#row
    const out = this.#out
    const visited = this.#visited
    visited.read(state, row)
    this.#model.successors(row, out)
    const { changes, length, count } = out
    this.count = count
    this.moot = out.moot
    this.fairness = out.fairness!
    this.idle = out.idleFairness
    if (count > this.targets.length) this.targets = new Int32Array(count * 2)
    const own = hashOf(row)
    for (let index = 0, successor = 0; index < length; successor++) {
      const start = index + 1
      const end = start + changes[index]! * 2
      let hash = own
      for (index = start; index < end; index += 2) {
        const column = changes[index]!
        hash ^= hashAt(column, row[column]!) ^ hashAt(column, changes[index + 1]!)
        exchange(row, changes, index)
      }
      const added = add && this.fairness[successor] !== FAULT
      this.targets[successor] = added ? visited.add(row, hash, state) : visited.find(row, hash)
      for (index = start; index < end; index += 2) exchange(row, changes, index)
    }
  }

  /** Would it be fair to stay in the state that was read for ever? */
  get restful(): boolean {
    for (let successor = 0; successor < this.count; successor++) {
      const fair = this.fairness[successor]!
      if (fair >= 0 && !this.idle.includes(fair)) return false
    }
    return true
  }
}

/** Exchanges an integer of a row with the new value of a change. */
function exchange(row: Int32Array, changes: Int32Array, index: number): void {
  const column = changes[index]!
  const before = row[column]!
  row[column] = changes[index + 1]!
  changes[index + 1] = before
}
