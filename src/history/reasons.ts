/**
 * Which operations rule a result out: as few as may be of those before it, so that without any one of them there would be an order, or
 * nothing that the result could have come from.
 */
import { checkHistory } from '../../engine/linearizability/check.ts'
import type { SequentialModel, TimedOperation } from '../../engine/linearizability/models.ts'
import { textOf } from '../../engine/linearizability/values.ts'

/** How many operations may be looked at, all in all: a second or two. */
const LOOKS_MAX = 100_000

/** How many of the last operations are tried first. */
const NEAR = [8, 32, 128, 512]

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
  // What a result may have come from: the writes of its value.
  const written = new Map<string, number[]>()
  operations.forEach(({ call: { value } }, number) => {
    if (value === undefined) return
    const text = textOf(Array.isArray(value) ? (value as unknown[]).at(-1) : value)
    written.set(text, [...(written.get(text) ?? []), number])
  })
  const sourcesOf = ({ value, call }: TimedOperation): readonly number[] =>
    value === undefined || call.value !== undefined ? [] : (written.get(textOf(value)) ?? [])
  // What the claim may have come from stays: else nothing would be left but a value that nobody has written.
  const sources = new Set(sourcesOf(claimed))
  const others = operations.map((_, number) => number).filter((number) => number !== claim)
  // What rules a result out is mostly near it.
  const near = NEAR.map((count) => {
    const last = others.slice(-count)
    const all = new Set([...sources, ...last, ...last.flatMap((number) => sourcesOf(operations[number]!))])
    return [...all].sort((one, other) => one - other)
  })
  let left = near.find((numbers) => numbers.length < others.length && rulesOut(numbers)) ?? others
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what was read is left out before what was written, for it says less.
    for (let to = left.length; to > 0 && looks < LOOKS_MAX; to -= size) {
      const rest = left.filter((number, place) => place < to - size || place >= to || sources.has(number))
      if (rest.length < left.length && rulesOut(rest)) left = rest
    }
  }
  return left.length <= REASONS_MAX ? left : []
}
