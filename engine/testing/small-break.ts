/** A `break` exercise of a few states, for tests: A asks B three times, and B is to hear the last question first. */
import type { AnyNodeDefinition, Network, System } from '../actors/system.ts'
import type { BreakExercise } from '../exercise.ts'
import { seen, small } from './small-systems.ts'

const asker: AnyNodeDefinition = {
  init(ctx) {
    for (const number of [1, 2, 3]) ctx.send('B', 'ping', { number })
    return {}
  },
  on: {},
}

/** Keeps the numbers in the order in which they came. */
const listener: AnyNodeDefinition = {
  init: () => ({ heard: [] as number[] }),
  on: { ping: (state: { heard: number[] }, { number }: { number: number }) => void state.heard.push(number) },
}

const heard = (view: Parameters<typeof seen>[0]): readonly number[] => seen(view, 'B')['heard'] as number[]

/** The target is met where B has heard 3 and after it 1, and 2 not before 3. */
export function smallBreak(network: Network = { duplicates: 0, drops: 1 }): BreakExercise {
  return {
    id: 'small-break',
    kind: 'break',
    version: 1,
    target: 'reversed',
    keeps: 'in-time',
    statesMax: 10_000,
    system: (): System =>
      small(
        { A: asker, B: listener },
        {
          network,
          properties: [
            { id: 'reversed', kind: 'sometimes', reached: (view) => heard(view).join().startsWith('3,1') },
            {
              id: 'in-time',
              kind: 'always',
              violated: (view) => (heard(view)[0] === 2 ? { first: 2 } : null),
            },
          ],
        },
      ),
  }
}
