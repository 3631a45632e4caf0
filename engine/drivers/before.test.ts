/** Explorations that begin after a run (`System.before`): they find what may follow it, and nothing that it excludes. */
import { describe, expect, test } from 'vitest'
import { AuthorFault } from '../actors/author.ts'
import type { AnyNodeDefinition, System } from '../actors/system.ts'
import { fail } from '../fault.ts'
import type { Action, Model } from '../model.ts'
import { exploreToEnd, toEnd, UNBOUNDED } from '../testing/search.ts'
import { type SmallSystem, pinger, ponger, seen, small } from '../testing/small-systems.ts'
import { paxos } from '../testing/paxos.ts'
import type { Exploration } from './explore.ts'
import { ALL_REDUCTIONS, NO_REDUCTIONS, type ReducedExploration, exploreReduced } from './reduce.ts'
import { Run } from './run.ts'

/** A sends two pings, of which B answers the first alone: from then on a ping is dead there. */
const once: AnyNodeDefinition = {
  init: () => ({ pings: 0 }),
  on: {
    ping(state, _message, ctx) {
      if (state.pings > 0) return
      state.pings = 1
      ctx.reply('pong', {})
    },
  },
}
const twice: AnyNodeDefinition = {
  init(ctx) {
    for (const number of [1, 2]) ctx.send('B', 'ping', { number })
    return { pongs: 0 }
  },
  on: { pong: (state) => void state.pongs++ },
}

const ping = (number: number): Action => ({
  kind: 'deliver',
  to: 'B',
  message: { from: 'A', type: 'ping', fields: { number } },
})
const PONG: Action = { kind: 'deliver', to: 'A', message: { from: 'B', type: 'pong', fields: {} } }

const system = (B: AnyNodeDefinition, before: readonly Action[], options: SmallSystem = {}): System => ({
  ...small({ A: twice, B }, options),
  before,
})

const explored = (declared: System, reductions = ALL_REDUCTIONS): ReducedExploration =>
  toEnd(exploreReduced(declared, UNBOUNDED, reductions))

/** The same without anything left out, from the row to which a run by hand leads. */
function exploredByHand(declared: System): Exploration {
  const run = new Run(declared)
  for (const action of declared.before!) run.take(action)
  const from: Model = {
    width: run.model.width,
    properties: run.model.properties,
    initial: () => [run.rows.at(-1)!],
    successors: (row, out) => run.model.successors(row, out),
    actionAt: (row, index) => run.model.actionAt(row, index),
    inspect: (row) => run.model.inspect(row),
    explain: (row, property) => run.model.explain(row, property),
    handlerCalls: run.model.handlerCalls,
  }
  return exploreToEnd(from)
}

describe('an exploration after a run', () => {
  const answeredOnce: SmallSystem = {
    properties: [
      { id: 'none', kind: 'always', violated: (view) => (seen(view, 'A')['pongs'] === 1 ? {} : null) },
    ],
  }

  test.each([
    ['with reductions', ALL_REDUCTIONS],
    ['without', NO_REDUCTIONS],
  ])('finds a run that begins with it, %s', (_name, reductions) => {
    const declared = system(once, [ping(1)], answeredOnce)
    const { findings } = explored(declared, reductions)
    expect(findings.map(({ actions }) => actions)).toEqual([[ping(1), PONG]])
    expect(exploredByHand(declared).findings[0]!.actions).toEqual([PONG])
  })

  test('looks at nothing that it excludes', () => {
    const [first, second] = [[], [ping(1), PONG]].map((before) =>
      explored(system(once, before), NO_REDUCTIONS),
    )
    // Whether each ping has arrived, and the pong: which of the pings was answered makes no difference.
    expect(first!.states).toBe(7)
    // The second ping is on its way, or has arrived.
    expect(second!.states).toBe(2)
    expect(explored(system(once, [ping(1), PONG])).states).toBe(1)
  })

  test('goes past a message that is dead and was left out', () => {
    const declared = system(once, [ping(1), ping(2)], answeredOnce)
    expect(explored(declared).findings.map(({ actions }) => actions)).toEqual([[ping(1), ping(2), PONG]])
  })

  test.each<[string, Action]>([
    ['a message that nobody sent', ping(3)],
    ['a message that has arrived already', ping(1)],
    ['a timer that is not set', { kind: 'fire', node: 'A', timer: 'tick' }],
  ])('is the author’s fault where it has %s', (_name, action) => {
    const search = () => explored(system(once, [ping(1), action]))
    expect(search).toThrow(AuthorFault)
    expect(search).toThrow(expect.objectContaining({ parameters: expect.objectContaining({ id: 'before' }) }))
  })

  test('fails where a handler does, in the run or beside it', () => {
    const failing: AnyNodeDefinition = { ...once, on: { ping: () => fail('broken') } }
    for (const before of [[ping(1)], [ping(2)]]) {
      const { failure } = explored(system(failing, before))
      expect(failure!.fault.code).toBe('broken')
      expect(failure!.actions).toHaveLength(1)
    }
  })

  test('takes a goal for reached that the run has reached', () => {
    // Pongs are counted modulo 2: the goal holds after the first one and never again.
    const A: AnyNodeDefinition = { ...twice, on: { pong: (state) => void (state.pongs = 1 - state.pongs) } }
    const goal: SmallSystem = {
      properties: [{ id: 'odd', kind: 'eventually', reached: (view) => seen(view, 'A')['pongs'] === 1 }],
    }
    const answered = [ping(1), PONG, ping(2), PONG]
    const declared = (before: readonly Action[]): System => ({ ...small({ A, B: ponger }, goal), before })
    expect(explored(declared(answered))).toMatchObject({ findings: [], complete: true })
    const mute: System = { ...small({ A, B: { ...once, on: {} } }, goal), before: [] }
    expect(explored(mute).findings).toHaveLength(1)
  })

  test('counts the faults of the run', () => {
    const properties: SmallSystem['properties'] = [
      { id: 'two', kind: 'sometimes', reached: (view) => seen(view, 'B')['pings'] === 2 },
    ]
    const options = { properties, network: { duplicates: 1, drops: 0 } }
    const { message } = ping(0) as Extract<Action, { kind: 'deliver' }>
    const { fields: _, ...rest } = message
    const one = { kind: 'duplicate', to: 'B', message: { ...rest, fields: {} } } as const
    const arrives: Action = { ...one, kind: 'deliver' }
    const declared = (before: readonly Action[]): System => ({
      ...small({ A: pinger, B: ponger }, options),
      before,
    })
    expect(explored(declared([one, arrives])).findings[0]!.actions).toEqual([one, arrives, arrives])
    expect(() => explored(declared([one, arrives, arrives, arrives]))).toThrow(AuthorFault)
    expect(explored(declared([arrives])).findings).toEqual([])
  })
})

describe('Paxos after its first ballot has got its promises', () => {
  const whole = paxos(2)
  const before: Action[] = []
  const run = new Run(whole)
  const take = (action: Action): void => {
    run.take(action)
    before.push(action)
  }
  for (const action of run.enabled().filter((one) => one.kind === 'deliver' && one.message.from === 'P1'))
    take(action)

  test('comes out as without reductions, and as by hand', () => {
    const declared = { ...whole, before }
    const results = [explored(declared), explored(declared, NO_REDUCTIONS), exploredByHand(declared)]
    expect(before.length).toBeGreaterThan(1)
    for (const { complete, findings } of results) {
      expect(complete).toBe(true)
      expect(findings.map(({ property }) => property)).toEqual(
        results[0]!.findings.map(({ property }) => property),
      )
    }
    expect(results[1]!.states).toBe(results[2]!.states)
    expect(results[0]!.states).toBeLessThan(results[1]!.states)
    expect(results[1]!.states).toBeLessThan(explored({ ...whole, before: [] }, NO_REDUCTIONS).states)
  })
})
