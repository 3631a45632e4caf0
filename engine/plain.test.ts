/** Plain data: equal values have equal texts, other values other texts, and what is not plain is named. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fault } from './fault.ts'
import { PLAIN_LENGTH_MAX, Sealed, canonical, copy, copyQuickly, freeze } from './plain.ts'

const plain = fc.object({
  withNullPrototype: false,
  values: [
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constant(null),
    fc.constant(undefined),
    fc.constant(-0),
  ],
})

/** The same value with its keys in another order, and `undefined` and absent properties exchanged. */
function shuffled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(shuffled)
  const entries = Object.entries(value)
    .reverse()
    .filter(([, part]) => part !== undefined)
  return Object.fromEntries([...entries.map(([key, part]) => [key, shuffled(part)]), ['absent', undefined]])
}

/** Equality as the documentation of `canonical` has it, written without a text. */
function equal(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    return one === other || (Number.isNaN(one) && Number.isNaN(other))
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  if (Array.isArray(one) && one.length !== (other as unknown[]).length) return false
  return [...keys].every((key) => equal(own(one, key), own(other, key)))
}

function own(value: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value
}

function problem(value: unknown): Fault['parameters'] & { code: string } {
  try {
    canonical(value, 'state')
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, ...error.parameters }
    throw error
  }
  throw new Error('it is plain')
}

describe('the canonical text', () => {
  test('is the same for equal values and different for others', () => {
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        expect(canonical(one, 'state') === canonical(other, 'state')).toBe(equal(one, other))
      }),
      { seed: 1 },
    )
  })

  test('does not depend on the order of keys, nor on properties that are undefined', () => {
    fc.assert(
      fc.property(plain, (value) => canonical(shuffled(value), 'state') === canonical(value, 'state')),
      { seed: 1 },
    )
  })

  test.each([
    [0, -0],
    [{ one: 1, two: undefined }, { one: 1 }],
    [[undefined], new Array(1)],
    [Object.assign(Object.create(null) as object, { one: 1 }), { one: 1 }],
  ])('takes %o and %o for equal', (one, other) => {
    expect(canonical(one, 'state')).toBe(canonical(other, 'state'))
  })

  test.each<[unknown, unknown]>([
    [NaN, null],
    [NaN, 'NaN'],
    [Infinity, -Infinity],
    [1, '1'],
    [true, 'true'],
    [undefined, null],
    [undefined, 'undefined'],
    [[], {}],
    [[[]], []],
    [['a,b'], ['a', 'b']],
    [{ 'a:1,b': 2 }, { a: 1, b: 2 }],
    [[1, undefined], [1]],
  ])('tells %o from %o', (one, other) => {
    expect(canonical(one, 'state')).not.toBe(canonical(other, 'state'))
  })

  class Ballot {
    number = 1
  }
  const cycle: Record<string, unknown> = {}
  cycle['self'] = { cycle }
  test.each<[string, unknown, string, string]>([
    ['a Map', { votes: new Map() }, 'state.votes', 'Map'],
    ['a Set', [new Set()], 'state[0]', 'Set'],
    ['a Date', { at: new Date(0) }, 'state.at', 'Date'],
    ['an instance of a class', { ballot: new Ballot() }, 'state.ballot', 'Ballot'],
    ['an instance of a class of lists', { list: new (class Log extends Array {})() }, 'state.list', 'Log'],
    ['a promise', { later: Promise.resolve() }, 'state.later', 'Promise'],
    ['a function', { act: () => 1 }, 'state.act', 'function'],
    ['a symbol', [Symbol('secret')], 'state[0]', 'symbol'],
    ['a property named by a symbol', { [Symbol('secret')]: 1 }, 'state', 'symbol'],
    ['a big integer', { n: 1n }, 'state.n', 'bigint'],
    ['a getter', Object.defineProperty({}, 'now', { get: () => 1, enumerable: true }), 'state.now', 'getter'],
    ['a cycle', cycle, 'state.self.cycle', 'cycle'],
    ['a list with a field', Object.assign([1], { leader: 'A' }), 'state.leader', 'field of a list'],
  ])('names %s with its path', (_, value, what, kind) => {
    expect(problem(value)).toEqual({ code: 'not-plain', what, kind })
  })

  test('takes a part that stands in two places for two equal parts, not for a cycle', () => {
    const part = { n: 1 }
    expect(canonical([part, part], 'state')).toBe(canonical([{ n: 1 }, { n: 1 }], 'state'))
  })

  test.each<[string, unknown]>([
    ['a long text', 'x'.repeat(PLAIN_LENGTH_MAX + 1)],
    ['a long list', Array.from({ length: PLAIN_LENGTH_MAX }, () => 1)],
    ['a list with a far index', Object.assign([], { [4e9]: 1, length: 4e9 })],
    [
      'an object of many keys',
      Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [`key${key}`, 1])),
    ],
  ])('refuses %s', (_, value) => {
    expect(problem(value)).toMatchObject({ code: 'too-large', limit: PLAIN_LENGTH_MAX })
  })

  test('refuses what is nested without end, and the call stack holds', () => {
    let nested: unknown = null
    for (let depth = 0; depth < 100_000; depth++) nested = [nested]
    expect(problem(nested)).toMatchObject({ code: 'not-plain', kind: 'endless nesting' })
  })
})

describe('a copy', () => {
  test('equals the value and shares nothing with it', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = canonical(value, 'state')
        const twin = copy(value)
        expect(canonical(twin, 'state')).toBe(text)
        spoil(twin)
        expect(canonical(value, 'state')).toBe(text)
      }),
      { seed: 1 },
    )
  })

  test('of values with the same text is the same, so that no handler can tell them apart', () => {
    const strict = (one: unknown, other: unknown): void => expect(copy(one)).toStrictEqual(copy(other))
    strict({ one: -0, two: undefined, three: [undefined] }, { one: 0, three: new Array(1) })
    expect(Object.is(copy(-0), 0)).toBe(true)
    expect(0 in copy(new Array(1))).toBe(true)
  })

  test('keeps a property that is named `__proto__`', () => {
    const odd = JSON.parse('{"__proto__":{"leader":"A"}}') as object
    expect(canonical(copy(odd), 'state')).toBe(canonical(odd, 'state'))
    expect(Object.getPrototypeOf(copy(odd))).toBe(Object.prototype)
  })

  test('of a frozen value can be changed', () => {
    const frozen = freeze({ list: [1, { n: 1 }] })
    expect(() => frozen.list.push(2)).toThrow(TypeError)
    const free = copy(frozen)
    free.list.push(2)
    expect(free.list).toHaveLength(3)
  })
})

/** Changes every object and list in a value. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) spoil(part)
  if (Array.isArray(value)) value.push('spoiled')
  else (value as Record<string, unknown>)['spoiled'] = true
}

test('a list that is too long is refused before anything goes through it', () => {
  const list = new Proxy(new Array<number>(100_001), {
    ownKeys() {
      throw new Error('went through the list')
    },
  })
  expect(() => canonical(list, 'state')).toThrow(/too-large/)
})

describe('a value that is sealed', () => {
  test('stands in a text with its own, which is made once and only when it is asked for', () => {
    let made = 0
    const sealed = new Sealed({ n: 7 }, ({ n }) => `${++made}: ${n}`)
    const state = { before: 1, sealed }
    expect(copyQuickly(state, 'state')).toEqual(state)
    expect(copyQuickly(state, 'state').sealed).toBe(sealed)
    expect(copy(state).sealed).toBe(sealed)
    expect(made).toBe(0)
    expect(canonical(state, 'state')).toBe('{"before":1,"sealed":#4:1: 7}')
    expect(canonical(state, 'state')).toBe('{"before":1,"sealed":#4:1: 7}')
  })
})

test('keys stand in the order of their code units, however many there are', () => {
  for (const count of [2, 16, 17, 100]) {
    const keys = Array.from({ length: count }, (_, index) => `k${(index * 37) % count}`)
    const text = canonical(Object.fromEntries(keys.map((key) => [key, 0])), 'state')
    expect(Object.keys(JSON.parse(text) as object)).toEqual(keys.sort())
  }
})
