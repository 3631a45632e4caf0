/**
 * The checker against a judge that tries every order: the same verdict, and the same shortest bad prefix, on thousands of
 * random histories of every kind of object, right ones and spoilt ones. The seeds are fixed.
 */
import { describe, expect, test } from 'vitest'
import { Random } from '../random.ts'
import {
  type HistoryLine,
  type Shape,
  rightHistory,
  spoilt,
  textOfHistory,
  unsaid,
} from '../testing/random-histories.ts'
import {
  type SimpleKind,
  simplyFirstBadEvent,
  simplyLinearizable,
} from '../testing/simple-linearizability.ts'
import { checkHistory } from './check.ts'
import { objectsOf, readHistory } from './history.ts'
import type { TimedOperation } from './models.ts'
import { OBJECTS, type ObjectKind } from './objects.ts'

const KINDS: readonly SimpleKind[] = ['register', 'cas-register', 'mutex', 'queue', 'unordered-queue', 'kv']
const BOUNDS = { configurationsMax: 100_000 }
const HISTORIES = 1_500

/** One key of a map, so that a history needs no keys. */
function kindOf(name: SimpleKind): ObjectKind {
  return { ...OBJECTS[name]!, keyed: false }
}

function operationsOf(text: string, kind: ObjectKind): readonly TimedOperation[] {
  return objectsOf(readHistory(text), kind)[0]!.operations
}

function thriceSpoilt(history: readonly HistoryLine[], random: Random): HistoryLine[] {
  return spoilt(spoilt(spoilt(history, random), random), random)
}

/** An order explains a history if it keeps to time and the object allows it; every operation that returned is in it. */
function explains(
  order: readonly number[],
  operations: readonly TimedOperation[],
  kind: ObjectKind,
): boolean {
  const model = kind.model(undefined)
  const placed = order.map((number) => operations[number]!)
  const inTime = placed.every(({ invoked }, place) =>
    placed.slice(place + 1).every(({ returned }) => returned === null || returned > invoked),
  )
  const complete = operations.every(({ returned }, number) => returned === null || order.includes(number))
  const states = placed.reduce<readonly unknown[]>(
    (all, operation) => all.flatMap((state) => model.step(state, operation)),
    [model.initial],
  )
  return new Set(order).size === order.length && inTime && complete && states.length > 0
}

describe.each(KINDS)('random histories of a %s', (name) => {
  const kind = kindOf(name)

  test(`${HISTORIES} right ones are linearizable, and ${HISTORIES} spoilt ones are judged as by trying every order`, () => {
    let bad = 0
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const random = new Random(seed)
      const shape: Shape = {
        operations: 3 + random.below(5),
        processes: 2 + random.below(4),
        values: name.includes('queue') && random.below(2) === 0 ? 0 : 2 + random.below(2),
        infos: [0, 15, 35][random.below(3)]!,
        fails: [0, 10][random.below(2)]!,
      }
      const said = rightHistory(name, shape, random)
      const history = random.below(4) === 0 ? unsaid(said, random) : said
      const right = operationsOf(textOfHistory(history), kind)
      const answer = checkHistory(right, kind.model(undefined), BOUNDS)
      expect({ seed, verdict: answer.verdict }).toEqual({ seed, verdict: 'linearizable' })
      if (answer.verdict === 'linearizable') expect(explains(answer.order, right, kind)).toBe(true)

      const wrong = operationsOf(textOfHistory(thriceSpoilt(history, random)), kind)
      const verdict = checkHistory(wrong, kind.model(undefined), BOUNDS)
      const first = simplyFirstBadEvent(name, wrong)
      expect({ seed, bad: verdict.verdict }).toEqual({
        seed,
        bad: simplyLinearizable(name, wrong) ? 'linearizable' : 'not-linearizable',
      })
      if (verdict.verdict === 'linearizable') expect(explains(verdict.order, wrong, kind)).toBe(true)
      if (verdict.verdict !== 'not-linearizable') continue
      bad++
      const { end, shortest, claim, operations, order } = verdict.prefix
      expect({ seed, end, shortest }).toEqual({ seed, end: first, shortest: true })
      expect(claim.returned).toBe(end)
      // What it gives as the longest order does explain everything before the last event.
      expect({ seed, explains: explains(order, operations, kind) }).toEqual({ seed, explains: true })
    }
    // The comparison means something only where both answers occur.
    expect(bad).toBeGreaterThan(HISTORIES / 8)
    expect(bad).toBeLessThan((HISTORIES * 5) / 6)
  })
})
