/**
 * checkHistory: is a history of one object linearizable, and if not, where does it stop being so? The answer names the
 * shortest bad prefix: the events up to the first return that nothing can explain, whatever comes after.
 */
import type { SequentialModel, TimedOperation } from './models.ts'
import { type Outcome, search } from './search.ts'

/** How far to search. It counts configurations, never seconds, so that the answer is the same everywhere. */
export interface HistoryBounds {
  readonly configurationsMax: number
  /** How long the texts of an object's states may be together; left out: `CHARACTERS_MAX`. */
  readonly charactersMax?: number
}

/** A few seconds’ work at the most; histories that can be decided mostly need far less. */
export const CONFIGURATIONS_MAX = 200_000

/** The answer about one object. */
export type HistoryVerdict =
  | {
      readonly verdict: 'linearizable'
      readonly configurations: number
      /** Numbers of operations in an order that explains the history. Those of unknown outcome may be missing. */
      readonly order: readonly number[]
      /** The state after it. */
      readonly state: unknown
    }
  | {
      readonly verdict: 'not-linearizable'
      readonly configurations: number
      readonly prefix: BadPrefix
    }
  | {
      readonly verdict: 'inconclusive'
      readonly configurations: number
      readonly hit: 'configurations' | 'characters'
    }

/** A prefix that no order explains, although one explains it without its last event. */
export interface BadPrefix {
  /** The number of its last event: the return that can't be explained. */
  readonly end: number
  /** The operation that returns there, with the result that can't be explained, and its number. */
  readonly claim: TimedOperation
  readonly operation: number
  /** The prefix was found to be the shortest; false where a bound was hit while looking for a shorter one. */
  readonly shortest: boolean
  /** The operations as they were known before that event; the numbers are the same. */
  readonly operations: readonly TimedOperation[]
  /** The longest order that was found for everything before the last event. */
  readonly order: readonly number[]
  /** States in which the object can be when `claim` would have to take effect. */
  readonly states: readonly unknown[]
  /** `states` are all there are. */
  readonly complete: boolean
}

/**
 * Checks the history of one object. Operations that failed are not in it.
 * @param operations in the order in which they were invoked
 */
export function checkHistory(
  operations: readonly TimedOperation[],
  model: SequentialModel,
  bounds: HistoryBounds,
): HistoryVerdict {
  const whole = search(operations, model, bounds.configurationsMax, bounds.charactersMax)
  if (whole.verdict !== 'not-linearizable') return whole
  return {
    verdict: 'not-linearizable',
    configurations: whole.configurations,
    prefix: shortestBadPrefix(operations, model, whole),
  }
}

/** How many configurations may go into looking for a shorter prefix, all in all. */
const SHORTENING_MAX = 20_000

/** Every prefix of a linearizable history is linearizable, so the shortest bad one is found by halving. */
function shortestBadPrefix(
  operations: readonly TimedOperation[],
  model: SequentialModel,
  whole: Outcome & { verdict: 'not-linearizable' },
): BadPrefix {
  const returns = operations
    .map((_, number) => number)
    .filter((number) => operations[number]!.returned !== null)
    .sort((one, other) => operations[one]!.returned! - operations[other]!.returned!)
  const endOf = (rank: number): number => operations[returns[rank]!]!.returned!
  let shortest = true
  let left = Math.max(SHORTENING_MAX, whole.configurations * 4)
  const searched = (end: number): Outcome => {
    const outcome = search(prefixOf(operations, end), model, left)
    left -= outcome.configurations
    return outcome
  }
  let low = 0
  let high = returns.length - 1
  // A search that foresees may get stuck early, and long before the end of the shortest bad prefix. Else results of
  // operations that were still under way can only have helped to find it out earlier.
  const foresees = model.foresee?.(operations) != null
  if (!foresees) low = returns.indexOf(whole.stuck)
  let probe: number | null = foresees ? high - 1 : low
  while (low < high) {
    const middle = probe !== null && probe >= low && probe < high ? probe : (low + high) >> 1
    probe = null
    const { verdict } = searched(endOf(middle))
    if (verdict === 'not-linearizable') high = middle
    else low = middle + 1
    if (verdict === 'inconclusive') shortest = false
  }
  const end = endOf(high)
  const operation = returns[high]!
  const known = prefixOf(operations, end - 1)
  const found = { end, claim: operations[operation]!, operation, shortest, operations: known }
  const outcome = search(prefixOf(operations, end), model, Math.max(whole.configurations * 2, SHORTENING_MAX))
  if (outcome.verdict === 'not-linearizable' && outcome.complete && outcome.stuck === operation) {
    return { ...found, order: outcome.order, states: outcome.states, complete: true }
  }
  const before = search(known, model, SHORTENING_MAX)
  return before.verdict === 'linearizable'
    ? { ...found, order: before.order, states: [before.state], complete: false }
    : { ...found, order: [], states: [], complete: false }
}

/** What was known of a history after an event: what had been invoked, and the results of what had returned. */
export function prefixOf(operations: readonly TimedOperation[], end: number): TimedOperation[] {
  return operations
    .filter(({ invoked }) => invoked <= end)
    .map((operation) => {
      const { process, invoked, returned, call } = operation
      if (returned === null || returned <= end) return operation
      return { ...call, process, invoked, returned: null, call }
    })
}
