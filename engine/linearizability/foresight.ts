/**
 * Foresight: what a whole history says about the order of its operations before any order is tried. Without it, a search
 * learns only from reads in which order it should have appended texts, and takes back one wrong guess after the other.
 */
import type { Operation, TimedOperation } from './models.ts'

/** What holds in every order that explains a history. */
export interface Foresight {
  /** What is asked of states that are on the way to certain operations. */
  readonly way: Way
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

/** Appending only makes a text longer: until it is overwritten, what will be read has to begin with what is there. */
export function foreseeText(operations: readonly TimedOperation[]): Foresight | null {
  if (!operations.some(({ f }) => f === 'append')) return null
  return {
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
