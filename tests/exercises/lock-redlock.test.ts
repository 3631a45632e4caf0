/**
 * What is pinned of the exercise lock-redlock: the sizes of its searches, the run in which the starter is refuted, that nobody
 * is blamed for what no lease can prevent, and, as patches on the solution's text, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import type { View } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import type { ClientAnswer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import type { Report } from '../../engine/report.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/lock-redlock/exercise.ts'

const FOLDER = 'exercises/lock-redlock'
const TIMEOUT_MS = 300_000

type Patch = readonly [old: string, new_: string]

/** A file of the exercise with some of its text replaced, compiled and loaded as a learner's is. */
function answer(file: string, patches: readonly Patch[] = []): ClientAnswer {
  let source = readFileSync(`${FOLDER}/${file}`, 'utf8')
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, librariesOf(exercise.id), 'client')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code) as ClientAnswer
}

/** Grades in some of the configurations. */
function graded(one: ClientAnswer, ids: readonly string[]): Report {
  const configurations = exercise.configurations.filter(({ id }) => ids.includes(id))
  return gradeToEnd({ ...exercise, configurations }, one)
}

/** The verdict and the checks that failed. */
function judged(one: ClientAnswer, ids: readonly string[]): string {
  const { verdict, checks } = graded(one, ids)
  const failed = checks.filter((check) => check.verdict === 'failed').map(({ id }) => id)
  return [verdict, ...failed].join(' ')
}

const explored = exercise.configurations.filter(({ driver }) => driver === 'explore').map(({ id }) => id)

describe('the search', () => {
  it(
    'looks at this many states of the solution',
    () => {
      const report = graded(answer('solution.ts'), explored)
      expect(report.verdict).toBe('passed')
      const counts = explored.map((id) => [
        id,
        report.checks.find((check) => check.bounds.configuration === id)!.states,
      ])
      expect(Object.fromEntries(counts)).toEqual({
        alone: 85,
        two: 1_828,
        silent: 432,
        down: 135,
        half: 73,
        unheard: 89,
        stale: 45,
        slow: 228,
        drift: 43,
        late: 1_906,
        crash: 3_359,
        tasks: 219,
        paused: 3_090,
      })
    },
    TIMEOUT_MS,
  )

  it('refutes the starter, which deletes what is another’s', () => {
    const { checks } = graded(answer('starter.ts'), ['alone', 'two'])
    const failed = checks.filter(({ verdict }) => verdict === 'failed')
    expect(failed.map(({ id }) => id)).toEqual(['two/majority'])
    expect(failed[0]!.message.parameters).toMatchObject({ client: 'A', keys: 1, instances: 3 })
  })
})

interface Shown {
  readonly inside?: Record<string, unknown>
}

it(
  'blames nobody who is held up beyond the end of a lease, though another has the lock by then',
  () => {
    const both = (view: View): boolean =>
      ['A', 'B'].every((client) => {
        const { inside = {} } = view.find(({ id }) => id === client)!.seen as Shown
        return Object.keys(inside).length > 0
      })
    const configuration = exercise.configurations.find(({ id }) => id === 'paused')!
    const { checks } = gradeToEnd(
      {
        ...exercise,
        configurations: [
          {
            ...configuration,
            system: (one) => ({
              ...configuration.system(one),
              properties: [{ id: 'both', kind: 'sometimes', reached: both }],
            }),
          },
        ],
      },
      answer('solution.ts'),
    )
    expect(checks.map(({ verdict }) => verdict)).toEqual(['passed'])
  },
  TIMEOUT_MS,
)

const MAJORITY = 'granted > instances.length / 2'
const TIMEOUT = 'sleep(ANSWERS_WITHIN_MS)'
const DRIFT = 'ttlMs / 100 + 2'
const SET = '{ NX: true, PX: ttlMs }'
const LEASE = 'return { token, validMs }'

describe('a wrong answer', () => {
  it.each<[string, string, string, Patch[]]>([
    ['wants two', 'half', 'failed half/majority', [[MAJORITY, 'granted >= 2']]],
    ['wants three', 'stale', 'failed stale/available', [[MAJORITY, 'granted >= 3']]],
    [
      'rounds half up',
      'half',
      'failed half/majority',
      [[MAJORITY, 'granted >= Math.ceil(instances.length / 2)']],
    ],
    ['waits for half of the time', 'down', 'failed down/available', [[TIMEOUT, 'sleep(500)']]],
    ['adds the drift', 'drift', 'failed drift/validity', [['- drift)', '+ drift)']]],
    ['takes off half of the drift', 'drift', 'failed drift/majority', [[DRIFT, 'ttlMs / 200 + 2']]],
    ['takes off everything', 'alone', 'failed alone/available', [[DRIFT, 'ttlMs']]],
    [
      'gives the time of the end',
      'drift',
      'failed drift/validity',
      [[LEASE, 'return { token, validMs: began + 2 * ttlMs }']],
    ],
    ['gives no time', 'alone', 'failed alone/validity', [[LEASE, 'return { token } as Lease']]],
    [
      'lets the keys live for a tenth',
      'slow',
      'failed slow/majority',
      [[SET, '{ NX: true, PX: ttlMs / 10 }']],
    ],
    ['means seconds', 'crash', 'failed crash/available', [[SET, '{ NX: true, EX: ttlMs }']]],
  ])('%s', (_, configuration, verdict, patches) => {
    const found = judged(answer('solution.ts', patches), [configuration])
    expect(found.split(' ').sort()).toEqual(verdict.split(' ').sort())
  })
})

describe('a right answer', () => {
  // The two that take the most time are left to the gate, which has the variants.
  const ids = explored.filter((id) => id !== 'paused' && id !== 'crash')
  it.each<[string, Patch[]]>([
    ['counts in another way', [[MAJORITY, 'granted >= Math.floor(instances.length / 2) + 1']]],
    ['waits for longer', [[TIMEOUT, 'sleep(100)']]],
    ['waits for just long enough', [[TIMEOUT, 'sleep(41)']]],
    ['allows more for the clocks', [[DRIFT, 'ttlMs / 20 + 10']]],
    ['lets the keys live for longer', [[SET, '{ NX: true, PX: ttlMs + 200 }']]],
    [
      'writes the options as newer code does',
      [[SET, "{ condition: 'NX', expiration: { type: 'PX', value: ttlMs } }"]],
    ],
    ['wants some time to be left', [['validMs > 0', 'validMs > ttlMs / 2']]],
  ])(
    '%s',
    (_, patches) => {
      expect(judged(answer('solution.ts', patches), ids)).toBe('passed')
    },
    TIMEOUT_MS,
  )
})
