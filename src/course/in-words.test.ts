/** What the engine found of processes and servers, as sentences: who takes part, which clocks there are, and what may go wrong. */
import { describe, expect, it } from 'vitest'
import type { System } from '../../engine/actors/system.ts'
import { run, type Explored } from './check.ts'
import { inWords, numberOf } from './in-words.ts'
import { counted } from './locks/herd.ts'
import { counting } from './locks/introduction.ts'
import { play } from './series.ts'
import { redisLockSystem } from './services/systems.ts'

const check = (id: string, system: () => System, more: Partial<Explored>): Explored => ({
  id,
  system,
  property: 'lost',
  expect: 'fails',
  words: null,
  statesMax: 100_000,
  ...more,
})

describe('of processes and servers', () => {
  it('it says who takes part, and how long the run is', () => {
    const found = run(check('words/lost', () => counting('no-lock'), {}))
    expect(inWords('en', found)).toMatch(
      /^A run of \d+ steps exists, with 2 processes, 1 Redis; messages of one connection arrive in order; nobody crashes\.$/,
    )
    expect(() => numberOf(found, 'milliseconds')).toThrow(/has no milliseconds/)
  })

  it('it says who may crash, and how often', () => {
    const crashing = (): System => ({
      ...counting('mutex'),
      crashes: { roles: ['client'], limit: 1, restart: 'never' },
    })
    const found = run(check('words/crash', crashing, { expect: 'holds' }))
    expect(inWords('en', found)).toMatch(
      /^Every interleaving of 2 processes, 1 Redis; messages of one connection arrive in order; at most 1 crash of any process; what crashes stays down: [\d,]+ states\.$/,
    )
  })

  it('it says that a run goes on for ever', () => {
    const crashing = (): System => ({
      ...counting('mutex'),
      crashes: { roles: ['client'], limit: 1, restart: 'never' },
      properties: [
        {
          id: 'one-done',
          kind: 'eventually',
          reached: (view) =>
            view.some(({ seen }) => (seen as { returned?: boolean } | null)?.returned === true),
        },
      ],
    })
    const found = run(check('words/for-ever', crashing, { property: 'one-done' }))
    expect(inWords('en', found)).toMatch(/what crashes stays down\. Its steps from \d+ on repeat for ever\.$/)
  })

  it('it says what the clocks do, and when the run comes to it', () => {
    const timed = (): System => {
      const system = redisLockSystem()
      return {
        ...system,
        roles: {
          ...system.roles,
          client: {
            ...system.roles['client']!,
            observe: ({ state }) =>
              (state as { links: { notes: { holds?: boolean } } } | null)?.links.notes.holds ?? false,
          },
        },
        time: { ...system.time!, jumps: { roles: ['server'], milliseconds: [1000], limit: 0 } },
        properties: [
          {
            id: 'together',
            kind: 'sometimes',
            reached: (view) => view.filter(({ seen }) => seen === true).length > 1,
          },
        ],
      }
    }
    const found = run(check('words/pause', timed, { property: 'together', expect: 'reached' }))
    expect(inWords('en', found)).toMatch(
      /^A run of \d+ steps and [\d,]+ ms reaches it, with 2 processes, 1 Redis; messages of one connection arrive in order; at most 1 pause of any process for 1,100 ms; nobody crashes; a message takes 5 ms\.$/,
    )
    expect(Number(numberOf(found, 'milliseconds').replace(',', ''))).toBeGreaterThan(1000)
  })
})

it('of a crowd it says how many are told of a release', () => {
  const [herd, line] = [
    counted('herd', (clients) => clients - 1, [2, 4, 8]),
    counted('line', () => 1, [2, 4]),
  ].map((series) => play(series))
  expect(inWords('en', herd!)).toBe(
    'With 2, 4 and 8 clients, of which one holds the lock and all others wait, the release was played and counted: it is told to 1 to 7 of them.',
  )
  expect(inWords('en', line!)).toContain('it is told to exactly 1 of them.')
  expect(numberOf(herd!, 'most')).toBe('7')
  expect(() => play(counted('herd', () => 1, [2, 4]))).toThrow(/the run for 4 does not show/)
})
