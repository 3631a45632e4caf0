/**
 * explore: the driver that takes every action. Breadth-first, so that the first violation found is a shortest one.
 */
import type { Fault } from '../fault.ts'
import { type Action, type Model, StepFailed, noSuccessors, successorRows } from '../model.ts'
import { Visited, hashAt, hashOf } from './visited.ts'

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
  const { width } = model
  const visited = new Visited(width)
  const always = maskOf(model, 'always')
  const sometimes = maskOf(model, 'sometimes')
  const eventually = maskOf(model, 'eventually')
  const out = noSuccessors()
  const row = new Int32Array(width)
  /** The hashes of the successors of one state. */
  let hashes = new Int32Array(64)
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
      findings.push({ property, actions: pathTo(model, visited, state, property), row: visited.row(state) })
    }
  }
  const look = (state: number): void => {
    const bits = model.inspect(row)
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

  for (const initial of model.initial()) {
    const { count } = visited
    const state = visited.add(initial, hashOf(initial), -1)
    row.set(initial)
    if (visited.count > count) look(state)
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
    visited.read(state, row)
    try {
      model.successors(row, out)
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      failure = { fault: error.fault, actions: [...pathTo(model, visited, state), error.action] }
      break
    }
    const { changes, length, count } = out
    steps += count + out.idle
    if (count > hashes.length) hashes = new Int32Array(count * 2)
    // First all hashes, and only then the rows: the table's slots are far apart in memory and come in meanwhile.
    const hash = hashOf(row)
    for (let index = 0, successor = 0; index < length; successor++) {
      let next = hash
      const end = index + 1 + changes[index]! * 2
      for (index++; index < end; index += 2) {
        const column = changes[index]!
        next ^= hashAt(column, row[column]!) ^ hashAt(column, changes[index + 1]!)
      }
      hashes[successor] = next
      visited.touch(next)
    }
    for (let index = 0, successor = 0; index < length && !failed; successor++) {
      const start = index + 1
      const end = start + changes[index]! * 2
      // The row becomes that of the successor and afterwards the state's again.
      for (index = start; index < end; index += 2) swap(row, changes, index)
      const known = visited.count
      const next = visited.add(row, hashes[successor]!, state)
      if (visited.count > known) look(next)
      for (index = start; index < end; index += 2) swap(row, changes, index)
    }
    if (count === 0 && eventually !== 0) {
      const missed = ~model.inspect(row) & eventually
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

/** Exchanges an integer of a row with the new value of a change. */
function swap(row: Int32Array, changes: Int32Array, index: number): void {
  const column = changes[index]!
  const before = row[column]!
  row[column] = changes[index + 1]!
  changes[index + 1] = before
}

function maskOf(model: Model, kind: string): number {
  let mask = 0
  model.properties.forEach((property, index) => {
    if (property.kind === kind) mask |= 1 << index
  })
  return mask
}

/** The actions that lead to a state along its parents, found by looking for each child among its parent's successors. */
function pathTo(model: Model, visited: Visited, state: number, property?: number): Action[] {
  const rows = visited.path(state).map((step) => visited.row(step))
  if (model.actionsAlong) return model.actionsAlong(rows, property)
  return rows.slice(1).map((child, index) => {
    const successors = successorRows(model, rows[index]!)
    const number = successors.findIndex((row) => row.every((value, column) => value === child[column]))
    return model.actionAt(rows[index]!, number)
  })
}
