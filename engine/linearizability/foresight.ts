/**
 * Foresight: what a whole history says about the order of its operations before any order is tried. Without it, a search
 * learns only from dequeues in which order it should have put things into a queue, and only from reads in which order it
 * should have appended texts, and takes back one wrong guess after the other.
 * Reference: the patterns of T. Henzinger, A. Sezgin, V. Vafeiadis, "Aspect-Oriented Linearizability Proofs", 2013.
 */
import { type Operation, type TimedOperation, textOf } from './models.ts'

/** Facts that hold in every order that explains a history. */
export interface Foresight {
  /** No order explains it. */
  readonly impossible: boolean
  /** For each operation, the numbers of those that must have taken effect before it, if it takes effect at all. */
  readonly before: readonly (readonly number[])[]
  /** Where several operations may be next, those with the smallest number are tried first. Left out: as they return. */
  readonly priority?: readonly number[]
  /** Is it certain that the operation does not take effect in this state, although the object would allow it? */
  refuses?(state: unknown, operation: Operation): boolean
  /** What is asked of states that are on the way to certain operations. */
  readonly way?: Way
}

/** A question about a state from which a certain operation, the goal, has yet to take effect before it returns. */
export interface Way {
  /** Of how many of the next goals the question is asked. */
  readonly goalsMax: number
  /** Is this an operation of which the question can be asked? */
  isGoal(operation: Operation): boolean
  from(state: unknown): {
    /** Adds an operation that may take effect before the goals that are asked for from now on. */
    add(operation: Operation): void
    /** Can the goal still take effect, if of all other operations only those that were added may do so before? */
    leadsTo(goal: Operation): boolean
  }
}

/** Past this many values the pairs are left to the search: there are as many pairs as the square of it. */
const VALUES_MAX = 2_000

/** One value of which it is known that it was enqueued by one operation and dequeued by at most one. */
interface Passage {
  readonly enqueue: number
  /** Null where no dequeue is known to have given it. */
  readonly dequeue: number | null
}

/**
 * What is foreseen of a queue:
 * - a value comes out no more often than it was put in, and not before; one that can come out but once comes out where it
 *   is known to;
 * - when one value is known to have come out before another, it went in before it, and so did everything that came out
 *   before what never did, unless a dequeue of which nothing is known may have taken that;
 * - a dequeue finds the queue empty only at a moment in which no value is certainly in there.
 */
export function foreseeQueue(operations: readonly TimedOperation[]): Foresight {
  const before: number[][] = operations.map(() => [])
  const enqueues = new Map<string, number[]>()
  const dequeues = new Map<string, number[]>()
  const empties: number[] = []
  /** When those dequeues were invoked of which it isn't known what they took. */
  const unknown: number[] = []
  operations.forEach(({ f, value, invoked, returned }, index) => {
    if (f === 'enqueue') push(enqueues, textOf(value), index)
    else if (value === undefined || returned === null) unknown.push(invoked)
    else if (value === null) empties.push(index)
    else push(dequeues, textOf(value), index)
  })
  for (const [text, taken] of dequeues) {
    const put = enqueues.get(text) ?? []
    if (taken.length > put.length) return { impossible: true, before }
  }
  const unknownBefore = (moment: number): number => unknown.filter((invoked) => invoked < moment).length
  const passages: Passage[] = []
  for (const [text, [enqueue, ...more]] of enqueues) {
    if (more.length === 0) passages.push({ enqueue: enqueue!, dequeue: dequeues.get(text)?.[0] ?? null })
  }
  const impossible =
    passages.some(({ enqueue, dequeue }) => dequeue !== null && precedes(dequeue, enqueue)) ||
    (passages.length <= VALUES_MAX && orderPairs()) ||
    empties.some((empty) => coveredThroughout(operations[empty]!))
  const known = new Set(
    passages.flatMap(({ enqueue, dequeue }) => (dequeue === null ? [] : textOf(operations[enqueue]!.value))),
  )
  return {
    impossible,
    before,
    priority: comingOut(),
    way: WAY_OF_QUEUE,
    // What is known to be taken by one dequeue is not taken by another of which nothing is known.
    refuses: (state, { f, value }) => {
      const items = state as readonly unknown[]
      return f === 'dequeue' && value === undefined && items.length > 0 && known.has(textOf(items[0]))
    },
  }

  /** What comes out first is best put in first, and what never does, last. */
  function comingOut(): number[] {
    const priority = operations.map(() => -1)
    for (const [text, put] of enqueues) {
      const taken = (dequeues.get(text) ?? []).map((number) => operations[number]!.returned!)
      taken.sort((one, other) => one - other)
      // Of equal operations, the one that returns first goes first.
      const returning = (number: number): number => operations[number]!.returned ?? Infinity
      const inOrder = put.toSorted((one, other) => (returning(one) < returning(other) ? -1 : 1))
      inOrder.forEach((number, index) => (priority[number] = taken[index] ?? Infinity))
    }
    return priority
  }

  function precedes(one: number, other: number): boolean {
    const { returned } = operations[one]!
    return returned !== null && returned < operations[other]!.invoked
  }

  /** Fills `before` in. @returns whether values contradict each other */
  function orderPairs(): boolean {
    const cameOut = passages.flatMap(({ enqueue, dequeue }) => (dequeue === null ? [] : { enqueue, dequeue }))
    const staying = passages.filter(
      ({ enqueue, dequeue }) => dequeue === null && operations[enqueue]!.returned !== null,
    )
    for (const first of cameOut) {
      const takers = unknownBefore(operations[first.dequeue]!.returned!)
      // What was in front of it and isn't known to have come out was taken by a dequeue of which nothing is known.
      const inFront = staying.filter(({ enqueue }) => precedes(enqueue, first.enqueue)).length
      if (inFront > takers) return true
      for (const later of cameOut) {
        if (first === later || !precedes(first.dequeue, later.dequeue)) continue
        if (precedes(later.enqueue, first.enqueue)) return true
        if (!precedes(first.enqueue, later.enqueue)) before[later.enqueue]!.push(first.enqueue)
      }
      if (takers > 0) continue
      for (const { enqueue } of staying) {
        if (!precedes(first.enqueue, enqueue)) before[enqueue]!.push(first.enqueue)
      }
    }
    return false
  }

  /** Is there a value in the queue at every moment between the events of this operation? */
  function coveredThroughout({ invoked, returned }: TimedOperation): boolean {
    const forEver = unknownBefore(returned!) > 0 ? -Infinity : Infinity
    const stays = passages
      .map(({ enqueue, dequeue }) => ({
        from: operations[enqueue]!.returned ?? Infinity,
        to: dequeue === null ? forEver : operations[dequeue]!.invoked,
      }))
      .filter(({ from, to }) => from < to && from < returned! && to > invoked)
      .sort((one, other) => one.from - other.from)
    // A moment lies between an event and the next one; `reached` is the first that is not known to be covered.
    let reached = invoked
    for (const { from, to } of stays) {
      if (from > reached) return false
      reached = Math.max(reached, to)
    }
    return reached >= returned!
  }
}

/** Appending only makes a text longer: until it is overwritten, what will be read has to begin with what is there. */
export function foreseeText(operations: readonly TimedOperation[]): Foresight | null {
  if (!operations.some(({ f }) => f === 'append')) return null
  return {
    impossible: false,
    before: [],
    way: {
      goalsMax: 2,
      isGoal: ({ f, value }) => (f === 'get' || f === 'read') && typeof value === 'string',
      from(state) {
        const starts = [state]
        return {
          add: (operation) => void (isReset(operation) && starts.push(afterReset(operation))),
          leadsTo: ({ value }) =>
            starts.some((text) => typeof text !== 'string' || String(value).startsWith(text)),
        }
      },
    },
  }
}

function isReset({ f }: Operation): boolean {
  return f === 'put' || f === 'write' || f === 'cas'
}

function afterReset({ f, value }: Operation): unknown {
  return f === 'cas' ? (value as readonly unknown[])[1] : value
}

/** What is in front of what is to come out has to be taken by others first. */
const WAY_OF_QUEUE: Way = {
  goalsMax: 32,
  isGoal: ({ f, value }) => f === 'dequeue' && value !== undefined,
  from(state) {
    const items = (state as readonly unknown[]).map(textOf)
    const takers = new Map<string, number>()
    const put = new Set<string>()
    let unknownTakers = 0
    return {
      add({ f, value }) {
        if (f === 'enqueue') put.add(textOf(value))
        else if (value === undefined) unknownTakers++
        else takers.set(textOf(value), (takers.get(textOf(value)) ?? 0) + 1)
      },
      leadsTo({ value }) {
        const wanted = textOf(value)
        const taken = new Map<string, number>()
        let takenUnknown = 0
        for (const item of items) {
          if (item === wanted) return true
          const count = (taken.get(item) ?? 0) + 1
          if (count <= (takers.get(item) ?? 0)) taken.set(item, count)
          else if (++takenUnknown > unknownTakers) return false
        }
        return value === null || put.has(wanted)
      },
    }
  },
}

function push(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key)
  if (list) list.push(index)
  else map.set(key, [index])
}
