/**
 * Sequential models: what each kind of object does when one operation happens after another. Linearizability is
 * always relative to one of these. Pure functions over plain data, so that the same model serves recorded histories and
 * explored ones.
 * Reference: M. Herlihy, J. Wing, "Linearizability: A Correctness Condition for Concurrent Objects", 1990; the
 * conventions are those of Knossos (`knossos.model`), and where Knossos has none, of Porcupine's test models.
 */
import { type Foresight, foreseeText } from './foresight.ts'
import { searchFifo, searchUnordered } from './queue-search.ts'
import type { Outcome } from './search.ts'
import { byText, same, textOf } from './values.ts'

/**
 * What was done to the object. `value` is what was written or put in, or what came out; for a compare-and-set
 * `[expected, new]`. Left out (or undefined): not known, as with a read that never returned.
 */
export interface Operation {
  readonly f: string
  readonly value?: unknown
}

/** An operation with its place in a history. Events are numbered; no two events have the same number. */
export interface TimedOperation extends Operation {
  readonly process: string | number
  readonly invoked: number
  /** Null: it may have taken effect at any time after it was invoked, or never. */
  readonly returned: number | null
  /** What was known when it was invoked: the operation without its result. */
  readonly call: Operation
}

/** An object that does one operation at a time. */
export interface SequentialModel<State = unknown> {
  readonly initial: State
  /**
   * Every state in which the object may be after the operation; none where the operation can't have had this result.
   * Almost always at most one. Must not change the state.
   */
  step(state: State, operation: Operation): readonly State[]
  /** A text that two states share exactly when they are equal. */
  key(state: State): string
  /** An operation that leaves every state in which it is possible as it is. */
  observes(operation: Operation): boolean
  /** What a whole history says about the order of its operations before any order is tried; null for nothing. */
  foresee?(operations: readonly TimedOperation[]): Foresight | null
  /** A search of its own, where an object allows a better one than trying its operations one after the other. */
  search?(initial: State, operations: readonly TimedOperation[], configurationsMax: number): Outcome
}

const IMPOSSIBLE: readonly never[] = []

/**
 * A register: `read`, `write` and compare-and-set (`cas`). A `cas` that is in a history at all has succeeded: one that
 * failed did not happen. A `read` without a value fits every state.
 */
export function register(initial: unknown): SequentialModel {
  return {
    initial,
    step(state, { f, value }) {
      switch (f) {
        case 'read':
          return value === undefined || same(state, value) ? [state] : IMPOSSIBLE
        case 'write':
          return [value]
        case 'cas': {
          const [expected, next] = value as readonly [unknown, unknown]
          return same(state, expected) ? [next] : IMPOSSIBLE
        }
        default:
          return IMPOSSIBLE
      }
    },
    key: (state) => textOf(state),
    observes: ({ f, value }) => f === 'read' || (f === 'cas' && pairOfSame(value)),
  }
}

/** The value of a key that nobody has put yet: `read` sees null, and `get` the empty text as well. */
const ABSENT = { absent: true }

/**
 * One key of a map: a register that also knows `get`, `put` and `append`. The keys of a map are independent objects,
 * and a history of several objects is linearizable exactly when the history of each is (Herlihy and Wing, theorem 1).
 * @param initial what each key holds before it is written; left out: nothing
 */
export function keyOfMap(initial?: unknown): SequentialModel {
  const plain = register(undefined)
  const valueOf = (state: unknown): unknown => (state === ABSENT ? null : state)
  return {
    initial: initial === undefined ? ABSENT : initial,
    step(state, operation) {
      const { f, value } = operation
      if (f === 'get') {
        const empty = state === ABSENT && value === ''
        return value === undefined || empty || same(valueOf(state), value) ? [state] : IMPOSSIBLE
      }
      if (f === 'put') return [value]
      if (f === 'append') {
        const held = valueOf(state) ?? ''
        return typeof held === 'string' ? [held + String(value)] : IMPOSSIBLE
      }
      if (f === 'read') {
        return value === undefined || same(valueOf(state), value) ? [state] : IMPOSSIBLE
      }
      return plain.step(valueOf(state), operation)
    },
    // A long text is its own key, so that it is held once.
    key: (state) => (typeof state === 'string' ? state : `\0${state === ABSENT ? '' : textOf(state)}`),
    observes: (operation) => operation.f === 'get' || plain.observes(operation),
    foresee: foreseeText,
  }
}

/**
 * A lock that knows whether it is held, not by whom: `acquire` of a lock that is held and `release` of a free one are
 * impossible. Who releases is not looked at, as in Knossos.
 */
export const mutex: SequentialModel<boolean> = {
  initial: false,
  step(held, { f }) {
    if (f === 'acquire') return held ? IMPOSSIBLE : [true]
    return f === 'release' && held ? [false] : IMPOSSIBLE
  },
  key: (held) => String(held),
  observes: () => false,
}

/**
 * A queue, first in, first out: `enqueue` and `dequeue`. A `dequeue` of null found the queue empty; one without a value
 * took whatever was in front, or found nothing.
 */
export const queue: SequentialModel<readonly unknown[]> = {
  initial: [],
  step(items, { f, value }) {
    if (f === 'enqueue') return [[...items, value]]
    if (f !== 'dequeue') return IMPOSSIBLE
    if (value === undefined) return [items.slice(1)]
    if (value === null) return items.length === 0 ? [items] : IMPOSSIBLE
    return items.length > 0 && same(items[0], value) ? [items.slice(1)] : IMPOSSIBLE
  },
  key: (items) => items.map(textOf).join(),
  observes: ({ f, value }) => f === 'dequeue' && value === null,
  search: searchFifo,
}

/** A queue that gives back what was put in, in any order. */
export const unorderedQueue: SequentialModel<readonly unknown[]> = {
  initial: [],
  step(items, { f, value }) {
    if (f === 'enqueue') return [[...items, value].sort(byText)]
    if (f !== 'dequeue') return IMPOSSIBLE
    if (value === null) return items.length === 0 ? [items] : IMPOSSIBLE
    if (value === undefined) {
      if (items.length === 0) return [items]
      return items.flatMap((item, index) =>
        index > 0 && same(item, items[index - 1]) ? [] : [items.toSpliced(index, 1)],
      )
    }
    const index = items.findIndex((item) => same(item, value))
    return index === -1 ? IMPOSSIBLE : [items.toSpliced(index, 1)]
  },
  key: (items) => items.map(textOf).join(),
  observes: ({ f, value }) => f === 'dequeue' && value === null,
  search: searchUnordered,
}

function pairOfSame(value: unknown): boolean {
  return Array.isArray(value) && same(value[0], value[1])
}
