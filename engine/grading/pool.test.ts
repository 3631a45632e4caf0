/** A grading that is spread over workers gives the report of one, whoever does what and whatever comes first. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, SystemProperty } from '../actors/system.ts'
import type { Answer, Configuration } from '../exercise.ts'
import { gradeToEnd } from '../grade.ts'
import type { Report } from '../report.ts'
import {
  type Pooled,
  type Scheduler,
  atRandom,
  gradeByHand,
  lastTaskFirst,
  newestFirst,
  oldestFirst,
} from '../testing/grading-pool.ts'
import { type RaftBug, raft } from '../testing/raft.ts'
import {
  EXPLORED,
  PROPERTIES,
  SIMULATED,
  eager,
  exercise,
  right,
  silent,
  system,
} from '../testing/small-exercise.ts'
import { Lost } from './coordination.ts'
import { planOf } from './plan.ts'

const named = (id: string, configuration: Configuration, more: object = {}): Configuration => ({
  ...configuration,
  ...more,
  id,
})

/** Answers what comes twice, from the fifth call on. What it counts with is its module’s. */
const forgetful = (): AnyNodeDefinition => {
  let calls = 0
  return {
    ...right,
    on: {
      ping(state, message, ctx) {
        if (++calls % 5 === 0) ctx.reply('pong', message)
        right.on['ping']!(state, message, ctx)
      },
    },
  }
}

const fragile: AnyNodeDefinition = {
  ...right,
  on: {
    ping(state, message, ctx) {
      right.on['ping']!(state, message, ctx)
      if (state.answered.length === 2) throw new Error('two')
    },
  },
}

const withProperties = (...properties: SystemProperty[]) => ({
  system: ({ definition }: Answer) => system(definition, properties),
})

/** A condition that few runs come to. */
const rare: SystemProperty = {
  id: 'rare',
  kind: 'sometimes',
  reached: (view) =>
    JSON.stringify(view.map(({ seen }) => seen)) === '[{"pongs":1,"sent":0},{"pongs":null,"sent":3}]',
}
const never: SystemProperty = { id: 'never', kind: 'sometimes', reached: () => false }
const throws: SystemProperty = {
  id: 'throws',
  kind: 'always',
  violated: (view) => (view[1]!.seen as unknown as { a: { b: { c: null } } }).a.b.c,
}
const unbuilt = named('unbuilt', EXPLORED, {
  system() {
    throw new Error('no system')
  },
})

const first = named('first', EXPLORED)
const runs = named('runs', SIMULATED, { runs: 40 })
const bounded = named('bounded', EXPLORED, { statesMax: 20 })
const last = named('last', EXPLORED, withProperties(...PROPERTIES, never))

const raftRuns = (broken: RaftBug | null, more: object = {}): Configuration => {
  const around = raft(3, { commands: 2, broken })
  return { id: 'raft', driver: 'simulate', runs: 24, stepsMax: 300, system: () => around, ...more }
}

const CASES: readonly {
  readonly name: string
  readonly answer: () => AnyNodeDefinition
  readonly configurations: readonly Configuration[]
  readonly verdict: Report['verdict']
  /** It takes long: only with these sizes, and two schedulers. */
  readonly sizes?: readonly number[]
}[] = [
  {
    name: 'passes',
    answer: () => right,
    configurations: [first, runs],
    verdict: 'passed',
  },
  { name: 'fails at once', answer: () => eager, configurations: [first, runs, last], verdict: 'failed' },
  { name: 'fails in runs', answer: () => eager, configurations: [runs, first, last], verdict: 'failed' },
  {
    name: 'fails late',
    answer: () => right,
    configurations: [first, runs, last, runs, first],
    verdict: 'failed',
  },
  { name: 'fails at the very end', answer: () => right, configurations: [runs, last], verdict: 'failed' },
  {
    name: 'comes to a bound',
    answer: () => right,
    configurations: [bounded, runs, first],
    verdict: 'inconclusive',
  },
  { name: 'does nothing', answer: () => silent, configurations: [first, runs, last], verdict: 'failed' },
  { name: 'throws', answer: () => fragile, configurations: [first, runs, last], verdict: 'error' },
  { name: 'throws in runs', answer: () => fragile, configurations: [runs, first, last], verdict: 'error' },
  {
    name: 'throws at its start',
    answer: () => ({ ...right, init: () => JSON.parse('{') as object }),
    configurations: [runs, first],
    verdict: 'error',
  },
  {
    name: 'keeps something to itself',
    answer: forgetful,
    configurations: [first, runs, last],
    verdict: 'error',
  },
  {
    name: 'keeps something to itself, in runs',
    answer: forgetful,
    configurations: [runs, first],
    verdict: 'error',
  },
  {
    name: 'is graded by a property that throws, in runs',
    answer: () => right,
    configurations: [first, named('faulty', SIMULATED, withProperties(...PROPERTIES, throws)), last],
    verdict: 'error',
  },
  {
    name: 'is graded by an exercise without a system',
    answer: () => right,
    configurations: [first, runs, unbuilt, last],
    verdict: 'error',
  },
  {
    name: 'fails before an exercise without a system',
    answer: () => eager,
    configurations: [runs, first, unbuilt, last],
    verdict: 'error',
  },
  {
    name: 'fails in the second of three configurations of runs',
    answer: () => right,
    configurations: [
      raftRuns(null, { runs: 8, id: 'right' }),
      raftRuns('ignores-log', { id: 'wrong' }),
      raftRuns(null, { id: 'after' }),
    ],
    verdict: 'failed',
    sizes: [2, 5],
  },
]

const SCHEDULERS: Readonly<Record<string, () => Scheduler>> = {
  'oldest first': () => oldestFirst,
  'newest first': () => newestFirst,
  'last first': () => lastTaskFirst,
  'at random': () => atRandom(1),
  'at random, otherwise': () => atRandom(2),
}

const pooled = (
  answer: () => AnyNodeDefinition,
  configurations: readonly Configuration[],
  rest: Pick<Pooled<Answer>, 'size' | 'scheduler' | 'looksAlone' | 'loses'>,
) =>
  gradeByHand({
    exercise: exercise(...configurations),
    anew: () => ({ definition: answer(), probe: null }),
    ...rest,
  })

const alone = (answer: () => AnyNodeDefinition, configurations: readonly Configuration[]): Report => {
  const anew = (): Answer => ({ definition: answer(), probe: null })
  return gradeToEnd(exercise(...configurations), anew(), { anew })
}

describe('the report of a pool is that of one worker, for an answer that', () => {
  for (const { name, answer, configurations, verdict, sizes } of CASES) {
    test(name, async () => {
      const expected = alone(answer, configurations)
      expect(expected.verdict).toBe(verdict)
      for (const size of sizes ?? [1, 2, 3, 5]) {
        for (const [how, scheduler] of Object.entries(SCHEDULERS)) {
          if (sizes && !['last first', 'at random, otherwise'].includes(how)) continue
          for (const looksAlone of how === 'at random' ? [0, 1, 7] : [0]) {
            const { report, progress, started } = await pooled(answer, configurations, {
              ...{ size, scheduler: scheduler(), looksAlone },
            })
            expect(report, `${size}, ${how}, ${looksAlone}`).toEqual(expected)
            expect(started).toBeLessThanOrEqual(size)
            for (const [index, { total }] of progress.slice(1).entries()) {
              const before = progress[index]!.total
              expect(total.states).toBeGreaterThanOrEqual(before.states)
              expect(total.steps).toBeGreaterThanOrEqual(before.steps)
              expect(total.depth).toBeGreaterThanOrEqual(before.depth)
            }
          }
        }
      }
    })
  }
})

describe('runs in parts', () => {
  test('are all runs, once each, whatever their number', () => {
    for (const runs of [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 200, 10_000]) {
      const { parts } = planOf(exercise({ ...SIMULATED, runs } as Configuration)).configurations[0]!
      expect(parts[0]!.first).toBe(0)
      for (const [index, part] of parts.entries())
        expect(part.first + part.runs).toBe(parts[index + 1]?.first ?? runs)
      expect(Math.min(...parts.map((part) => part.runs))).toBeGreaterThan(0)
    }
  })

  test('have the first seed that fails, and the counts up to it', async () => {
    const configurations = [raftRuns('ignores-log', { runs: 32 })]
    const expected = alone(() => right, configurations)
    const failed = expected.checks.find(({ verdict }) => verdict === 'failed')!
    const seed = Number(failed.message.parameters['seed'])
    // The same with no more runs than that: nothing after it was counted.
    const upTo = alone(() => right, [raftRuns('ignores-log', { runs: seed })])
    expect(failed.steps).toBe(upTo.checks[0]!.steps)
    expect(seed > 1).toBe(true)
    const before = alone(() => right, [raftRuns('ignores-log', { runs: seed - 1 })])
    expect(before.checks.every(({ verdict }) => verdict !== 'failed')).toBe(true)
    for (const scheduler of [lastTaskFirst, atRandom(5)]) {
      const { report } = await pooled(() => right, configurations, { size: 5, scheduler, looksAlone: 0 })
      expect(report).toEqual(expected)
    }
  })

  test('have the witness of the first seed that comes to it', async () => {
    const configurations = [named('rare', SIMULATED, withProperties(rare))]
    const expected = alone(() => eager, configurations)
    const { message, steps } = expected.checks[0]!
    const seed = Number(message.parameters['seed'])
    expect(message.code).toBe('check.passed.witness')
    expect(
      alone(() => eager, [named('rare', SIMULATED, { ...withProperties(rare), runs: seed - 1 })]),
    ).toMatchObject({
      checks: [{ verdict: 'inconclusive' }],
    })
    // It is not in the first part, and not the only one.
    expect(seed).toBeGreaterThan(planOf(exercise(...configurations)).configurations[0]!.parts[0]!.runs)
    const later = gradeToEnd(
      exercise(...configurations),
      { definition: eager, probe: null },
      { seed: seed + 1 },
    )
    expect(later.checks[0]!.message.code).toBe('check.passed.witness')
    expect(later.checks[0]!.steps).not.toBe(steps)
    for (const scheduler of [lastTaskFirst, newestFirst, atRandom(3)]) {
      const { report } = await pooled(() => eager, configurations, { size: 3, scheduler, looksAlone: 0 })
      expect(report).toEqual(expected)
    }
  })
})

describe('a pool', () => {
  test('starts nobody for a grading that is over before the work is spread', async () => {
    const { started, tasks } = await pooled(() => right, [first, runs], {
      ...{ size: 4, scheduler: oldestFirst, looksAlone: Infinity },
    })
    expect({ started, tasks }).toEqual({ started: 1, tasks: [] })
  })

  test('starts no more workers than there are tasks', async () => {
    const { started } = await pooled(() => right, [first, last], {
      ...{ size: 5, scheduler: oldestFirst, looksAlone: 0 },
    })
    expect(started).toBe(2)
  })

  test('stops who is at something later, once something earlier has failed', async () => {
    // The first configuration fails while the others, which were handed out, have told nothing.
    const firstFails: Scheduler = (arrivals) =>
      Math.max(
        0,
        arrivals.findIndex(({ worker }) => worker === 0),
      )
    const { report, interrupted, tasks } = await pooled(() => eager, [first, runs, last], {
      ...{ size: 3, scheduler: firstFails, looksAlone: 0 },
    })
    expect(report.checks.at(-1)!.verdict).toBe('not-run')
    expect([...interrupted].sort()).toEqual([1, 2])
    expect(tasks.at(-1)).toEqual({ kind: 'rest', configuration: 1 })
  })

  test('does not mind a lost worker whose task does not matter', async () => {
    const loses = { key: '2 explore', reason: 'silent' }
    const { report } = await pooled(() => eager, [first, runs, last], {
      ...{ size: 3, scheduler: lastTaskFirst, looksAlone: 0, loses },
    })
    expect(report).toEqual(alone(() => eager, [first, runs, last]))
  })

  test('gives up where what is lost decides, and says why', async () => {
    for (const [key, looksAlone] of [
      ['1/3', 0],
      ['2 explore', 0],
      ['begin', Infinity],
    ] as const) {
      for (const scheduler of [oldestFirst, lastTaskFirst]) {
        const running = pooled(() => right, [first, runs, last], {
          ...{ size: 3, scheduler, looksAlone, loses: { key, reason: key } },
        })
        await expect(running).rejects.toBeInstanceOf(Lost)
        await expect(running).rejects.toMatchObject({ reason: key })
      }
    }
  })
})
