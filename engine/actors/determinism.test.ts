/**
 * Handlers that depend on more than their arguments. What they do can't be told from one run to the next, so they are
 * named as such, and what they did is never reported as a fault of the protocol.
 */
import { describe, expect, test } from 'vitest'
import { EXPLORED, SIMULATED, eager, graded, right } from '../testing/small-exercise.ts'
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
  test.each(culprits)('an answer with %s is named as not deterministic', (_, make) => {
    const report = graded(make(), [configuration])
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
