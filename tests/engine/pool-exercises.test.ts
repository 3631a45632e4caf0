/**
 * Answers to the course’s exercises, graded by pools: each report is that of one worker, field for field. What comes of each
 * task is what the exercise’s own spec says, in both languages; who does what is as bad as can be.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import { languageOf } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { type Scheduler, atRandom, gradeByHand, lastTaskFirst } from '../../engine/testing/grading-pool.ts'
import { buildExerciseIn } from '../../engine/tools/grading/exercise-file.ts'
import { ROOT, librariesOf } from '../../engine/tools/grading/libraries.ts'
import { runAnswer } from '../../engine/tools/grading/run-answer.ts'

const POOLS: readonly (readonly [size: number, scheduler: () => Scheduler, looksAlone: number])[] = [
  [2, () => lastTaskFirst, 0],
  [3, () => atRandom(3), 4],
  [5, () => atRandom(5), 0],
]

async function answerOf(id: string, file: string) {
  const folder = path.join(ROOT, 'exercises', id)
  const exercise = await buildExerciseIn(folder)
  const source = readFileSync(path.join(folder, file), 'utf8').replaceAll("'../messages'", "'./messages'")
  const { code } = compile(typescript, exercise.file, source, librariesOf(id), languageOf(exercise))
  return { exercise, code: code!, anew: () => load(exercise, code!) }
}

describe.each([
  ['paxos-learner', 'solution.ts', 'passed'],
  ['paxos-acceptor', 'mutants/overwrites-with-lower.ts', 'failed'],
  ['paxos-acceptor', 'mutants/state-in-the-module.ts', 'error'],
  ['paxos-backoff', 'mutants/draws-from-too-little.ts', 'failed'],
  ['paxos-backoff', 'mutants/waits-a-minute.ts', 'failed'],
  ['lock-unique-index', 'mutants/repeats-release.ts', 'failed'],
])('%s, %s', (id, file, verdict) => {
  test(`is ${verdict}, whoever grades it`, { timeout: 240_000 }, async () => {
    const { exercise, anew } = await answerOf(id, file)
    const alone = gradeToEnd(exercise, anew(), { anew })
    expect(alone.verdict).toBe(verdict)
    for (const [size, scheduler, looksAlone] of POOLS) {
      const { report } = await gradeByHand({
        ...{ exercise, anew, options: { seed: 1 }, size, scheduler: scheduler(), looksAlone },
      })
      expect(report).toEqual(alone)
    }
  })
})

test.each([
  ['paxos-learner', 'solution.ts'],
  ['paxos-acceptor', 'mutants/knows-the-ballots.ts'],
])(
  'the processes of the command line say the same, one or three: %s, %s',
  { timeout: 240_000 },
  async (id, file) => {
    const { exercise, code, anew } = await answerOf(id, file)
    const alone = JSON.parse(JSON.stringify(gradeToEnd(exercise, anew(), { anew }))) as unknown
    for (const size of [1, 3]) {
      const totals: number[] = []
      const report = await runAnswer({
        ...{ exercise: id, code, seed: 1, compare: false, size, aloneMs: 0 },
        onProgress: ({ total }) => totals.push(total.steps),
      })
      expect(report).toEqual(alone)
      expect(totals.length).toBeGreaterThan(0)
      expect(totals).toEqual([...totals].sort((one, other) => one - other))
    }
  },
)
