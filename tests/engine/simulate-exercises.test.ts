/** Random runs of the exercises' trials are runs of the explorer's model, step by step. */
import { expect, test } from 'vitest'
import { compared } from '../../engine/testing/compared-run.ts'
import exercise from '../../exercises/paxos-acceptor/exercise.ts'
import solution from '../../exercises/paxos-acceptor/solution.ts'

test.each(exercise.configurations.map(({ id, system }) => [id, system] as const))('of %s', (_, system) => {
  const tried = system({ definition: solution, probe: null })
  let steps = 0
  for (const seed of [1, 2, 3, 4]) steps += compared(tried, seed, 60)
  steps += compared(tried, 5, 60, { closely: true })
  steps += compared(tried, 6, 60, { choice: 'uniform' })
  expect(steps).toBeGreaterThan(60)
})
