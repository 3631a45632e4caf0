/**
 * The part of a history that is drawn: a long one has more operations than a picture can hold. Time is told by the events of the part
 * alone.
 */
import type { RunOperation } from '../widgets/history/operations.ts'
import type { DrawnObject } from './judged.ts'

/** As many operations as a picture can hold. */
export const PART = 30

export interface HistoryWindow {
  readonly processes: readonly string[]
  /** With places in the place of events. */
  readonly operations: readonly RunOperation[]
  /** One more than the last place. */
  readonly length: number
  /** Those that take effect, in their order, by their number in `operations`; empty where the question is open. */
  readonly order: readonly number[]
  readonly claim: number | null
  readonly reasons: ReadonlySet<number>
}

/** @param numbers of the operations that are drawn, ascending */
export function windowOf(object: DrawnObject, numbers: readonly number[]): HistoryWindow {
  const chosen = numbers.map((number) => object.operations[number]!)
  const events = [
    ...new Set(
      chosen.flatMap(({ invoked, returned }) => [invoked, ...(returned === null ? [] : [returned])]),
    ),
  ].sort((one, other) => one - other)
  const placeOf = new Map(events.map((event, place) => [event, place]))
  const within = new Map(numbers.map((number, place) => [number, place]))
  return {
    processes: [...new Set(chosen.map(({ process }) => process))],
    operations: chosen.map(({ process, f, given, came, invoked, returned }, place) => ({
      id: String(numbers[place]! + 1),
      client: process,
      f,
      key: '',
      argument: given,
      result: came,
      since: placeOf.get(invoked)!,
      until: returned === null ? null : placeOf.get(returned)!,
    })),
    length: events.length,
    order: (object.order ?? []).flatMap((number) => within.get(number) ?? []),
    claim: object.claim === null ? null : (within.get(object.claim) ?? null),
    reasons: new Set(object.reasons.flatMap((number) => within.get(number) ?? [])),
  }
}

/** The operations that rule the claim out, and the claim. */
export function contradictionIn({ claim, reasons }: DrawnObject): readonly number[] {
  return claim === null || reasons.length === 0 ? [] : [...reasons, claim].sort((one, other) => one - other)
}

/** The numbers of a part, counted from 0. */
export function partOf({ operations }: DrawnObject, part: number): readonly number[] {
  const from = part * PART
  return Array.from({ length: Math.min(PART, operations.length - from) }, (_, place) => from + place)
}

export const partsOf = ({ operations }: DrawnObject): number => Math.ceil(operations.length / PART)
