/** Which steps a failing run rests on. */
import { expect, test } from 'vitest'
import type { AnyNodeDefinition, System } from '../actors/system.ts'
import { replay } from '../drivers/run.ts'
import type { Action } from '../model.ts'
import type { CheckReport } from '../report.ts'
import { openRole, small } from '../testing/small-systems.ts'
import { decisiveSteps, idleSteps } from './explain.ts'

const asking: AnyNodeDefinition = {
  init(ctx) {
    ctx.send('B', 'ping', {})
    ctx.send('C', 'ping', {})
    return {}
  },
  on: { pong: () => undefined },
}
const answering: AnyNodeDefinition = {
  init: () => ({}),
  on: { ping: (_s, _m, ctx) => ctx.reply('pong', {}) },
}
const system: System = {
  ...small({ A: asking, B: answering, C: answering }),
  // Properties see nothing of the nodes: what led to the last step is all there is.
  roles: { node: { ...openRole('ping', 'pong'), observe: () => null } },
}

const ping = (to: string): Action => ({
  kind: 'deliver',
  to,
  message: { from: 'A', type: 'ping', fields: {} },
})
const pong = (from: string): Action => ({
  kind: 'deliver',
  to: 'A',
  message: { from, type: 'pong', fields: {} },
})
const actions = [ping('B'), ping('C'), pong('C')]
const record = replay(system, actions)
const trace = { version: 1, subject: 's', configuration: 'c', actions } as const

type Told = Pick<CheckReport, 'verdict' | 'kind' | 'record' | 'trace'>
const told = (more: Partial<Told>): Told => ({ verdict: 'failed', kind: 'always', record, trace, ...more })

test('a violation rests on what happened before it', () => {
  expect([...decisiveSteps(told({}))!].sort()).toEqual([2, 3])
  expect(idleSteps(told({}))).toEqual([1])
})

test('where a goal was not reached every step counts, for nothing led to what did not happen', () => {
  expect(decisiveSteps(told({ kind: 'eventually' }))).toBeNull()
  expect(idleSteps(told({ kind: 'eventually' }))).toEqual([])
})

test('a handler that threw rests on what led to it, itself not in the record', () => {
  const thrown = told({ verdict: 'error', trace: { ...trace, actions: [...actions, pong('B')] } })
  expect([...decisiveSteps(thrown)!].sort()).toEqual([1, 2, 3])
  const cut = { ...told({ verdict: 'error' }), record: replay(system, actions.slice(0, 2)) }
  expect([...decisiveSteps(cut)!]).toEqual([2])
})

test('nothing is left out of a run in which nothing went wrong', () => {
  expect(decisiveSteps(told({ verdict: 'passed' }))).toBeNull()
  expect(decisiveSteps(told({ record: null }))).toBeNull()
})
