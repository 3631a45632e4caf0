/** Runs that fail, cut down: still failing, still possible, and with nothing in them that could be left out. */
import { describe, expect, test } from 'vitest'
import type { System } from '../actors/system.ts'
import { Run } from '../drivers/run.ts'
import { shorten } from '../drivers/simulate-shorten.ts'
import type { Action } from '../model.ts'
import { paxos } from '../testing/paxos.ts'
import { type RaftBug, raft } from '../testing/raft.ts'
import { simulateSystem } from '../testing/search.ts'
import { REPLAYS_MAX, minimise } from './minimise.ts'

const crashing = { roles: ['acceptor'], limit: 2, restart: 'at once' } as const
const bugs: readonly [RaftBug, number][] = [
  ['forgets-vote', 8],
  ['votes-before-persisting', 12],
  ['ignores-log', 18],
  ['always-truncates', 40],
]
const systems: readonly [string, System, number][] = [
  ['Paxos without reports', paxos(2, { broken: true, crashes: crashing }), 12],
  ...bugs.map(([broken, longest]): [string, System, number] => [
    `a Raft that ${broken}`,
    raft(3, { commands: 4, broken }),
    longest,
  ]),
]

/** Does every action happen, and is a property violated at the end? */
function fails(system: System, actions: readonly Action[], property: number): boolean {
  const run = new Run(system)
  try {
    for (const action of actions) run.take(action)
  } catch {
    return false
  }
  return (run.inspection & (1 << property)) === 0
}

describe('a failing run of', () => {
  test.each(systems)(
    '%s is cut down to a run that fails and needs each of its actions',
    (_, system, longest) => {
      for (const first of [1, 5_000, 10_000]) {
        const { findings } = simulateSystem(system, { runs: 5_000, stepsMax: 300, seed: first })
        const finding = findings.find(({ what }) => what === 'violation')!
        const { property } = finding
        expect(fails(system, finding.actions, property)).toBe(true)
        const { actions, minimised } = shorten(system, finding)
        expect(minimised.minimal).toBe(true)
        expect(actions.length).toBeLessThanOrEqual(longest)
        expect(fails(system, actions, property)).toBe(true)
        actions.forEach((_, index) =>
          expect(fails(system, actions.toSpliced(index, 1), property)).toBe(false),
        )
        expect(shorten(system, finding)).toEqual({ ...finding, actions, calmFrom: actions.length, minimised })
      }
    },
  )
})

describe('minimise', () => {
  const actions = [1, 2, 3, 4, 5, 6, 7, 8].map(
    (number) => ({ kind: 'restart', node: String(number) }) as const,
  )
  const needing =
    (...needed: number[]) =>
    (part: readonly Action[]): readonly Action[] | null =>
      needed.every((number) => part.includes(actions[number]!)) ? part : null

  test('keeps the order, and leaves nothing out of a run that needs all', () => {
    expect(minimise(actions, needing(0, 1, 2, 3, 4, 5, 6, 7)).actions).toEqual(actions)
    expect(minimise(actions, needing(1, 4, 6)).actions).toEqual([actions[1], actions[4], actions[6]])
    expect(minimise(actions, needing()).actions).toEqual([])
  })

  test('leaves two actions out together that can’t go alone', () => {
    const paired = (part: readonly Action[]): readonly Action[] | null =>
      part.includes(actions[0]!) && part.includes(actions[2]!) === part.includes(actions[5]!) ? part : null
    expect(minimise(actions, paired).actions).toEqual([actions[0]])
  })

  test('leaves them where they are if pairs are not to be tried, and the run is minimal all the same', () => {
    const others = [0, 1, 3, 4, 6, 7].map((number) => actions[number]!)
    const paired = (part: readonly Action[]): readonly Action[] | null =>
      others.every((one) => part.includes(one)) && part.includes(actions[2]!) === part.includes(actions[5]!)
        ? part
        : null
    expect(minimise(actions, paired)).toMatchObject({ actions: others, minimal: true })
    expect(minimise(actions, paired, REPLAYS_MAX, false)).toMatchObject({ actions, minimal: true })
  })

  test('goes on with what did happen, where that is shorter', () => {
    const replay = (part: readonly Action[]): readonly Action[] | null =>
      part.includes(actions[7]!)
        ? part.filter((action) => action === actions[7] || action === actions[0])
        : null
    const { actions: left, replays } = minimise(actions, replay)
    expect(left).toEqual([actions[7]])
    expect(replays).toBeLessThan(6)
  })

  test('lets a handler go through where the crash in its middle was not needed', () => {
    const cut: Action = { kind: 'fire', node: 'A', timer: 'tick', crashAfter: 1 }
    const fire = (part: readonly Action[]): readonly Action[] | null => (part.length > 0 ? part : null)
    expect(minimise([cut, ...actions], fire).actions).toHaveLength(1)
    expect(minimise([cut], fire).actions).toEqual([{ kind: 'fire', node: 'A', timer: 'tick' }])
  })

  test('stops at its bound, and says that more could perhaps be left out', () => {
    const bounded = minimise(actions, needing(1, 4, 6), 3)
    expect(bounded).toMatchObject({ replays: 3, minimal: false })
    expect(needing(1, 4, 6)(bounded.actions)).not.toBe(null)
    expect(minimise(actions, needing(1, 4, 6)).minimal).toBe(true)
  })
})
