/** What the page saves is what the command line reads, and each step stands on a line of its own. */
import { expect, test } from 'vitest'
import { judge } from '../../engine/break/judge.ts'
import { readRun } from '../../engine/break/run-file.ts'
import exercise from '../../exercises/break-the-notes/exercise.ts'
import { runText } from './run-file.ts'

const { trace } = judge(exercise, [
  { kind: 'fire', node: 'A', timer: 'retry' },
  {
    kind: 'deliver',
    to: 'X',
    message: { from: 'B', type: 'prepare', fields: JSON.parse('{"n":4,"v":5}') as unknown },
  },
])

test('a run comes back as it was', () => {
  expect(readRun(exercise, runText(exercise.id, trace.actions))).toEqual(trace)
  expect(readRun(exercise, runText(exercise.id, []))).toEqual({ ...trace, actions: [] })
})

test('a step is a line', () => {
  const lines = runText(exercise.id, trace.actions).split('\n')
  expect(lines.filter((line) => line.includes('"kind"'))).toHaveLength(trace.actions.length)
  expect(lines.at(-1)).toBe('')
})

test('a run of another exercise is refused', () => {
  expect(() => readRun(exercise, runText('duel', []))).toThrow(/run-file\.subject/)
})
