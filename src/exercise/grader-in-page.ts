/** The grader of the page: compiles in the worker that holds TypeScript, and grades in the sandbox. */
import { compileAnswer, prepareCompiler } from '../sandbox/compiler.ts'
import { Sandbox } from '../sandbox/host.ts'
import type { ExerciseGrader } from './grader.ts'
import type { ExercisePage } from './page.ts'
import { solutionOf } from './solutions.ts'

/** The first seed of random runs: always the same, so that the same code gets the same verdict. */
const SEED = 1

export function graderOf({ id, file, language }: ExercisePage): ExerciseGrader {
  const sandbox = new Sandbox(id)
  return {
    warm() {
      prepareCompiler()
      sandbox.prepare()
    },
    compile: (source) => compileAnswer(id, source, file, language),
    grade: (code, onProgress, only) =>
      sandbox.grade({ exercise: id, code, seed: SEED, ...(only && { only }), onProgress }),
    tryOut: (code, request, silenceSeconds) =>
      sandbox.tryOut({ exercise: id, code, ...request }, silenceSeconds),
    async compare(code, { verdict, kind, trace, bounds: { configuration } }) {
      const { solution: source } = await solutionOf(id)
      const { code: solution } = await compileAnswer(id, source, file, language)
      if (solution === null) throw new Error('solution.ts')
      return sandbox.compare({ exercise: id, code, solution, check: { verdict, kind, trace, configuration } })
    },
  }
}
