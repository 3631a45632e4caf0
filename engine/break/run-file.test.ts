/** A run in a file is read as it was written, and what is wrong with one is told with its place. */
import { describe, expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { smallBreak } from '../testing/small-break.ts'
import { en } from '../text/en.ts'
import { put } from '../text/words.ts'
import { Attempt } from './judge.ts'
import { readRun } from './run-file.ts'

const exercise = smallBreak()
const step = { kind: 'deliver', to: 'B', message: { from: 'A', type: 'ping', fields: { number: 3 } } }
const run = { version: 1, subject: 'small-break', configuration: 'by-hand', actions: [step] }

/** What is said of a text that is no run. */
function told(text: unknown): string {
  try {
    readRun(exercise, typeof text === 'string' ? text : JSON.stringify(text))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const place = error.place ? `${error.place.line}:${error.place.column} ` : ''
    return place + put(en, error.code, error.parameters)
  }
  throw new Error('it was read')
}
const withStep = (change: object): object => ({ ...run, actions: [step, { ...step, ...change }] })

test('a run that was exported is read back, and what else stands in the file is left out', () => {
  const attempt = new Attempt(exercise)
  for (const move of attempt.moves().slice(0, 1)) attempt.take(move)
  const { trace } = attempt.report()
  expect(readRun(exercise, JSON.stringify(trace))).toEqual(trace)
  expect(readRun(exercise, JSON.stringify({ about: 'this', ...trace, more: 1 }))).toEqual(trace)
  expect(readRun(exercise, JSON.stringify(withStep({ extra: 1 }))).actions[1]).toEqual(step)
})

describe('what is wrong is told with its place', () => {
  test.each([
    ['{"version": 1, "actions": [}', '1:28'],
    ['{\n  "a": tru\n}', '2:8'],
    ['{"a": 1', '1:8'],
    ['{"a": 01}', '1:8'],
    ['{"a": "x\ny"}', '1:7'],
    ['[1, 2] 3', '1:8'],
    ['export default 7', '1:1'],
    ['['.repeat(100_000), '1:502'],
  ])('%j stops being JSON at %s', (text, place) =>
    expect(told(text)).toMatch(new RegExp(`^${place} This can’t be read as JSON`)),
  )

  test.each([
    ['no JSON, with line and column', '{\n  "version": 1,\n}', /^3:1 .*JSON/],
    ['nothing', '', /JSON/],
    ['a list', [], /`run` .* object/],
    ['another version', { ...run, version: 2 }, /version 2 .* version 1/],
    ['a run of another exercise', { ...run, subject: 'duel' }, /belongs to duel, not .* small-break/],
    ['a counterexample', { ...run, configuration: 'three-ballots' }, /by hand/],
    ['no actions', { ...run, actions: undefined }, /`actions` .* list/],
    ['a step that is none', { ...run, actions: [step, 7] }, /`actions\[1\]` .* object/],
    ['a kind that there is not', withStep({ kind: 'teleport' }), /`actions\[1\]\.kind` .* deliver, drop/],
    ['a kind that every object has', withStep({ kind: 'toString' }), /`actions\[1\]\.kind`/],
    ['a node that is no text', withStep({ to: 3 }), /`actions\[1\]\.to` .* text/],
    ['no message', withStep({ message: null }), /`actions\[1\]\.message` .* object/],
    ['a message from nobody', withStep({ message: { type: 'ping', fields: {} } }), /message\.from` .* text/],
    ['a message without fields', withStep({ message: { from: 'A', type: 'ping' } }), /message\.fields`/],
    ['half a crash', withStep({ crashAfter: 0.5 }), /crashAfter` .* whole number/],
    [
      'a crash that might restart',
      withStep({ kind: 'crash', node: 'A', restarts: false }),
      /restarts` .*true/,
    ],
  ])('%s', (_, text, says) => expect(told(text)).toMatch(says))
})
