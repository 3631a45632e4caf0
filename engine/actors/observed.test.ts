/** Answers that are looked at through `observe`: what is seen of them, whose fault it is where nothing is, and what is kept beside them. */
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import { node } from '../api.ts'
import { compile } from '../compile/compile.ts'
import { exploreReduced } from '../drivers/reduce.ts'
import { Run } from '../drivers/run.ts'
import { simulate } from '../drivers/simulate.ts'
import type { Exercise } from '../exercise.ts'
import { gradeToEnd } from '../grade.ts'
import { load } from '../load.ts'
import type { Action } from '../model.ts'
import { exploreSystem, toEnd } from '../testing/search.ts'
import { librariesOf } from '../tools/grading/libraries.ts'
import { fields, number } from './fields.ts'
import { growth } from './growth.ts'
import { type Observed, type Observing, observed } from './observed.ts'
import type { AnyNodeDefinition, System } from './system.ts'

interface Messages {
  count: { n: number }
}

/** Counts the firings of its timer and says the number; it keeps it on its disk, in a list, and shows it. */
const counting = node<{ ticks: number[] }, Messages, number>({
  init(ctx) {
    ctx.setTimer('tick')
    return { ticks: [] }
  },
  on: {
    count(state, { n }) {
      state.ticks = Array.from({ length: n }, () => 0)
    },
  },
  timers: {
    tick(state, ctx) {
      state.ticks.push(0)
      ctx.persist(state.ticks.length)
      ctx.broadcast('node', 'count', { n: state.ticks.length })
      ctx.setTimer('tick')
    },
  },
  restart(ticks, ctx) {
    ctx.setTimer('tick')
    return { ticks: Array.from({ length: ticks ?? 0 }, () => 0) }
  },
  observe: ({ ticks }) => ({ n: ticks.length }),
})

const shows = fields({ n: number })

type Seen = { n: number }

function system<Memory = null>(
  definition: AnyNodeDefinition,
  observing: Partial<Observing<Seen, Memory>> = {},
  more: Partial<System> = {},
): System {
  const watched = observed<Seen, Memory>(definition, { shows, ...observing })
  return {
    nodes: ['A', 'B'].map((id) => ({ id, role: 'node', definition: watched })),
    roles: { node: { sends: { count: shows }, observe: ({ state }) => state } },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [],
    ...more,
  }
}

const tick = (id: string): Action => ({ kind: 'fire', node: id, timer: 'tick' })
const crash = (id: string): Action => ({ kind: 'crash', node: id, restarts: true })
const count = (to: string, from: string, n: number): Action => ({
  kind: 'deliver',
  to,
  message: { from, type: 'count', fields: { n } },
})

function taken(declared: System, ...actions: Action[]): Run {
  const run = new Run(declared)
  for (const action of actions) run.take(action)
  return run
}

const kept = (run: Run, id: string) => run.view.find((one) => one.id === id)!.seen as Observed<Seen> | null

describe('what is seen', () => {
  test('is what `observe` gives after each handler', () => {
    const declared = system(counting)
    expect(kept(taken(declared), 'A')!.seen).toEqual({ n: 0 })
    expect(kept(taken(declared, tick('A'), tick('A')), 'A')!.seen).toEqual({ n: 2 })
    expect(kept(taken(declared, tick('A'), count('B', 'A', 1)), 'B')!.seen).toEqual({ n: 1 })
    const crashing = { ...declared, crashes: { roles: ['node'], limit: 1, restart: 'at once' } as const }
    expect(kept(taken(crashing, tick('A'), crash('A')), 'A')!.seen).toEqual({ n: 1 })
  })

  test('is nothing while a node is down', () => {
    const declared = system(counting, {}, { crashes: { roles: ['node'], limit: 1, restart: 'later' } })
    expect(kept(taken(declared, { kind: 'crash', node: 'A' }), 'A')).toBeNull()
  })

  test('is a copy: what of the state it shows may go on changing', () => {
    const sharing = { ...counting, observe: ({ ticks }: { ticks: number[] }) => ({ n: ticks.length, ticks }) }
    const run = taken(system(sharing), tick('A'))
    const state = run.record.frames.at(-1)!.nodes[0]!.state
    expect(state).toEqual({ ticks: [0] })
    expect(kept(run, 'A')!.seen).toEqual({ n: 1, ticks: [0] })
    // In simulated runs states are changed in place.
    expect(toEnd(simulate(system(sharing), { runs: 20, stepsMax: 50, seed: 1 })).failure).toBeNull()
  })

  test('is not what has grown, where a search stops at its bound: that is in the answer’s state', () => {
    const search = exploreReduced(system(counting), { statesMax: 500, stepsMax: Infinity })
    expect(growth(toEnd(search).model)).toMatchObject({ component: 'field', role: 'node', field: 'ticks' })
  })

  test('stands beside the state: the views show the answer’s own', () => {
    const run = taken(system(counting), tick('A'))
    for (const frame of run.record.frames)
      for (const { state } of frame.nodes) expect(Object.keys(state as object)).toEqual(['ticks'])
  })
})

describe('timers', () => {
  const twice = { mayFire: (timer: string, fired: number) => timer === 'tick' && fired < 2 }

  test('that may not fire again are not set', () => {
    const { complete, states } = exploreSystem(system(counting, twice))
    expect(complete).toBe(true)
    expect(states).toBeLessThan(1_000)
    const run = taken(system(counting, twice), tick('A'), tick('A'))
    expect(run.enabled()).not.toContainEqual(tick('A'))
    expect(run.enabled()).toContainEqual(tick('B'))
  })

  test('depend on what the node is after the step, not on when in it they are set', () => {
    const below = { mayFire: (_timer: string, _fired: number, { n }: Seen) => n < 1 }
    // It sets its timer first and counts then.
    const hasty: AnyNodeDefinition = {
      ...counting,
      timers: {
        tick(state, ctx) {
          ctx.setTimer('tick')
          state.ticks.push(0)
        },
      },
    }
    expect(taken(system(hasty, below), tick('A')).enabled()).not.toContainEqual(tick('A'))
  })

  test('that were set when they might still fire without effect', () => {
    const below = { mayFire: (_timer: string, _fired: number, { n }: Seen) => n < 1 }
    const run = taken(system(counting, below), tick('A'), count('B', 'A', 1))
    expect(run.enabled()).toContainEqual(tick('B'))
    run.take(tick('B'))
    expect(kept(run, 'B')).toMatchObject({ seen: { n: 1 }, fired: {} })
    expect(run.enabled()).not.toContainEqual(tick('B'))
  })

  test('may be limited for some nodes alone, and are counted from each start', () => {
    const onlyA = {
      mayFire: (_timer: string, fired: number, _seen: Seen, self: string) => self === 'A' && fired < 1,
    }
    const crashes = { roles: ['node'], limit: 1, restart: 'at once' } as const
    const run = taken(system(counting, onlyA, { crashes }), tick('A'))
    expect(run.enabled().filter(({ kind }) => kind === 'fire')).toEqual([])
    run.take(crash('A'))
    expect(run.enabled().filter(({ kind }) => kind === 'fire')).toEqual([tick('A')])
  })

  test('with what they are about are told apart', () => {
    const named: AnyNodeDefinition = {
      ...counting,
      init(ctx) {
        for (const name of ['tick:one', 'tick:two']) ctx.setTimer(name)
        return { ticks: [] }
      },
      timers: { tick: (_state, ctx) => ctx.setTimer(`tick:${ctx.about}`) },
    }
    const once = { mayFire: (_timer: string, fired: number) => fired < 1 }
    const run = taken(system(named, once), { kind: 'fire', node: 'A', timer: 'tick:one' })
    expect(kept(run, 'A')!.fired).toEqual({ 'tick:one': 1 })
    const left = run.enabled().filter((action) => action.kind === 'fire' && action.node === 'A')
    expect(left).toEqual([{ kind: 'fire', node: 'A', timer: 'tick:two' }])
  })

  test('without a limit are not counted', () => {
    expect(kept(taken(system(counting), tick('A'), tick('A')), 'A')!.fired).toEqual({})
  })

  test('that are cancelled after they were set stay cancelled', () => {
    const fickle: AnyNodeDefinition = {
      ...counting,
      init(ctx) {
        ctx.setTimer('tick')
        ctx.cancelTimer('tick')
        return { ticks: [] }
      },
    }
    for (const observing of [{}, twice]) expect(taken(system(fickle, observing)).enabled()).toEqual([])
  })
})

describe('what is remembered of messages', () => {
  const sum = {
    memo: {
      initial: 0,
      after: (memory: number, type: string, sent: unknown) =>
        memory + (type === 'count' ? (sent as Seen).n : 0),
    },
  }

  test('counts a broadcast once, and is lost in a crash', () => {
    const crashes = { roles: ['node'], limit: 1, restart: 'at once' } as const
    const run = taken(system(counting, sum, { crashes }), tick('A'), tick('A'))
    expect(kept(run, 'A')!.memory).toBe(3)
    expect(kept(run, 'B')!.memory).toBe(0)
    run.take(crash('A'))
    expect(kept(run, 'A')).toMatchObject({ memory: 0, seen: { n: 2 } })
  })

  test('has what was sent and what was replied, too', () => {
    const answering: AnyNodeDefinition = {
      ...counting,
      on: {
        count(_state, _message, ctx) {
          ctx.reply('count', { n: 10 })
          ctx.send('B', 'count', { n: 100 })
        },
      },
    }
    expect(kept(taken(system(answering, sum), tick('A'), count('B', 'A', 1)), 'B')!.memory).toBe(110)
  })

  test('is null where nothing is to be remembered', () => {
    expect(kept(taken(system(counting), tick('A')), 'A')!.memory).toBeNull()
  })
})

describe('an answer whose `observe`', () => {
  const source = (observe: string): string =>
    `import { node } from 'lockstep'

export default node<{ n: number }, { count: { n: number } }>({
  init() {
    return { n: 0 }
  },
  on: {},
${observe}})
`
  const exercise: Exercise = {
    id: 'observed',
    kind: 'build',
    version: 1,
    file: 'answer.ts',
    configurations: [
      {
        id: 'one',
        driver: 'explore',
        statesMax: 100,
        system: ({ definition, probe }) => {
          const declared = system(
            definition,
            {},
            {
              properties: [{ id: 'shown', kind: 'sometimes', reached: () => true }],
            },
          )
          return { ...declared, nodes: declared.nodes.map((one) => ({ ...one, probe })) }
        },
      },
    ],
  }
  const libraries = librariesOf('none')

  function reported(observe: string) {
    const { code } = compile(typescript, 'answer.ts', source(observe), libraries, 'node')
    return gradeToEnd(exercise, load(exercise, code!))
  }

  test('gives what is asked for passes', () => {
    expect(reported('  observe: ({ n }) => ({ n }),\n').verdict).toBe('passed')
  })

  test.each<[what: string, observe: string, code: string, parameters: object, line: number]>([
    [
      'throws',
      '  observe() {\n    return (null as never as { n: { n: number } }).n.n\n  },\n',
      'handler-threw',
      {},
      9,
    ],
    [
      'gives a field of another type',
      "  observe() {\n    return { n: 'two' }\n  },\n",
      'wrong-observe',
      { field: 'n', expected: 'expected-number' },
      9,
    ],
    ['leaves a field out', '  observe: () => ({}),\n', 'wrong-observe', { field: 'n' }, 8],
  ])('%s is at fault itself, with a line', (_what, observe, code, parameters, line) => {
    const { verdict, diagnostics } = reported(observe)
    expect(verdict).toBe('error')
    expect(diagnostics).toHaveLength(1)
    const [diagnostic] = diagnostics
    expect(diagnostic!.author).toBeUndefined()
    expect(diagnostic!.words.code).toBe(code)
    expect(diagnostic!.words.parameters).toMatchObject(parameters)
    expect(diagnostic!.line).toBe(line)
  })

  test('is missing is told so', () => {
    const { verdict, diagnostics } = reported('')
    expect(verdict).toBe('error')
    expect(diagnostics.map(({ words }) => words.code)).toEqual(['observe-missing'])
    expect(diagnostics[0]!.author).toBeUndefined()
  })
})
