/**
 * What a second worker is worth: the whole grading of the exercise that takes longest, by one process and by two, as on the
 * command line. The two reports have to be the same.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import typescript from 'typescript-page'
import { compile } from '../../engine/compile/compile.ts'
import { languageOf } from '../../engine/exercise.ts'
import { buildExerciseIn } from '../../engine/tools/grading/exercise-file.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import { runAnswer } from '../../engine/tools/grading/run-answer.ts'
import { inRoot } from '../../scripts/toolchain.mjs'

/** Of all exercises, its solution takes longest to grade. */
const EXERCISE = 'lock-zookeeper'

export interface PoolFigures {
  readonly exercise: string
  readonly cores: number
  /** Seconds of the wall, by how many processes. */
  readonly seconds: { readonly one: number; readonly two: number }
  readonly ratio: number
}

/** Measures both. @throws Error where the reports differ */
export async function measurePool(): Promise<PoolFigures> {
  const folder = inRoot('exercises', EXERCISE)
  const exercise = await buildExerciseIn(folder)
  const source = readFileSync(inRoot('exercises', EXERCISE, 'solution.ts'), 'utf8')
  const { code } = compile(typescript, exercise.file, source, librariesOf(EXERCISE), languageOf(exercise))
  const graded = async (size: number): Promise<{ seconds: number; report: string }> => {
    const start = performance.now()
    const report = await runAnswer({ exercise: EXERCISE, code: code!, seed: 1, compare: false, size })
    if (report.verdict !== 'passed') throw new Error(`${EXERCISE}: its solution is ${report.verdict}`)
    return { seconds: (performance.now() - start) / 1000, report: JSON.stringify(report) }
  }
  const one = await graded(1)
  const two = await graded(2)
  if (one.report !== two.report) throw new Error(`${EXERCISE}: one process and two say different things`)
  return {
    exercise: EXERCISE,
    cores: availableParallelism(),
    seconds: { one: one.seconds, two: two.seconds },
    ratio: one.seconds / two.seconds,
  }
}
