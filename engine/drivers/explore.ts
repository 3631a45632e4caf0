/**
 * explore: the driver that takes every action. Breadth-first, so that the first violation found is a shortest one.
 * Dead ends are found on the way; loops in which a goal is never reached, once every state is known.
 */
import type { Fault } from '../fault.ts'
import { type Action, type Model, StepFailed, actionsThrough, noSuccessors } from '../model.ts'
import { findUnfulfilled, nearestDeadEnd } from './liveness.ts'
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
  /** For `always`: a violation. For `sometimes`: a witness. For `eventually`: a run on which the goal is never reached. */
  readonly actions: readonly Action[]
  /** The row of the state at the end of `actions`. */
  readonly row: Int32Array
  /** The number of the first of the last actions, counted from 1, which repeat for ever; left out where the run ends. */
  readonly loopFrom?: number
}

/** The outcome of an exploration. */
export interface Exploration {
  readonly states: number
  readonly steps: number
  readonly depth: number
  /** Every state was expanded, and each `eventually` decided: its fair loops are in `findings` then. */
  readonly complete: boolean
  /** The bound that cut the exploration off, if one did. */
  readonly hit: 'states' | 'steps' | null
  readonly findings: readonly Finding[]
  /** A step that could not be carried out, and the run up to and including it. */
  readonly failure: { readonly fault: Fault; readonly actions: readonly Action[] } | null
  /**
   * Properties of kind `eventually` that were left undecided: their numbers. There is a loop, and the model's rows stand
   * for several states each. An exploration of the states themselves decides.
   */
  readonly undecided: readonly number[]
  /** Bytes held by rows, parents and the table. */
  readonly bytes: number
  /** How many states the rows stand for: `states`, but where rows are representatives. */
  readonly represented: number
}

/** How far an exploration has come. */
export interface ExploreProgress {
  readonly states: number
  readonly steps: number
  readonly depth: number
}

/** Few, because a state of clients’ code may take milliseconds, and whoever hears nothing for long ends the search. */
const STATES_BETWEEN_PROGRESS = 128

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
  const row = new Int32Array(width)
  const out = noSuccessors()
  /** The hashes of the successors of one state. */
  let hashes = new Int32Array(64)
  const findings: Finding[] = []
  let represented = 0
  let witnessed = 0
  let steps = 0
  let depth = 0
  let hit: Exploration['hit'] = null
  let failure: Exploration['failure'] = null
  let failed = false
  /** Properties of kind `eventually` that a dead end was met for, on whose way the goal had been reached before. */
  let reachedBefore = 0
  const undecided = new Set<number>()

  const report = (bits: number, state: number): void => {
    for (let property = 0; bits >> property !== 0; property++) {
      if ((bits & (1 << property)) === 0) continue
      findings.push({ property, actions: pathTo(model, visited, state, property), row: visited.row(state) })
    }
  }
  /** @param state a dead end on whose way along parents the goals are not reached; null: look for one */
  const reportDeadEnd = (bits: number, state: number | null): void => {
    for (let property = 0; bits >> property !== 0; property++) {
      if ((bits & (1 << property)) === 0) continue
      // Where a dead end was passed over, there may be another way to it, and a shorter one than to this.
      const other = state === null || (reachedBefore & (1 << property)) !== 0
      let finding: Finding | null = null
      if (model.quotient) {
        const rows = other ? [] : visited.path(state).map((step) => visited.row(step))
        const actions = other ? null : model.actionsAlong!(rows, property)
        if (actions !== null) finding = { property, actions, row: rows.at(-1)! }
        else undecided.add(property)
      } else if (other) {
        finding = nearestDeadEnd(model, visited, property)
      } else {
        finding = { property, actions: pathTo(model, visited, state, property), row: visited.row(state) }
      }
      if (finding === null) continue
      findings.push(finding)
      failed ||= state !== null
    }
  }
  const look = (state: number): void => {
    represented += model.weight ? model.weight(row) : 1
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
    const { changes, length, count, idle, moot } = out
    steps += count + idle
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
    if (count === moot && eventually !== 0) {
      const unmet = ~model.inspect(row) & eventually
      const missed = unmet === 0 ? 0 : neverMet(model, visited, state, unmet)
      reportDeadEnd(missed, state)
      reachedBefore |= unmet & ~missed
    }
    if (visited.count > bounds.statesMax) hit = 'states'
    else if (steps > bounds.stepsMax) hit = 'steps'
  }
  const complete = state === visited.count && !failed && failure === null
  if (visited.count > levelEnd && !complete) depth++
  if (!failed && failure === null) reportDeadEnd(reachedBefore, null)
  if (complete) {
    for (let property = 0; eventually >> property !== 0; property++) {
      const decided = undecided.has(property) || findings.some((finding) => finding.property === property)
      if ((eventually & (1 << property)) === 0 || decided) continue
      const search = findUnfulfilled(model, visited, property)
      let next = search.next()
      for (; !next.done; next = search.next()) yield { states: visited.count, steps, depth }
      if (next.value === 'undecided') undecided.add(property)
      else if (next.value !== null) findings.push(next.value)
    }
  }
  return {
    states: visited.count,
    steps,
    depth,
    complete,
    hit: complete ? null : hit,
    findings,
    failure,
    undecided: [...undecided],
    bytes: visited.bytes,
    represented,
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
  return actionsThrough(model, rows, property)
}

/** Those of the properties, one bit each, whose conditions hold nowhere along the parents of a state. */
function neverMet(model: Model, visited: Visited, state: number, bits: number): number {
  const row = new Int32Array(visited.width)
  let unmet = bits
  for (let step = state; step >= 0 && unmet !== 0; step = visited.parent(step)) {
    visited.read(step, row)
    unmet &= ~model.inspect(row)
  }
  return unmet
}
