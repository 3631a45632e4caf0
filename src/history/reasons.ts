/**
 * Which operations rule a result out: as few as may be of those before it, so that without any one of them there would be an order, or
 * nothing that the result could have come from.
 */
import { checkHistory } from '../../engine/linearizability/check.ts'
import type { SequentialModel, TimedOperation } from '../../engine/linearizability/models.ts'
import { same } from '../../engine/linearizability/values.ts'

/** How many operations may be looked at, all in all: seconds at the most. */
const LOOKS_MAX = 1_000_000

/** More than these explain nothing to anybody. */
const REASONS_MAX = 12

/** What a single look may take. */
const CONFIGURATIONS_MAX = 20_000

/**
 * Leaves out ever smaller parts of the history, as long as what is left is possible with the claim under way and not with its result.
 * @param operations of a bad prefix, with what its last event says
 * @param claim the number of the operation that returns there
 * @returns numbers of operations; empty where there are too many to tell
 */
export function reasonsOf(
  operations: readonly TimedOperation[],
  claim: number,
  model: SequentialModel,
): readonly number[] {
  const claimed = operations[claim]!
  let looks = 0
  const verdict = (numbers: readonly number[], known: TimedOperation): string => {
    looks += numbers.length + 1
    const chosen = [...numbers, claim].sort((one, other) => one - other)
    return checkHistory(
      chosen.map((number) => (number === claim ? known : operations[number]!)),
      model,
      { configurationsMax: CONFIGURATIONS_MAX },
    ).verdict
  }
  const { process, invoked, call } = claimed
  const underWay: TimedOperation = { ...call, process, invoked, returned: null, call }
  const rulesOut = (numbers: readonly number[]): boolean =>
    verdict(numbers, claimed) === 'not-linearizable' && verdict(numbers, underWay) === 'linearizable'
  // What it may have come from stays: else nothing would be left but a value that nobody has written.
  const isSource = ({ call: { value } }: TimedOperation): boolean =>
    value !== undefined &&
    (same(value, claimed.value) || (Array.isArray(value) && same(value[1], claimed.value)))
  let left = operations.map((_, number) => number).filter((number) => number !== claim)
  const sources = new Set(left.filter((number) => isSource(operations[number]!)))
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length && looks < LOOKS_MAX;) {
      const rest = left.filter((number, place) => place < from || place >= from + size || sources.has(number))
      if (rest.length < left.length && rulesOut(rest)) left = rest
      else from += size
    }
  }
  return left.length <= REASONS_MAX ? left : []
}
