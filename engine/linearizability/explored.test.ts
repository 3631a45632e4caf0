/** Linearizability of systems of nodes, over every interleaving. */
import { expect, test } from 'vitest'
import { Run } from '../drivers/run.ts'
import { NO_REDUCTIONS, exploreReduced } from '../drivers/reduce.ts'
import { UNBOUNDED, toEnd } from '../testing/search.ts'
import { sharedRegister } from '../testing/shared-register.ts'
import type { History } from './recorder.ts'

test('a reader that does not write back lets the next read see the old value again', () => {
  const system = sharedRegister([2], false)
  const found = toEnd(exploreReduced(system, UNBOUNDED))
  expect(found.findings).toHaveLength(1)
  const run = new Run(system)
  for (const action of found.findings[0]!.actions) run.take(action)
  expect(run.inspection & 1).toBe(0)
  const history = run.history as History
  expect(history.returned['R1']!.map(({ value }) => value)).toEqual([1, 0])
  // As short as without reductions.
  const whole = toEnd(exploreReduced(system, UNBOUNDED, NO_REDUCTIONS))
  expect(whole.findings[0]!.actions).toHaveLength(found.findings[0]!.actions.length)
})

test('one that writes back does not, in any interleaving', () => {
  const found = toEnd(exploreReduced(sharedRegister([2], true), UNBOUNDED))
  expect(found).toMatchObject({ complete: true, findings: [], failure: null })
  expect(found.partialOrder).toBe(true)
})
