/** What the judge of real runs calls a fault, and what not. */
import { expect, test } from 'vitest'
import { type Rule, holdsOf, overlapsIn, refusedWrites, staleWrites } from './judge.ts'
import type { Entry, Said } from './log.ts'

const TTL = 400

const says = (process: string, at: number, said: Said, take = 1): Entry => ({
  ...said,
  at,
  process,
  key: 'k',
  take,
})

/** A stay inside. */
function stay(
  process: string,
  { asks, from, to, take = 1 }: { asks?: number; from: number; to?: number; take?: number },
  more: { answered?: number; validMs?: number; session?: string } = {},
): Entry[] {
  const { answered = from, validMs = null, session = process } = more
  return [
    says(process, asks ?? from - 2, { event: 'asks', ttlMs: TTL }, take),
    says(process, from, { event: 'enters', answered, validMs, session }, take),
    ...(to === undefined ? [] : [says(process, to, { event: 'leaves' }, take)]),
  ]
}

const LEASE: Rule = { kind: 'lease' }
const overlaps = (entries: readonly Entry[], rule: Rule = LEASE): number =>
  overlapsIn(holdsOf(entries, rule)).length

test('two who are inside at once while both leases run are a fault', () => {
  expect(overlaps([...stay('A', { from: 100, to: 120 }), ...stay('B', { from: 110, to: 130 })])).toBe(1)
})

test('one after the other is none, however close', () => {
  expect(overlaps([...stay('A', { from: 100, to: 120 }), ...stay('B', { from: 120, to: 130 })])).toBe(0)
})

test('a holder whose lease is over is excused', () => {
  const late = stay('A', { from: 100, to: 900 })
  expect(overlaps([...late, ...stay('B', { from: 98 + TTL, to: 520 })])).toBe(0)
  expect(overlaps([...late, ...stay('B', { from: 98 + TTL - 20, to: 520 })])).toBe(1)
})

test('a lease may have begun as soon as it was asked for', () => {
  const waited = stay('A', { asks: 100, from: 450, to: 600 })
  expect(overlaps([...waited, ...stay('B', { from: 510, to: 520 })])).toBe(0)
})

test('who has died is not inside any more', () => {
  const dead = [...stay('A', { from: 100 }), says('A', 110, { event: 'dies', call: 0, method: '' }, 0)]
  expect(overlaps([...dead, ...stay('B', { from: 112, to: 120 })])).toBe(0)
  expect(overlaps([...dead, ...stay('B', { from: 108, to: 120 })])).toBe(1)
})

test('who has died before entering, as the log has it, was never inside', () => {
  const dead = [...stay('A', { from: 100 }), says('A', 90, { event: 'dies', call: 0, method: '' }, 0)]
  expect(overlaps([...dead, ...stay('B', { from: 105, to: 120 })])).toBe(0)
})

test('locks of different names have nothing to do with each other', () => {
  const other = stay('B', { from: 110, to: 130 }).map((entry) => ({ ...entry, key: 'other' }))
  expect(overlaps([...stay('A', { from: 100, to: 120 }), ...other])).toBe(0)
})

test('a process is not in its own way', () => {
  const twice = [...stay('A', { from: 100, to: 150 }), ...stay('A', { from: 110, to: 120, take: 2 })]
  expect(overlaps(twice)).toBe(0)
})

test('where the answer says for how long, that counts, from the last answer of a server on', () => {
  const rule: Rule = { kind: 'validity' }
  const long = stay('A', { from: 300, to: 800 }, { answered: 300, validMs: 400 })
  const short = stay('A', { from: 300, to: 800 }, { answered: 300, validMs: 100 })
  const other = stay('B', { from: 500, to: 510 }, { validMs: 400 })
  expect(overlaps([...long, ...other], rule)).toBe(1)
  expect(overlaps([...short, ...other], rule)).toBe(0)
})

test('of a session it is known that it lives for its timeout after a request that was answered', () => {
  const rule: Rule = { kind: 'session', timeoutMs: TTL }
  const inside = [...stay('A', { from: 100, to: 900 }), ...stay('B', { from: 600, to: 700 })]
  const alive = (process: string, session: string, sent: number): Entry =>
    says(process, sent + 1, { event: 'alive', session, sent }, 0)
  expect(overlaps([...inside, alive('A', 'A', 90), alive('B', 'B', 590)], rule)).toBe(0)
  expect(overlaps([...inside, alive('A', 'A', 580), alive('B', 'B', 590)], rule)).toBe(1)
  // That its next session lives says nothing of this one.
  expect(overlaps([...inside, alive('A', 'another', 950), alive('B', 'B', 590)], rule)).toBe(0)
})

const holds = holdsOf(
  [...stay('A', { from: 100, to: 900 }), ...stay('B', { from: 600, to: 700 }), ...stay('C', { from: 650 })],
  LEASE,
)
const stale = (...values: (readonly [string, number])[]): number =>
  staleWrites(
    values.map(([value, fence]) => ({ value, fence })),
    holds,
  ).length

test('a write that takes effect after that of a later holder is a fault', () => {
  expect(stale(['A/1/1', 1], ['A/1/2', 1], ['B/1/1', 2], ['B/1/2', 2])).toBe(0)
  expect(stale(['A/1/1', 0], ['B/1/1', 0], ['A/1/2', 0])).toBe(1)
  expect(stale(['B/1/1', 0], ['A/1/1', 0])).toBe(1)
})

test('of two that asked at the same time either may be the later', () => {
  const close = holdsOf([...stay('A', { asks: 90, from: 100 }), ...stay('B', { asks: 95, from: 110 })], LEASE)
  const writes = (...values: string[]): number =>
    staleWrites(
      values.map((value) => ({ value, fence: 0 })),
      close,
    ).length
  expect(writes('A/1/1', 'B/1/1')).toBe(0)
  expect(writes('B/1/1', 'A/1/1')).toBe(0)
  expect(writes('B/1/1', 'A/1/1', 'B/1/2')).toBe(1)
})

test('a fence that falls is a fault', () => {
  expect(stale(['A/1/1', 2], ['B/1/1', 1])).toBe(1)
})

test('a write that is refused is a fault while its writer has the lock for sure', () => {
  const refused = (at: number): number => {
    const wrote = says('A', at, { event: 'wrote', value: 'A/1/1', accepted: false })
    return refusedWrites([wrote], holdsOf(stay('A', { from: 100, to: 900 }), LEASE)).length
  }
  expect(refused(120)).toBe(1)
  expect(refused(520)).toBe(0)
})
