/** An exercise in parts is judged part by part, and a run says which part it is of. */
import { describe, expect, test } from 'vitest'
import { type BreakInParts, partsOf } from '../exercise.ts'
import type { Action } from '../model.ts'
import { smallBreak } from '../testing/small-break.ts'
import { judge, traceOf } from './judge.ts'
import { outlook } from './outlook.ts'
import { partOf, readRun } from './run-file.ts'

const ask = (number: number): Action => ({
  kind: 'deliver',
  to: 'B',
  message: { from: 'A', type: 'ping', fields: { number } },
})

/** The same system twice: in one part the questions are to be heard backwards, in the other in time. */
function inParts(): BreakInParts {
  const { id, kind, version, keeps: _keeps, ...goal } = smallBreak()
  return {
    id,
    kind,
    version,
    parts: [
      { ...goal, id: 'backwards' },
      { ...goal, id: 'too-soon', target: 'in-time' },
    ],
  }
}

function toEnd<T>(search: Generator<unknown, T>): T {
  for (;;) {
    const next = search.next()
    if (next.done) return next.value
  }
}

test('an exercise in one part is its only part', () => {
  const exercise = smallBreak()
  expect(partsOf(exercise)).toEqual([exercise])
  expect(traceOf(exercise, []).configuration).toBe('by-hand')
})

describe('each part', () => {
  const [backwards, tooSoon] = partsOf(inParts())

  test('has a target of its own', () => {
    expect(judge(backwards!, [ask(3), ask(1)])).toMatchObject({ verdict: 'passed', brokenAt: 2 })
    expect(judge(tooSoon!, [ask(3), ask(1)])).toMatchObject({ verdict: 'failed' })
    expect(judge(tooSoon!, [ask(2)])).toMatchObject({ verdict: 'passed', property: 'in-time', brokenAt: 1 })
  })
  test('has an outlook of its own', () => {
    expect(toEnd(outlook(backwards!, []))).toMatchObject({ reachable: 'yes', distance: 2 })
    expect(toEnd(outlook(tooSoon!, []))).toMatchObject({ reachable: 'yes', distance: 1 })
    expect(toEnd(outlook(tooSoon!, [ask(1)]))).toMatchObject({ reachable: 'no', lastHope: 0 })
  })
  test('has runs that name it', () => {
    expect(judge(tooSoon!, [ask(2)]).trace).toMatchObject({
      subject: 'small-break',
      configuration: 'too-soon',
    })
  })
})

describe('a run in a file', () => {
  const text = (configuration: unknown): string =>
    JSON.stringify({ version: 1, subject: 'small-break', configuration, actions: [ask(2)] })

  test('belongs to the part that it names', () => {
    const run = readRun(inParts(), text('too-soon'))
    expect(run.configuration).toBe('too-soon')
    expect(partOf(inParts(), run).target).toBe('in-time')
    expect(partOf(smallBreak(), readRun(smallBreak(), text('by-hand'))).part).toBeUndefined()
  })
  test.each(['by-hand', 'forwards', null, 7])('that names %j as its part is refused', (configuration) => {
    expect(() => readRun(inParts(), text(configuration))).toThrow(/run-file\.part/)
  })
  test('of another part is refused where one is asked for', () => {
    const [, tooSoon] = partsOf(inParts())
    expect(readRun(tooSoon!, text('too-soon')).actions).toEqual([ask(2)])
    expect(() => readRun(tooSoon!, text('backwards'))).toThrow(/run-file\.other-part/)
    expect(() => readRun(smallBreak(), text('too-soon'))).toThrow(/run-file\.configuration/)
  })
})
