/** What a history drops when it is too long: moments that are close together, for their age; never what can't be had again. */
import { expect, test } from 'vitest'
import type { Reason, Snapshot } from './entries.ts'
import { superfluous } from './thinning.ts'

const snapshot = (at: number, why: Reason = 'paused', code = 'x'): Snapshot => ({
  exercise: 'paxos',
  version: 1,
  at,
  mark: `${at}`,
  code,
  why,
})
const times = (all: readonly Snapshot[]) => all.map(({ at }) => at)

test('what is within the bounds stays', () => {
  expect(superfluous([snapshot(1), snapshot(2)], 2)).toEqual([])
})

test('the last one and the first one stay, and between them what is close together goes', () => {
  const all = [0, 100, 101, 102, 200, 300].map((at) => snapshot(at))
  expect(times(superfluous(all, 4)).sort()).toEqual([101, 102])
})

test('of older ones fewer are kept', () => {
  const all = Array.from({ length: 100 }, (_, at) => snapshot(at))
  const gone = new Set(times(superfluous(all, 20)))
  const kept = times(all).filter((at) => !gone.has(at))
  expect(kept).toContain(99)
  const older = kept.filter((at) => at < 50).length
  expect(older).toBeLessThan(kept.length - older)
})

test('what passed, and what was put aside, stays however much there is', () => {
  const all = (['passed', 'reset', 'other-tab', 'met', 'import'] as const).map((why, at) => snapshot(at, why))
  expect(superfluous(all, 1)).toEqual([])
  expect(times(superfluous([snapshot(0), ...all.map((one) => ({ ...one, at: one.at + 1 }))], 1))).toEqual([0])
})

test('texts that are long count for more', () => {
  const all = [snapshot(1, 'paused', 'x'.repeat(600)), snapshot(2, 'failed', 'x'.repeat(600)), snapshot(3)]
  expect(superfluous(all, 60, 1000)).toHaveLength(1)
})
