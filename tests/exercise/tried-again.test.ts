/** Runs that broke the code before, tried again with the code as it is now. */
import { expect, test } from 'vitest'
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { EXPLORED, eager, exercise, right, silent } from '../../engine/testing/small-exercise.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'
import { tryOut } from '../../engine/trial.ts'
import { failingRuns, judged } from '../../src/exercise/tried-again.ts'
import type { Regression } from '../../src/record/entries.ts'

const small = exercise(EXPLORED)
const graded = (definition: AnyNodeDefinition) => gradeToEnd(small, { definition, probe: null })
const kept = (definition: AnyNodeDefinition): Regression[] =>
  failingRuns(graded(definition)).map((one) => ({ exercise: 'small', version: 1, at: 0, ...one }))
const again = (regression: Regression, definition: AnyNodeDefinition) =>
  judged(regression, tryOut(small, { definition, probe: null }, regression.trace))

const [broke] = kept(eager)

test('a run that broke the code breaks it still, and is shown as the check that it fails', () => {
  const { how, check } = again(broke!, eager)
  expect(how).toBe('fails')
  const before = graded(eager).checks.find(({ verdict }) => verdict === 'failed')!
  expect(check).toMatchObject({ property: before.property, verdict: 'failed', record: before.record })
})

test('code that does right is fine, or does not come that far; nothing is held against it', () => {
  for (const wrong of [eager, silent])
    for (const regression of kept(wrong)) {
      const { how, check } = again(regression, right)
      expect(['fine', 'gone']).toContain(how)
      expect(check).toBeNull()
    }
})

test('a right answer leaves nothing to try again', () => {
  expect(failingRuns(graded(right))).toEqual([])
})

test('a run by hand that does what is never tried decides nothing; one that a search found goes to no bounds but its own', () => {
  const crash = { kind: 'crash', node: 'A' } as const
  const version = TRACE_VERSION
  const trace = { version, subject: 'small', configuration: 'every', actions: [crash] } as const
  const byHand: Regression = { exercise: 'small', version: 1, check: 'hand/1', trace, at: 0, title: 'mine' }
  // What it breaks is broken by what is never tried.
  expect(['beyond']).toContain(again(byHand, silent).how)
  const { title: _title, ...found } = byHand
  expect(again(found, silent).how).not.toBe('beyond')
})
