/** Values in histories: compared as data, whatever object they went into or came out of. */
import { canonical } from '../plain.ts'

/** Equal as plain data: the order of fields does not matter. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  return textOf(one) === textOf(other)
}

/** The canonical text of a value; most values are numbers and short texts. */
export function textOf(value: unknown): string {
  return typeof value === 'number' && value !== 0 ? String(value) : canonical(value, 'value')
}

/** Orders values by their canonical text. */
export function byText(one: unknown, other: unknown): number {
  const [first, second] = [textOf(one), textOf(other)]
  return first < second ? -1 : first > second ? 1 : 0
}
