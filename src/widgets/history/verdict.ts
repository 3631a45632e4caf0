/**
 * The verdict on what clients have done up to a step: an order of each object’s operations that explains every answer, or where there
 * is none and what rules it out. A history of several objects is linearizable exactly when that of each is.
 * Reference: M. Herlihy, J. Wing, "Linearizability: A Correctness Condition for Concurrent Objects", 1990, theorem 1.
 */
import { type BadPrefix, checkHistory } from '../../../engine/linearizability/check.ts'
import type { SequentialModel } from '../../../engine/linearizability/models.ts'
import { type RunOperation, counts, isRead, knownAt, timed } from './operations.ts'

/** More than histories that are made by hand ever need. */
const CONFIGURATIONS_MAX = 50_000

/** What the operations on one object come to. */
export interface KeyOrder {
  readonly key: string
  /** In an order that explains them, or all before the one that can’t be explained. Those under way may be missing. */
  readonly order: readonly RunOperation[]
}

/** What can’t be explained, and why. */
export interface Contradiction {
  readonly key: string
  /** The operation whose answer no order explains. */
  readonly claim: RunOperation
  /** The step in which that answer came. Up to it there is an order, from it on there never is. */
  readonly step: number
  /** What the object may hold when the claim has to take effect, in whatever order; `order` leads to the first. */
  readonly states: readonly unknown[]
  /** Those are all. */
  readonly complete: boolean
  /**
   * As few of the operations before it as rule it out: without any one of them there would be an order, or nothing that the claim could
   * have come from. Empty where nothing that was asked for comes to the claim, whatever came when.
   */
  readonly reasons: readonly RunOperation[]
}

export interface HistoryState {
  readonly verdict: 'linearizable' | 'not-linearizable' | 'inconclusive'
  /** The operations as they are known after the step, in the order in which they began. */
  readonly operations: readonly RunOperation[]
  readonly orders: readonly KeyOrder[]
  readonly contradiction: Contradiction | null
}

/**
 * @param operations of the whole run
 * @param model of one object
 */
export function historyAt(
  operations: readonly RunOperation[],
  step: number,
  model: SequentialModel,
): HistoryState {
  const begun = operations.filter(({ since }) => since <= step)
  let orders: KeyOrder[] = []
  let open = false
  let found: Contradiction | null = null
  for (const key of new Set(begun.map((one) => one.key))) {
    // Past the answer that can’t be explained nothing matters any more.
    const end = Math.min(step, found?.step ?? step)
    const own = begun
      .filter((one) => one.key === key && one.since <= end)
      .map((one) => knownAt(one, end))
      .filter(counts)
    const checked = check(own, model)
    if (checked.verdict === 'inconclusive') open = true
    if (checked.verdict === 'linearizable')
      orders.push({ key, order: checked.order.map((number) => own[number]!) })
    if (checked.verdict === 'not-linearizable') found = contradictionOf(key, own, checked.prefix, model)
  }
  if (found) {
    const { step: end } = found
    // The others as they stood then, so that all points are of one moment.
    orders = [...new Set(begun.map(({ key }) => key))].map((key) => ({
      key,
      order: orderBefore(begun, key, end, model),
    }))
  }
  return {
    verdict: found ? 'not-linearizable' : open ? 'inconclusive' : 'linearizable',
    operations: begun.map((one) => knownAt(one, step)),
    orders: orders.filter(({ order }) => order.length > 0),
    contradiction: found,
  }
}

const check = (operations: readonly RunOperation[], model: SequentialModel) =>
  checkHistory(timed(operations), model, { configurationsMax: CONFIGURATIONS_MAX })

/** An order of what was known of an object just before a step. */
function orderBefore(
  operations: readonly RunOperation[],
  key: string,
  end: number,
  model: SequentialModel,
): readonly RunOperation[] {
  const own = operations
    .filter((one) => one.key === key && one.since < end)
    .map((one) => knownAt(one, end - 1))
    .filter(counts)
  const checked = check(own, model)
  return checked.verdict === 'linearizable' ? checked.order.map((number) => own[number]!) : []
}

function contradictionOf(
  key: string,
  own: readonly RunOperation[],
  { operation, end, states, complete }: BadPrefix,
  model: SequentialModel,
): Contradiction {
  const known = own.filter(({ since }) => since <= end).map((one) => knownAt(one, end))
  const claim = knownAt(own[operation]!, end)
  const others = known.filter(({ id }) => id !== claim.id)
  return { key, claim, step: end, states, complete, reasons: reasonsOf(claim, others, model) }
}

/** Leaves out one operation after the other, as long as what is left is possible while the claim is under way and not with its answer. */
function reasonsOf(
  claim: RunOperation,
  others: readonly RunOperation[],
  model: SequentialModel,
): readonly RunOperation[] {
  const fits = (operations: readonly RunOperation[]): boolean =>
    check(operations, model).verdict === 'linearizable'
  const fitsUntimed = (operations: readonly RunOperation[]): boolean =>
    fits(operations.map((one, place) => ({ ...one, since: place, until: operations.length + place })))
  if (!fitsUntimed([...others, claim])) return []
  const inOrder = (operations: readonly RunOperation[]): RunOperation[] =>
    [...operations].sort((one, other) => one.since - other.since)
  const underWay = { ...claim, until: null, result: undefined }
  let left = others
  // What was read says less than what was written, and what was long ago less than what was just now.
  for (const one of [...others.filter(isRead), ...others.filter((other) => !isRead(other))]) {
    const rest = left.filter((other) => other !== one)
    const whole = inOrder([...rest, claim])
    if (fits(inOrder([...rest, underWay])) && !fits(whole) && fitsUntimed(whole)) left = rest
  }
  return left
}

/** A point in time at which an operation takes effect. */
export interface EffectPoint {
  readonly operation: RunOperation
  readonly at: number
}

/**
 * Where the operations of an order take effect: each between its beginning and its end, and each after the one before it. Those that may
 * be anywhere in the same stretch share it evenly.
 * @param span where an operation begins and ends, on the line on which the points stand
 */
export function pointsOf(
  order: readonly RunOperation[],
  span: (operation: RunOperation) => readonly [from: number, to: number],
): EffectPoint[] {
  let low = -Infinity
  const windows = order.map((operation) => {
    const [from, to] = span(operation)
    low = Math.max(low, from)
    return { operation, from: low, to }
  })
  let high = Infinity
  for (const window of [...windows].reverse()) high = window.to = Math.min(high, window.to)
  // Windows begin and end in order; those that overlap share their room, so that no two points meet.
  const points: EffectPoint[] = []
  for (let first = 0; first < windows.length;) {
    let last = first
    while (last + 1 < windows.length && windows[last + 1]!.from < windows[last]!.to) last++
    const count = last - first + 1
    for (let index = 0; index < count; index++) {
      const { operation, from, to } = windows[first + index]!
      points.push({ operation, at: from + ((to - from) * (index + 1)) / (count + 1) })
    }
    first = last + 1
  }
  return points
}
