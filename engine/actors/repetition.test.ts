/** Repetition: what a repeated call that goes otherwise is blamed on. */
import { expect, test } from 'vitest'
import { small } from '../testing/small-systems.ts'
import { AuthorFault } from './author.ts'
import type { AnyNodeDefinition } from './system.ts'
import { Repetition, SPARSE } from './repetition.ts'

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
