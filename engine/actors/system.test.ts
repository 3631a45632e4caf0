/** What the author of a system, and the author of a handler, is told when they contradict themselves. */
import { describe, expect, test } from 'vitest'
import type { Context } from '../api.ts'
import { Fault } from '../fault.ts'
import { counter, pingPong, pinger, small } from '../testing/small-systems.ts'
import { exploreSystem } from '../testing/search.ts'
import { ActorModel } from './actor-model.ts'
import { boolean, fields, list, number, orNull, record, string } from './fields.ts'
import type { FieldCheck, System } from './system.ts'

function fault(act: () => unknown): { code: string; parameters: Fault['parameters'] } {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, parameters: error.parameters }
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a system is refused', () => {
  test('that has two nodes of one name', () => {
    const system = pingPong()
    const twins = { ...system, nodes: [...system.nodes, system.nodes[0]!] }
    expect(fault(() => new ActorModel(twins)).code).toBe('duplicate-node')
  })

  test('that has a node in a role of which it says nothing', () => {
    const system: System = { ...pingPong(), roles: {} }
    expect(fault(() => new ActorModel(system))).toEqual({
      code: 'undeclared-role',
      parameters: { node: 'A', role: 'node' },
    })
  })

  test('whose crashes are those of a role that nobody plays', () => {
    const system = pingPong({ crashes: { roles: ['nod'], limit: 1, restart: 'later' } })
    expect(fault(() => new ActorModel(system))).toEqual({
      code: 'unknown-role',
      parameters: { role: 'nod', roles: ['node'] },
    })
  })
})

describe('a handler is told', () => {
  type AnyContext = Context<Record<string, unknown>, unknown>
  /** What exploring one node gives whose timer does this. */
  const told = (act: (ctx: AnyContext, state: Record<string, unknown>) => unknown): unknown => {
    const node = {
      ...counter(1),
      timers: { tick: (state: Record<string, unknown>, ctx: AnyContext) => act(ctx, state) as void },
    }
    const failure = exploreSystem(small({ A: node })).failure
    return failure && { code: failure.fault.code, ...failure.fault.parameters }
  }
  const where = { node: 'A', handler: 'timers.tick' }

  test.each<[string, (ctx: AnyContext, state: Record<string, unknown>) => unknown, object]>([
    [
      'the nodes, when it sends to none of them',
      (ctx) => ctx.send('Z', 'ping', {}),
      { code: 'unknown-node', to: 'Z', nodes: ['A'] },
    ],
    [
      'the roles, when it names none of them',
      (ctx) => ctx.nodes('leader'),
      { code: 'unknown-role', role: 'leader', roles: ['node'] },
    ],
    [
      'the roles, when it broadcasts to none of them',
      (ctx) => ctx.broadcast('leader', 'ping', {}),
      { code: 'unknown-role' },
    ],
    [
      'the types, when it sends none of them',
      (ctx) => ctx.send('A', 'pin', {}),
      { code: 'unknown-message', type: 'pin', types: ['ping', 'pong'] },
    ],
    [
      'the timers, when it sets none of them',
      (ctx) => ctx.setTimer('tock'),
      { code: 'unknown-timer', name: 'tock', timers: ['tick'] },
    ],
    ['that there is nobody to answer', (ctx) => ctx.reply('pong', {}), { code: 'reply-to-nobody' }],
    ['that a promise is not waited for', async () => undefined, { code: 'async-handler' }],
    [
      'that its state is not plain',
      (_ctx, state) => (state['votes'] = new Set()),
      { code: 'not-plain', kind: 'Set' },
    ],
    [
      'that a message is not plain',
      (ctx) => ctx.send('A', 'ping', { at: new Date(0) }),
      { code: 'not-plain', kind: 'Date' },
    ],
    ['that a disk is not plain', (ctx) => ctx.persist(new Map()), { code: 'not-plain', kind: 'Map' }],
    [
      'that its state is too large',
      (_ctx, state) => (state['log'] = 'x'.repeat(200_000)),
      { code: 'too-large' },
    ],
    [
      'that it calls itself without end',
      function endless(): unknown {
        return [endless()]
      },
      { code: 'endless-recursion' },
    ],
    [
      'what it threw, even if that is not an error',
      () => {
        throw { toString: () => JSON.parse('{') as string }
      },
      { code: 'handler-threw', message: 'unknown' },
    ],
  ])('%s', (_, act, expected) => {
    expect(told(act)).toMatchObject({ ...where, ...expected })
  })

  test('that it used its context after it had returned', () => {
    let kept: AnyContext | undefined
    told((ctx) => {
      kept = ctx
    })
    expect(fault(() => kept!.send('A', 'ping', {}))).toEqual({
      code: 'context-used-late',
      parameters: { call: 'send' },
    })
  })

  test('that its initial state is not an object', () => {
    for (const [state, kind] of [
      [null, 'null'],
      [1, 'number'],
      [undefined, 'undefined'],
    ] as const) {
      const node = { ...pinger, init: () => state as unknown as object }
      expect(fault(() => exploreSystem(small({ A: node })))).toMatchObject({
        code: 'state-not-object',
        parameters: { kind, handler: 'init' },
      })
    }
  })
})

describe('the fields of a message', () => {
  const check = fields({
    n: number,
    v: string,
    done: boolean,
    vote: orNull(record({ n: number })),
    log: list(string),
  })
  const fine = { n: 1, v: 'x', done: false, vote: null, log: ['a'] }

  test('are taken as declared, and more than declared', () => {
    expect(check(fine)).toBe(null)
    expect(check({ ...fine, vote: { n: 2 }, more: 1 })).toBe(null)
  })

  test.each<[unknown, ReturnType<FieldCheck>]>([
    [
      { ...fine, n: '1' },
      { field: 'n', expected: 'expected-number' },
    ],
    [
      { ...fine, n: NaN },
      { field: 'n', expected: 'expected-number' },
    ],
    [
      { ...fine, v: undefined },
      { field: 'v', expected: 'expected-string' },
    ],
    [
      { ...fine, done: 0 },
      { field: 'done', expected: 'expected-boolean' },
    ],
    [
      { ...fine, vote: {} },
      { field: 'vote.n', expected: 'expected-number' },
    ],
    [
      { ...fine, vote: [] },
      { field: 'vote', expected: 'expected-object' },
    ],
    [
      { ...fine, log: {} },
      { field: 'log', expected: 'expected-list' },
    ],
    [
      { ...fine, log: ['a', 1] },
      { field: 'log[1]', expected: 'expected-string' },
    ],
    [null, { field: '', expected: 'expected-object' }],
  ])('%o are refused with the path of the first that is wrong', (message, problem) => {
    expect(check(message)).toEqual(problem)
  })
})
