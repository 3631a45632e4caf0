/**
 * Handlers that depend on more than their arguments. What they do can't be told from one run to the next, so they are
 * named as such, and what they did is never reported as a fault of the protocol.
 */
import { describe, expect, test, vi } from 'vitest'
import { exploreSystem } from '../testing/search.ts'
import { EXPLORED, SIMULATED, eager, graded, right } from '../testing/small-exercise.ts'
import { small } from '../testing/small-systems.ts'
import { Behaviour } from './behaviour.ts'
import type { AnyNodeDefinition } from './system.ts'

/** Each makes its answer anew: what it keeps must not outlive one grading. */
const culprits: [string, () => AnyNodeDefinition][] = [
  [
    'a counter of the module',
    () => {
      let calls = 0
      return {
        ...eager,
        on: { ping: (_state, { number }, ctx) => ctx.reply('pong', { number: number + calls++ }) },
      }
    },
  ],
  [
    'a variable of the module that holds what came last',
    () => {
      let last = 0
      return {
        init: () => ({ before: 0 }),
        on: {
          ping(state, { number }, ctx) {
            if (state.before === 0) state.before = last + 1
            else ctx.reply('pong', { number: state.before })
            last = number
          },
        },
      }
    },
  ],
  [
    'a variable of the module that one handler sets and another reads',
    () => {
      let last = 0
      return {
        init(ctx) {
          ctx.setTimer('tick')
          return {}
        },
        on: {
          ping: (_state, { number }) => {
            last = number
          },
        },
        timers: { tick: (_state, ctx) => ctx.send('A', 'pong', { number: last }) },
      }
    },
  ],
  [
    'a random number',
    () => ({
      ...eager,
      on: { ping: (_state, _message, ctx) => ctx.reply('pong', { number: Math.random() }) },
    }),
  ],
  [
    'an object of the module that is changed',
    () => {
      const shared = { pings: [] as number[] }
      return {
        init: () => ({ pings: [] }),
        on: {
          ping(state, { number }) {
            shared.pings.push(number)
            state.pings = shared.pings
          },
        },
      }
    },
  ],
  [
    'the initial state of the module, changed later',
    () => {
      const initial = { pings: [] as number[] }
      return {
        init: () => initial,
        on: {
          ping(_state, { number }) {
            initial.pings.push(number)
          },
        },
      }
    },
  ],
  [
    '`this`, used as a place to remember',
    () => ({
      ...eager,
      on: {
        ping(
          this: { pings?: number },
          _state: unknown,
          _message: unknown,
          ctx: { reply(type: string, fields: unknown): void },
        ) {
          this.pings = (this.pings ?? 0) + 1
          ctx.reply('pong', { number: this.pings })
        },
      },
    }),
  ],
]

describe.each([EXPLORED, SIMULATED])('when $driver looks at it', (configuration) => {
  // Of a node that is costly fewer calls are repeated.
  const all = culprits.flatMap(([what, make]) =>
    [false, true].map((costly) => [costly ? `${what}, costly,` : what, { ...make(), costly }] as const),
  )
  test.each(all)('an answer with %s is named as not deterministic', (_, definition) => {
    const report = graded(definition, [configuration])
    expect(report.verdict).toBe('error')
    expect(report.diagnostics).toHaveLength(1)
    expect(report.diagnostics[0]?.words.code).toBe('not-deterministic')
    expect(report.diagnostics[0]?.words.parameters).toMatchObject({ node: 'B' })
    expect(report.checks.every(({ verdict, trace }) => verdict === 'error' && trace === null)).toBe(true)
  })
})

describe('an answer that fails, and would have passed but for what it remembers,', () => {
  // Called again with the same arguments at once, it does the same; the difference shows only after others were called.
  const answersOnce = (): AnyNodeDefinition => {
    const seen = new Set<number>()
    let last: number | null = null
    return {
      init: () => ({ pings: 0 }),
      on: {
        ping(state, { number }, ctx) {
          const repeated = last === number
          if (!repeated)
            for (let pongs = 0; pongs < seen.size + 1; pongs++) ctx.reply('pong', { number, pongs })
          if (state.pings++ > 0) seen.add(number)
          last = number
        },
      },
    }
  }

  test.each([EXPLORED, SIMULATED])('is not reported as failed by $driver', (configuration) => {
    const report = graded(answersOnce(), [configuration])
    expect(report.verdict).toBe('error')
    expect(report.diagnostics[0]?.words.code).toMatch(/^not-deterministic/)
  })
})

test('an answer whose run goes another way when it is repeated is named too, should the repetition of single calls miss it', () => {
  const verify = vi.spyOn(Behaviour.prototype, 'verify').mockImplementation(() => undefined)
  let starts = 0
  /** How often it had been started when the exploration first called its handler. */
  let explored: number | null = null
  const starting: AnyNodeDefinition = {
    init(ctx) {
      starts++
      return right.init(ctx)
    },
    on: {
      ping(state, message, ctx) {
        // The run that is shown starts the node again.
        explored ??= starts
        if (starts === explored) right.on['ping']!(state, message, ctx)
      },
    },
  }
  const report = graded(starting, [EXPLORED])
  expect(report).toMatchObject({
    verdict: 'error',
    diagnostics: [{ words: { code: 'not-deterministic-run' } }],
  })
  verify.mockRestore()
})

test('a handler that gives something else each time is caught at its first call, before it fills the memory', () => {
  const restless: AnyNodeDefinition = {
    init(ctx) {
      ctx.setTimer('tick')
      return { now: 0 }
    },
    on: {},
    timers: {
      tick(state, ctx) {
        state.now = Math.random()
        ctx.setTimer('tick')
      },
    },
  }
  const { failure, states } = exploreSystem(small({ A: restless }), { statesMax: 1_000 })
  expect(failure?.fault).toMatchObject({
    code: 'not-deterministic',
    parameters: { node: 'A', handler: 'timers.tick' },
  })
  expect(states).toBe(1)
})

test('handlers that keep constants in their module, or change their arguments, are deterministic', () => {
  const limits = Object.freeze({ most: 2 })
  const tidy: AnyNodeDefinition = {
    init: () => ({ answered: [] }),
    on: {
      ping(state, message, ctx) {
        if (state.answered.length < limits.most) right.on['ping']!(state, message, ctx)
        message.number = 0
      },
    },
  }
  expect(graded(tidy).verdict).toBe('passed')
})
