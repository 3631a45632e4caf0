/** Repetition: what a repeated call that goes otherwise is blamed on. */
import { describe, expect, test } from 'vitest'
import { small } from '../testing/small-systems.ts'
import { AuthorFault } from './author.ts'
import { execute } from './execute.ts'
import type { AnyNodeDefinition } from './system.ts'
import { COSTLY, Repetition, SPARSE, textOf } from './repetition.ts'

function repeated(init: AnyNodeDefinition['init']): void {
  const system = small({ A: { init, on: {} } })
  const local = { up: true, state: {}, disk: null, timers: [], history: null }
  const call = { node: system.nodes[0]!, local, event: { kind: 'init' as const }, result: 'another' }
  new Repetition(system, SPARSE).add(call)
}

test('another result is the answer’s fault', () => {
  expect(() => repeated(() => ({}))).toThrow(expect.objectContaining({ code: 'not-deterministic' }))
})

test('a fault of the exercise’s author stays the author’s', () => {
  const fault = new AuthorFault('author.threw', { part: 'handler', id: 'node init' }, { file: null, line: 0 })
  expect(() =>
    repeated(() => {
      throw fault
    }),
  ).toThrow(fault)
})

describe('the calls of nodes that are costly', () => {
  const CALLS = 1_000

  /** Makes so many calls of a node whose handler may remember how often it was called, and says how many were made in all. */
  function called(costly: boolean, remembers: boolean): number {
    let calls = 0
    const init = (): object => ({ calls: remembers ? calls++ : 0 * calls++ })
    const system = small({ A: { costly, init, on: {} } })
    const node = system.nodes[0]!
    const local = { up: true, state: {}, disk: null, timers: [], history: null }
    const repetition = new Repetition(system, SPARSE)
    for (let call = 0; call < CALLS; call++) {
      const due = repetition.due(node)
      const { text, effects } = execute(system, node, local, { kind: 'init' })
      if (due) repetition.add({ node, local, event: { kind: 'init' }, result: textOf(text, effects) })
    }
    repetition.verify()
    return calls
  }

  test('are repeated less often than those of others', () => {
    const { first, interval, later } = COSTLY
    const atOnce = first + Math.floor(CALLS / interval) - Math.floor(first / interval)
    const atEnd = Math.ceil(atOnce / Math.floor(atOnce / later)) + later
    expect(called(true, false)).toBe(CALLS + atOnce + atEnd)
    expect(called(false, false)).toBeGreaterThan(2 * CALLS)
  })

  test('and must give the same all the same', () => {
    expect(() => called(true, true)).toThrow(expect.objectContaining({ code: 'not-deterministic' }))
  })
})
