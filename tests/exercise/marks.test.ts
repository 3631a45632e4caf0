/** Which lines of the learner's file a step marks. */
import { expect, test } from 'vitest'
import type { MessageRecord, RunRecord, StepRecord } from '../../engine/trace/record.ts'
import { lineOf, marksOf } from '../../src/editor/marks.ts'

const message = (line: number): MessageRecord => ({
  id: '1.1',
  from: 'X',
  to: 'A',
  type: 'promise',
  fields: {},
  line,
  sentAt: 1,
  absorbed: false,
})

const step = (number: number, parts: Partial<StepRecord>): StepRecord => ({
  number,
  action: { kind: 'heal' },
  node: 'X',
  received: null,
  sent: [],
  persisted: [],
  lost: [],
  ignored: false,
  lines: [],
  changed: [],
  observed: false,
  causes: [],
  ...parts,
})

const runOf = (...steps: StepRecord[]): RunRecord => ({ frames: [], steps, started: [] })

test('a step shows where it sends', () => {
  expect(lineOf(step(1, { lines: [3, 4, 5], sent: [message(4)], persisted: [5] }))).toBe(4)
})

test('a step that sends nothing shows where it writes to disk, and else where it ended', () => {
  expect(lineOf(step(1, { lines: [3, 4, 5], persisted: [4] }))).toBe(4)
  expect(lineOf(step(1, { lines: [3, 4, 5] }))).toBe(5)
})

test('the lines of a step are marked, and the one where it shows has the note', () => {
  const run = runOf(step(1, { lines: [3, 4], sent: [message(4)] }))
  expect(marksOf(run, 1, 0, ({ number }) => `step ${number}`)).toEqual([
    { line: 3, kind: 'ran' },
    { line: 4, kind: 'here', note: 'step 1' },
  ])
})

test('the step that broke a property is marked as the failure', () => {
  const run = runOf(step(1, { lines: [3] }), step(2, { lines: [7] }))
  expect(marksOf(run, 2, 2, () => 'here')).toEqual([{ line: 7, kind: 'failure', note: 'here' }])
})

test('nothing is marked at the start, or where the course plays', () => {
  const run = runOf(step(1, {}))
  expect(marksOf(run, 0, 1, () => '')).toEqual([])
  expect(marksOf(run, 1, 1, () => '')).toEqual([])
})
