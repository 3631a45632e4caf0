/**
 * explore: the driver that takes every action. Breadth-first, so that the first violation found is a shortest one.
 * Rows stand one after the other in a typed array, in the order of discovery; an open-addressing table holds their
 * numbers; beside each stands the number of the state that it was first reached from.
 */
import { mix } from '../actors/tables.ts'
import type { Fault } from '../fault.ts'
import { type Action, type Model, StepFailed, type Successors } from '../model.ts'

/** Bounds of an exploration. They count states and steps, never seconds, so that the answer is the same everywhere. */
export interface ExploreBounds {
  readonly statesMax: number
  readonly stepsMax: number
}

/** What an exploration found about one property. */
export interface Finding {
  /** The property's number in the model. */
  readonly property: number
  /** For `always`: a violation. For `sometimes`: a witness. For `eventually`: a dead end short of the goal. */
  readonly actions: readonly Action[]
  /** The row of the state at the end of `actions`. */
  readonly row: Int32Array
}

/** The outcome of an exploration. */
export interface Exploration {
  readonly states: number
  readonly steps: number
  readonly depth: number
  /** Every state was expanded. */
  readonly complete: boolean
  /** The bound that cut the exploration off, if one did. */
  readonly hit: 'states' | 'steps' | null
  readonly findings: readonly Finding[]
  /** A step that could not be carried out, and the run up to and including it. */
  readonly failure: { readonly fault: Fault; readonly actions: readonly Action[] } | null
  /** Bytes held by rows, parents and the table. */
  readonly bytes: number
}

/** How far an exploration has come. */
export interface ExploreProgress {
  readonly states: number
  readonly steps: number
  readonly depth: number
}

const STATES_BETWEEN_PROGRESS = 8_192

/**
 * Explores every behaviour of a model until a property of kind `always` or `eventually` fails, everything has been
 * seen or a bound is hit.
 */
export function* explore(model: Model, bounds: ExploreBounds): Generator<ExploreProgress, Exploration> {
  const visited = new Visited(model.width)
  const always = maskOf(model, 'always')
  const sometimes = maskOf(model, 'sometimes')
  const eventually = maskOf(model, 'eventually')
  const out: Successors = { rows: new Int32Array(model.width * 64), count: 0, idle: 0 }
  const findings: Finding[] = []
  let witnessed = 0
  let steps = 0
  let depth = 0
  let hit: Exploration['hit'] = null
  let failure: Exploration['failure'] = null
  let failed = false

  const report = (bits: number, state: number): void => {
    for (let property = 0; bits >> property !== 0; property++) {
      if ((bits & (1 << property)) === 0) continue
      findings.push({ property, actions: visited.path(model, state), row: visited.row(state) })
    }
  }
  const look = (state: number): void => {
    const bits = model.inspect(visited.rows, state * model.width)
    const reached = bits & sometimes & ~witnessed
    if (reached !== 0) {
      witnessed |= reached
      report(reached, state)
    }
    const violated = ~bits & always
    if (violated !== 0) {
      failed = true
      report(violated, state)
    }
  }

  for (const row of model.initial()) {
    if (visited.add(row, 0, visited.hash(row, 0), -1)) look(visited.count - 1)
  }
  let levelEnd = visited.count
  let state = 0
  for (; state < visited.count && !failed && hit === null; state++) {
    if (state === levelEnd) {
      levelEnd = visited.count
      depth++
    }
    if (state % STATES_BETWEEN_PROGRESS === STATES_BETWEEN_PROGRESS - 1)
      yield { states: visited.count, steps, depth }
    try {
      model.successors(visited.rows, state * model.width, out)
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      failure = { fault: error.fault, actions: [...visited.path(model, state), error.action] }
      break
    }
    steps += out.count + out.idle
    const hash = visited.hash(visited.rows, state * model.width)
    let progress = false
    for (let index = 0; index < out.count && !failed; index++) {
      const known = visited.addFrom(state, hash, out.rows, index * model.width)
      if (known !== state) progress = true
      if (known >= 0) continue
      look(visited.count - 1)
    }
    if (!progress && eventually !== 0) {
      const missed = ~model.inspect(visited.rows, state * model.width) & eventually
      if (missed !== 0) {
        failed = true
        report(missed, state)
      }
    }
    if (visited.count > bounds.statesMax) hit = 'states'
    else if (steps > bounds.stepsMax) hit = 'steps'
  }
  const complete = state === visited.count && !failed && failure === null
  if (visited.count > levelEnd && !complete) depth++
  return {
    states: visited.count,
    steps,
    depth,
    complete,
    hit: complete ? null : hit,
    findings,
    failure,
    bytes: visited.bytes,
  }
}

function maskOf(model: Model, kind: string): number {
  let mask = 0
  model.properties.forEach((property, index) => {
    if (property.kind === kind) mask |= 1 << index
  })
  return mask
}

/** The states seen so far. */
class Visited {
  rows: Int32Array
  count = 0
  readonly #width: number
  #parents: Int32Array
  #table: Int32Array
  #mask: number

  constructor(width: number) {
    const capacity = 1 << 12
    this.#width = width
    this.rows = new Int32Array(capacity * width)
    this.#parents = new Int32Array(capacity)
    this.#table = new Int32Array(capacity * 2).fill(-1)
    this.#mask = capacity * 2 - 1
  }

  get bytes(): number {
    return this.rows.byteLength + this.#parents.byteLength + this.#table.byteLength
  }

  /** The hash of a row: the exclusive or of a hash of each component, so that a step changes only some of them. */
  hash(rows: Int32Array, offset: number): number {
    let hash = 0
    for (let column = 0; column < this.#width; column++) hash ^= mix(column, rows[offset + column]!)
    return hash
  }

  /** Adds a successor of a known state. Gives −1 if it is new, or else the number of the known state. */
  addFrom(parent: number, parentHash: number, rows: Int32Array, offset: number): number {
    const parentOffset = parent * this.#width
    let hash = parentHash
    for (let column = 0; column < this.#width; column++) {
      const before = this.rows[parentOffset + column]!
      const after = rows[offset + column]!
      if (before !== after) hash ^= mix(column, before) ^ mix(column, after)
    }
    return this.#add(rows, offset, hash, parent)
  }

  /** Adds a row; true if it is new. */
  add(rows: Int32Array, offset: number, hash: number, parent: number): boolean {
    return this.#add(rows, offset, hash, parent) < 0
  }

  /** A copy of the row of a state. */
  row(state: number): Int32Array {
    return this.rows.slice(state * this.#width, (state + 1) * this.#width)
  }

  /** The actions that lead to a state along its parents, found by looking for each child among its parent's successors. */
  path(model: Model, state: number): Action[] {
    const actions: Action[] = []
    const out: Successors = { rows: new Int32Array(this.#width * 16), count: 0, idle: 0 }
    for (let child = state; this.#parents[child]! >= 0; child = this.#parents[child]!) {
      const parent = this.row(this.#parents[child]!)
      model.successors(parent, 0, out)
      let index = 0
      while (!this.#equal(out.rows, index * this.#width, child)) index++
      actions.push(model.actionAt(parent, index))
    }
    return actions.reverse()
  }

  #add(rows: Int32Array, offset: number, hash: number, parent: number): number {
    const table = this.#table
    let index = hash & this.#mask
    for (; table[index] !== -1; index = (index + 1) & this.#mask) {
      if (this.#equal(rows, offset, table[index]!)) return table[index]!
    }
    const state = this.count++
    table[index] = state
    if (state >= this.#parents.length) this.#growRows()
    const target = state * this.#width
    for (let column = 0; column < this.#width; column++) this.rows[target + column] = rows[offset + column]!
    this.#parents[state] = parent
    if (this.count * 2 > this.#mask) this.#growTable()
    return -1
  }

  #equal(rows: Int32Array, offset: number, state: number): boolean {
    const own = state * this.#width
    for (let column = 0; column < this.#width; column++) {
      if (rows[offset + column] !== this.rows[own + column]) return false
    }
    return true
  }

  #growRows(): void {
    const capacity = Math.ceil(this.#parents.length * 1.5)
    const rows = new Int32Array(capacity * this.#width)
    rows.set(this.rows)
    this.rows = rows
    const parents = new Int32Array(capacity)
    parents.set(this.#parents)
    this.#parents = parents
  }

  #growTable(): void {
    this.#mask = this.#mask * 2 + 1
    this.#table = new Int32Array(this.#mask + 1).fill(-1)
    for (let state = 0; state < this.count; state++) {
      let index = this.hash(this.rows, state * this.#width) & this.#mask
      while (this.#table[index] !== -1) index = (index + 1) & this.#mask
      this.#table[index] = state
    }
  }
}
