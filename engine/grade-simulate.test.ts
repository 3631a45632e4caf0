/** Grading by random runs whose faults stop: what the report says, and that its run is one. */
import { expect, test } from 'vitest'
import { replay } from './drivers/run.ts'
import type { Configuration } from './exercise.ts'
import type { Report } from './report.ts'
import { type RaftBug, raft } from './testing/raft.ts'
import { graded, right } from './testing/small-exercise.ts'

const within = 200

/** Raft in random runs; the answer plays no part in it. */
function report(broken: RaftBug | null, seed = 1): Report {
  const system = raft(3, { commands: 2, broken })
  const configuration: Configuration = {
    id: 'settling',
    driver: 'simulate',
    runs: 40,
    stepsMax: 300 + within,
    settle: { within },
    system: () => system,
  }
  return graded(right, [configuration], { seed })
}

const served = ({ checks }: Report) => checks.find(({ property }) => property === 'served')!

test('a goal that is reached in each run passes, with the steps that it had', () => {
  const { verdict, message, bounds } = served(report(null))
  expect(verdict).toBe('passed')
  expect(bounds).toMatchObject({ driver: 'simulate', settleWithin: within })
  expect(message).toEqual({
    code: 'check.passed.settle',
    parameters: { within, runs: 40, seed: 1, seedLast: 40 },
  })
})

test('a goal that is missed fails, with the seed, the steps before the faults stopped and the run', () => {
  const first = report('never-backs-up')
  const { verdict, message, trace, record } = served(first)
  expect(verdict).toBe('failed')
  expect(message.code).toBe('check.failed.settle')
  const { seed, calmFrom, length } = message.parameters
  expect(Number(calmFrom) + within).toBe(length)
  expect(trace!.actions).toHaveLength(Number(length))
  expect(record).toEqual(replay(raft(3, { commands: 2, broken: 'never-backs-up' }), trace!.actions))
  expect(served(report('never-backs-up', Number(seed))).message).toEqual(message)
})
