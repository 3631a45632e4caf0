/** `Role.finished`: a node that has finished needs no inbox, and a role that says so falsely is caught. */
import { describe, expect, test } from 'vitest'
import { node } from '../api.ts'
import { explore } from '../drivers/explore.ts'
import { ActorModel } from './actor-model.ts'
import { fields, number } from './fields.ts'
import type { System } from './system.ts'

/** S sends three numbers; R adds up until it has two, and then ignores what comes. */
const adding = (finished?: (state: unknown) => boolean): System => ({
  nodes: [
    {
      id: 'S',
      role: 'source',
      definition: node<object, { add: { n: number } }>({
        init(ctx) {
          for (const n of [1, 2, 4]) ctx.send('R', 'add', { n })
          return {}
        },
        on: {},
      }),
    },
    {
      id: 'R',
      role: 'sum',
      definition: node<{ sum: number; count: number }, { add: { n: number } }>({
        init: () => ({ sum: 0, count: 0 }),
        on: {
          add(state, { n }) {
            if (state.count === 2) return
            state.sum += n
            state.count++
          },
        },
      }),
    },
  ],
  roles: {
    source: { sends: { add: fields({ n: number }) } },
    sum: {
      sends: {},
      observe: ({ state }) => (state as { sum: number }).sum,
      ...(finished && { finished }),
    },
  },
  network: { duplicates: 0, drops: 0 },
  crashes: null,
  properties: [
    { id: 'below-seven', kind: 'always', violated: ([, sum]) => ((sum!.seen as number) < 7 ? null : {}) },
  ],
})

function run(system: System) {
  const search = explore(new ActorModel(system), { statesMax: 1_000, stepsMax: 10_000 })
  for (;;) {
    const next = search.next()
    if (next.done) return next.value
  }
}

describe('a node that has finished', () => {
  test('is explored with fewer states and the same verdict', () => {
    const whole = run(adding())
    const less = run(adding((state) => (state as { count: number }).count === 2))
    expect(whole).toMatchObject({ complete: true, findings: [] })
    expect(less).toMatchObject({ complete: true, findings: [] })
    expect(less.states).toBeLessThan(whole.states)
  })

  test('is tried before it is believed', () => {
    expect(() => run(adding((state) => (state as { count: number }).count === 1))).toThrow(
      /author.not-finished finished sum/,
    )
  })
})
