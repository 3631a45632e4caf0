/**
 * How much a handler may have the language build in single calls, such as `'x'.repeat(n)` or `Array(n).fill(0)`. No loop
 * of the answer turns in there, so no tick counts it, and a list of a billion entries would take the whole tab along.
 */
import { fail } from '../fault.ts'

/** Entries of lists that one call of a handler may have built. */
export const ENTRIES_MAX = 2 ** 24

/** Characters take the memory of one entry. */
const CHARACTERS = 8

let left = Infinity

/** An answer's code is about to run. */
export function grantAllowance(): void {
  left = ENTRIES_MAX
}

/** It has ended: what the engine builds is not counted. */
export function withdrawAllowance(): void {
  left = Infinity
}

/** So many entries are about to be built. @throws Fault `too-much-at-once` past ENTRIES_MAX */
export function spend(entries: number): void {
  if (!(entries > 0)) return
  left -= entries
  if (left < 0) fail('too-much-at-once', { limit: ENTRIES_MAX })
}

/** A list or text that is about to be spread into another. */
export function spendLength<T>(value: T): T {
  const { length, size } = (value ?? {}) as { length?: unknown; size?: unknown }
  spend(Number(length ?? size ?? 0))
  return value
}

/** `Array` for an answer: as it is, but counted. */
export const countedArray: ArrayConstructor = new Proxy(Array, {
  apply: (target, _self, parameters: unknown[]) => build(target, parameters, target),
  // A class that extends `Array` comes as the new target.
  construct: (target, parameters: unknown[], newTarget) =>
    build(target, parameters, newTarget === countedArray ? target : newTarget),
})

function build(target: ArrayConstructor, parameters: unknown[], newTarget: unknown): unknown[] {
  if (parameters.length === 1 && typeof parameters[0] === 'number') spend(parameters[0])
  return Reflect.construct(target, parameters, newTarget as ArrayConstructor) as unknown[]
}

type Method = (this: { length: number }, ...parameters: unknown[]) => unknown

/** Puts counting methods in the place of those that build much in one call. */
export function countNatives(define: (owner: object, name: string, value: unknown) => void): void {
  const own = (self: { length: number }): number => self.length
  const amount = (_self: unknown, [count]: unknown[]): number => Number(count) / CHARACTERS
  const costs: [
    owner: object,
    costs: Record<string, (self: { length: number }, parameters: unknown[]) => number>,
  ][] = [
    [
      String.prototype,
      {
        repeat: (self, [count]) => (self.length * Number(count)) / CHARACTERS,
        padStart: amount,
        padEnd: amount,
        split: own,
      },
    ],
    [
      Array.prototype,
      {
        fill: own,
        join: own,
        slice: own,
        concat: (self, lists) =>
          lists.reduce((sum: number, list) => sum + (Array.isArray(list) ? list.length : 1), self.length),
      },
    ],
    [Array, { from: (_self, [source]) => Number((source as { length?: unknown } | null)?.length ?? 0) }],
  ]
  for (const [owner, methods] of costs) {
    for (const [name, cost] of Object.entries(methods)) {
      const original = (owner as Record<string, Method>)[name]!
      const { [name]: counted } = {
        [name](this: { length: number }, ...parameters: unknown[]): unknown {
          if (left !== Infinity && this !== undefined && this !== null) spend(cost(this, parameters))
          return Reflect.apply(original, this, parameters)
        },
      }
      define(owner, name, counted)
    }
  }
}
