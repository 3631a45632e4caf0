/** What grew, where a search stops at its bound: told from small systems that have no end. */
import { describe, expect, test } from 'vitest'
import type { Context } from '../api.ts'
import { explore } from '../drivers/explore.ts'
import { en } from '../text/en.ts'
import { growthInWords } from '../text/explain.ts'
import { counter, pingPong, small } from '../testing/small-systems.ts'
import { ActorModel } from './actor-model.ts'
import { type Growth, growth } from './growth.ts'
import type { AnyNodeDefinition, System } from './system.ts'

/** What grew in a search of so many states. */
function grownIn(system: System, statesMax: number): Growth | null {
  const model = new ActorModel(system)
  const search = explore(model, { statesMax, stepsMax: Infinity })
  let next = search.next()
  while (!next.done) next = search.next()
  return growth(model)
}

interface Nested {
  readonly ballot: { readonly n: number }
}

type Ticking = (
  state: Record<string, unknown>,
  ctx: Context<{ ping: Record<string, unknown> }, unknown>,
) => void

/** A node whose timer never stops. */
const ticking = (tick: Ticking): AnyNodeDefinition => ({
  init(ctx) {
    ctx.setTimer('tick')
    return {}
  },
  on: {},
  timers: {
    tick(state, ctx) {
      tick(state, ctx)
      ctx.setTimer('tick')
    },
  },
})

/** Takes a ping and remembers no more than that. */
const hearing: AnyNodeDefinition = { init: () => ({}), on: { ping: (state) => void (state.heard = true) } }

describe('what grew', () => {
  test('is a number that rises, and not the disk that repeats it', () => {
    const grown = grownIn(small({ A: counter(Infinity) }), 500)
    expect(grown).toMatchObject({ component: 'field', kind: 'number', node: 'A', field: 'count' })
    expect(grown!.size).toBeGreaterThan(490)
    expect(growthInWords(grown!, en)).toMatch(
      /^The number `count` of A reached \d{3}; it took \d{3} values\.$/,
    )
  })

  test('is a list that lengthens', () => {
    const logging = ticking((state) => (state['log'] = [...((state['log'] as number[]) ?? []), 1]))
    const grown = grownIn(small({ A: logging }), 300)
    expect(grown).toMatchObject({ component: 'field', kind: 'list', node: 'A', field: 'log' })
    expect(growthInWords(grown!, en)).toMatch(/^The list `log` of A reached \d{3} entries; /)
  })

  test('is an inbox where the same message piles up', () => {
    const flooding = ticking((_state, ctx) => ctx.send('B', 'ping', {}))
    const grown = grownIn(small({ A: flooding, B: hearing }), 400)
    expect(grown).toMatchObject({ component: 'inbox', node: 'B', role: 'node', field: '' })
    expect(grown!.size).toBeGreaterThan(10)
    expect(growthInWords(grown!, en)).toMatch(/^The inbox of B reached \d+ messages, /)
  })

  test('is what messages differ in, not the inbox that they fill', () => {
    // Ballots that rise with every message, in the sender's memory and in what it sends.
    const rising = ticking((state, ctx) => {
      state['ballot'] = Number(state['ballot'] ?? 0) + 1
      ctx.send('B', 'ping', { ballot: state['ballot'] })
    })
    const network = { duplicates: 'unlimited', drops: 0 } as const
    expect(grownIn(small({ A: rising, B: hearing }, { network }), 400)).toMatchObject({
      component: 'field',
      field: 'ballot',
      node: 'A',
    })
  })

  test('is a field of a message where no node remembers it', () => {
    // What is on its way is all there is: each ping is answered by a larger pong, each pong by a larger ping.
    const larger = (type: string): AnyNodeDefinition['on'][string] => {
      return (_state, { number }, ctx) => ctx.reply(type, { number: number + 1 })
    }
    const system = small({
      A: {
        init(ctx) {
          ctx.send('B', 'ping', { number: 1 })
          return {}
        },
        on: { pong: larger('ping') },
      },
      B: { init: () => ({}), on: { ping: larger('pong') } },
    })
    expect(grownIn(system, 200)).toMatchObject({ component: 'message', kind: 'number' })
    expect(growthInWords(grownIn(system, 200)!, en)).toMatch(/in messages from [AB] reached/)
  })

  test('is a number deep inside an object, or a list whose entries change while its length does not', () => {
    const nested = ticking((state) => {
      state['last'] = { ballot: { n: Number((state['last'] as Nested | undefined)?.ballot.n ?? 0) + 1 } }
    })
    expect(grownIn(small({ A: nested }), 200)).toMatchObject({ field: 'last.ballot.n', kind: 'number' })
    const rotating = ticking((state) => {
      const [first = 0, second = 0] = (state['pair'] as number[] | undefined) ?? []
      state['pair'] = [second, first + 1]
    })
    expect(grownIn(small({ A: rotating }), 200)).toMatchObject({ field: 'pair', kind: 'list', size: 2 })
  })

  test('is not what has many values of one size, nor an inbox that fills more slowly', () => {
    const wandering: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('left')
        ctx.setTimer('right')
        return { left: 0, right: 0, at: 'aa' }
      },
      on: {},
      timers: Object.fromEntries(
        ['left', 'right'].map((side) => [
          side,
          (state: { left: number; right: number; at: string }, ctx: { setTimer(name: string): void }) => {
            const letters = [...state.at].map((letter, index) =>
              index === (side === 'left' ? 0 : 1)
                ? 'abcdefghijkl'['abcdefghijkl'.indexOf(letter) + 1]
                : letter,
            )
            state.at = letters.map((letter) => letter ?? 'a').join('')
            ctx.setTimer(side)
          },
        ]),
      ),
    }
    const both = small({ A: counter(Infinity), B: wandering })
    expect(grownIn(both, 5_000)).toMatchObject({ node: 'A', field: 'count' })

    const slow = ticking((state, ctx) => {
      const ticks = Number(state['ticks'] ?? 0) + 1
      state['ticks'] = ticks
      if (ticks % 3 === 0) ctx.send('B', 'ping', {})
    })
    expect(grownIn(small({ A: slow, B: hearing }), 300)).toMatchObject({ component: 'field', field: 'ticks' })
  })

  test('is found early, in a search that is wide and not deep', () => {
    const nodes = Object.fromEntries(['A', 'B', 'C', 'D'].map((id) => [id, counter(Infinity)]))
    expect(grownIn(small(nodes), 2_000)).toMatchObject({ component: 'field', field: 'count' })
  })

  test('is nothing in a system that is only large', () => {
    expect(grownIn(pingPong(), 1_000)).toBeNull()
    expect(growthInWords(undefined, en)).toContain('many combinations')
  })
})
