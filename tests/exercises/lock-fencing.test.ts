/**
 * What is pinned of the exercise lock-fencing: the sizes of its searches, the run in which the starter fails, what a late write may
 * still do, and, as patches on the solution's text, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import type { ClientAnswer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/lock-fencing/exercise.ts'

const FOLDER = 'exercises/lock-fencing'

type Patch = readonly [old: string, new_: string]

/** An answer from the exercise's folder with some of its text replaced, compiled and loaded as a learner's is. */
function answer(file: string, patches: readonly Patch[] = []): ClientAnswer {
  let source = readFileSync(`${FOLDER}/${file}`, 'utf8')
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(
    typescript,
    exercise.file,
    source,
    librariesOf(exercise.id),
    exercise.language,
  )
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** The exercise with some of its trials. */
function only(...ids: readonly string[]): typeof exercise {
  return { ...exercise, configurations: exercise.configurations.filter(({ id }) => ids.includes(id)) }
}

/** The verdict and the properties that failed. */
function judged(patches: readonly Patch[], among = exercise, file = 'solution.ts'): string {
  const { verdict, checks } = gradeToEnd(among, answer(file, patches))
  const failed = checks.filter((check) => check.verdict === 'failed').map(({ property }) => property)
  return [verdict, ...failed].join(' ')
}

const COUNT = "return redis.call('incr', KEYS[2])"
const TOKEN = 'const token = crypto.randomUUID()'
const LEASE = 'return fence === null ? null : { token, fence: Number(fence) }'
const GIVE_BACK = 'await redis.eval(RELEASE, { keys: [key], arguments: [lease.token] })'
const WHERE = 'where id = $1 and fence <= $3'
const VALUES = '[id, value, fence]'
const ANSWER = 'return rowCount === 1'

describe('the search', () => {
  it('looks at this many states of the solution', () => {
    const report = gradeToEnd(only('alone', 'pauses', 'crash', 'clocks', 'loss'), answer('solution.ts'))
    expect(report.verdict).toBe('passed')
    const counts = new Map(report.checks.map(({ bounds, states }) => [bounds.configuration, states]))
    expect(Object.fromEntries(counts)).toEqual({
      alone: 155,
      pauses: 5_126,
      crash: 952,
      clocks: 630,
      loss: 444,
    })
  }, 180_000)

  it('shows in the starter an old lease’s text over a newer one’s', () => {
    const failed = gradeToEnd(exercise, answer('starter.ts')).checks.find(
      ({ verdict }) => verdict === 'failed',
    )!
    expect([failed.bounds.configuration, failed.property]).toEqual(['alone', 'stale'])
    expect(failed.message.parameters).toMatchObject({ stale: 'A4', process: 'A', later: 'A3' })
  })
})

describe('the random runs', () => {
  it.each([
    ['reads-then-writes', 'stale'],
    ['expiry-in-a-second-step', 'done'],
  ])(
    'find %s by themselves',
    (mutant, property) => {
      expect(judged([], only('many'), `mutants/${mutant}.ts`)).toBe(`failed ${property}`)
    },
    180_000,
  )
})

describe('more wrong answers', () => {
  it.each<[string, string, readonly Patch[]]>([
    ['the storage answers the other way round', 'truth rightful', [[ANSWER, 'return rowCount === 0']]],
    ['every second number is smaller than the one before', 'rightful', [[COUNT, `${COUNT} % 2`]]],
    [
      'an error for whoever comes too late',
      'done',
      [[ANSWER, "if (rowCount === 0) throw new Error('late')\n  return true"]],
    ],
    [
      'the token is compared with the name of the lock',
      'free',
      [["redis.call('get', KEYS[1]) == ARGV[1]", "redis.call('get', KEYS[1]) == KEYS[1]"]],
    ],
    ['no lease is ever given', 'free', [[LEASE, 'return fence === null ? null : null']]],
    ['the lease lasts a millisecond', 'exclusion', [['String(ttlMs)', 'String(1)']]],
  ])(
    '%s: %s',
    (_, property, patches) => {
      expect(judged(patches, only('alone'))).toBe(`failed ${property}`)
    },
    180_000,
  )
})

describe('more right answers', () => {
  it.each<[string, readonly Patch[]]>([
    [
      'the counter goes up at failed attempts too',
      [
        [COUNT, "return redis.call('get', KEYS[2])"],
        ["if redis.call('set'", "redis.call('incr', KEYS[2])\nif redis.call('set'"],
      ],
    ],
    ['the token tells the time', [[TOKEN, 'const token = `${Date.now()}-${crypto.randomUUID()}`']]],
    ['the number goes to the storage as text', [[VALUES, '[id, value, String(fence)]']]],
    ['the storage asks in other words', [[WHERE, 'where documents.id = $1 and not (fence > $3)']]],
    [
      'the lock is given back in a transaction',
      [
        [
          GIVE_BACK,
          'await redis.watch(key)\n  if ((await redis.get(key)) === lease.token) await redis.multi().del(key).exec().then(undefined, () => null)\n  else await redis.unwatch()',
        ],
      ],
    ],
  ])(
    '%s',
    (_, patches) => {
      expect(judged(patches)).toBe('passed')
    },
    180_000,
  )
})
