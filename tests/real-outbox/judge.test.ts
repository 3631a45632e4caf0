/** What the judge of real orders calls a fault, and what not. */
import { expect, test } from 'vitest'
import type { Order } from '../../exercises/outbox/solution.ts'
import { type Found, judge } from './shop.ts'

const FIRST: Order = { id: 'a', item: 'book', quantity: 2 }
const SECOND: Order = { id: 'b', item: 'book', quantity: 30 }
const wanted = [FIRST, SECOND]

const kinds = (found: Partial<Found>): string[] =>
  judge({ wanted, rows: wanted, placed: ['a', 'b'], taken: [2, 30], ...found }).map(({ kind }) => kind)

test('each order once and in its order is right', () => expect(kinds({})).toEqual([]))
test('an order that is not there and was not applied is none', () =>
  expect(kinds({ rows: [FIRST], placed: ['a'], taken: [2] })).toEqual([]))
test('an order that is there and nobody was told of has to be applied', () =>
  expect(kinds({ placed: [], taken: [2] })).toEqual(['lost']))
test('twice is once too often', () => expect(kinds({ taken: [2, 30, 2] })).toEqual(['twice']))
test('the second before the first', () => expect(kinds({ taken: [30, 2] })).toEqual(['out of order']))
test('stock without an order', () => expect(kinds({ rows: [FIRST], placed: [] })).toEqual(['invented']))
test('an order that is said to be placed and is not', () =>
  expect(kinds({ rows: [FIRST], taken: [2] })).toEqual(['untrue']))
test('an amount that nobody ordered', () => expect(kinds({ taken: [2, 30, 1] })).toEqual(['amount']))
