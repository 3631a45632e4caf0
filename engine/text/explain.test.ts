/** Explanations in words: every kind of difference and of growth has a sentence, and its places are filled. */
import { expect, test } from 'vitest'
import type { Growth } from '../actors/growth.ts'
import type { System } from '../actors/system.ts'
import type { Action } from '../model.ts'
import { scopeOf } from '../scope.ts'
import { counter, small } from '../testing/small-systems.ts'
import type { Comparison, Difference } from '../trace/compare.ts'
import type { RunRecord } from '../trace/record.ts'
import { en } from './en.ts'
import {
  comparisonInWords,
  doomedInWords,
  growthInWords,
  idleInWords,
  loopInWords,
  messageInWords,
} from './explain.ts'

/** A code without words, or a place that was not filled. */
const GAP = /\{\w+\}(?!\})|\b(compare|growth|scope|past|action)\.[a-z]/

const message = { from: 'A', type: 'ask', fields: { n: 1, last: null, by: ['X', 'Y'] } }
const ACTIONS: readonly (Action | null)[] = [
  null,
  { kind: 'deliver', to: 'X', message },
  { kind: 'deliver', to: 'X', message, crashAfter: 1 },
  { kind: 'fire', node: 'X', timer: 'tick' },
  { kind: 'fire', node: 'X', timer: 'tick', crashAfter: 0 },
  { kind: 'crash', node: 'X' },
  { kind: 'crash', node: 'X', restarts: true },
  { kind: 'restart', node: 'X' },
  { kind: 'drop', to: 'X', message },
  { kind: 'duplicate', to: 'X', message },
]
const DIFFERENCES: readonly Difference[] = ['sent', 'threw', 'impossible', 'seen', 'timers', 'stuck']

const cases = DIFFERENCES.flatMap((kind) =>
  ACTIONS.flatMap((action) =>
    [true, false].map(
      (some) => [kind, action?.kind ?? 'start', some ? 'something' : 'nothing', action] as const,
    ),
  ),
)

test.each(cases)('%s at %s, and %s was sent', (kind, _action, some, action) => {
  const messages =
    some === 'something'
      ? [
          { to: 'A', ...message },
          { to: 'B', ...message },
        ]
      : []
  const names = some === 'something' ? ['tick'] : []
  const comparison: Comparison = {
    kind,
    step: action === null ? 0 : 3,
    node: 'X',
    action,
    answer: messages,
    solution: messages,
    timers: { answer: names, solution: names },
    line: 4,
  }
  const { where, answer, solution } = comparisonInWords(comparison, en)
  for (const sentence of [where, answer, solution].filter((one) => one !== '')) {
    expect(sentence).toMatch(/^[A-Z].*\.$/)
    expect(sentence).not.toMatch(GAP)
  }
  expect(where).not.toBe('')
  expect(answer).not.toBe('')
})

test('messages are told with the names of their fields, and once where they go to several', () => {
  const comparison: Comparison = {
    kind: 'sent',
    step: 7,
    node: 'Y',
    action: { kind: 'deliver', to: 'Y', message: { from: 'B', type: 'prepare', fields: { n: 4 } } },
    answer: [{ to: 'B', type: 'promise', fields: { n: 4, accepted: null } }],
    solution: [
      { to: 'B', type: 'promise', fields: { n: 4, accepted: { n: 2, v: 8 } } },
      { to: 'X', type: 'told', fields: { by: 'Y' } },
      { to: 'Z', type: 'told', fields: { by: 'Y' } },
    ],
    timers: null,
    line: 21,
  }
  expect(comparisonInWords(comparison, en)).toEqual({
    where: 'Step 7: Y receives prepare {n: 4} from B.',
    answer: 'Your handler sent promise {n: 4, accepted: null} to B.',
    solution:
      'The solution would have sent promise {n: 4, accepted: {n: 2, v: 8}} to B and told {by: "Y"} to X, Z.',
    messages: [
      'promise {n: 4, accepted: null}',
      'promise {n: 4, accepted: {n: 2, v: 8}}',
      'told {by: "Y"}',
      'prepare {n: 4}',
    ],
  })
})

const COMPONENTS: readonly Growth['component'][] = ['inbox', 'field', 'message', 'disk', 'history']
const KINDS: readonly Growth['kind'][] = ['number', 'list', 'record', 'text', 'mixed']

test.each(COMPONENTS.flatMap((component) => KINDS.map((kind) => [component, kind] as const)))(
  'what grew is said of %s, %s',
  (component, kind) => {
    const growth = { component, kind, node: 'B', role: 'server', field: 'log', size: 12_345, values: 6_789 }
    const sentence = growthInWords(growth, en)
    expect(sentence).not.toMatch(GAP)
    expect(sentence).toMatch(/^[A-Z].*B.*(12,345|6,789).*\.$/)
  },
)

test('numbers in a row are told together', () => {
  expect(idleInWords([1, 2, 3, 4], en)).toBe('Steps 1–4 played no part.')
})

test('a run is lost from a step on, or from the start', () => {
  const crash = { roles: ['node'], limit: 1, restart: 'never' } as const
  const scope = scopeOf(small({ A: counter(1) }, { crashes: crash }))
  expect(doomedInWords(9, scope, en)).toBe('From step 9 on only a fault could save it.')
  expect(doomedInWords(0, scope, en)).toBe('From the start only a fault could save it.')
  expect(doomedInWords(null, scope, en)).toBe('')
})

test('where no fault is allowed, none could save it', () => {
  const system = small({ A: counter(1) })
  const time = { latencies: [1] }
  const said = (of: System): string => doomedInWords(9, scopeOf(of, {}, 'simulate'), en)
  const every = 'From step 9 on every run fails.'
  expect(said(system)).toBe(every)
  expect(doomedInWords(0, scopeOf(system), en)).toBe('Every run fails.')
  expect(said({ ...system, time })).toBe(every)
  // Each kind of fault by itself.
  const faults = { roles: ['node'], milliseconds: [5], limit: 1 }
  const { network } = system
  for (const faulty of [
    { ...system, time: { ...time, pauses: faults } },
    { ...system, time: { ...time, jumps: faults } },
    { ...system, network: { ...network, drops: 1 } },
    { ...system, network: { ...network, duplicates: 1 } },
    { ...system, network: { ...network, partitions: { roles: ['node'], limit: 1 } } },
  ])
    expect(said(faulty)).toBe('From step 9 on only a fault could save it.')
})

test('the steps that repeat for ever are named', () => {
  const steps = Array.from({ length: 9 }, () => ({})) as unknown as RunRecord['steps']
  expect(loopInWords({ loopFrom: 4, steps }, en)).toBe('Steps 4 to 9 repeat for ever.')
  expect(loopInWords({ loopFrom: 9, steps }, en)).toBe('Step 9 repeats for ever.')
  expect(loopInWords({ steps }, en)).toBe('')
})

test('only of a broken rule is it said that no run is shorter', () => {
  const message = { code: 'check.failed.explore', parameters: { length: 5 } }
  expect(messageInWords({ kind: 'always', message }, en)).toBe('Fails after 5 steps; no run is shorter.')
  expect(messageInWords({ kind: 'eventually', message }, en)).toBe(
    'Fails in a run of 5 steps, after which nothing changes any more.',
  )
})
