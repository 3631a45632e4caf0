/** The grader of the page: compiles in the worker that holds TypeScript, and grades in the sandbox. */
import { compileAnswer, prepareCompiler } from '../sandbox/compiler.ts'
import { Sandbox } from '../sandbox/host.ts'
import type { Grader } from './grader.ts'
import type { ExercisePage } from './page.ts'

/** The first seed of random runs: always the same, so that the same code gets the same verdict. */
const SEED = 1

/** Fetched when somebody asks, and not before: nothing of it is in the page or in the sandbox until then. */
const solutions = import.meta.glob<string>('../../exercises/*/solution.ts', {
  query: '?raw',
  import: 'default',
})

export function graderOf({ id, file, language }: ExercisePage): Grader {
  const sandbox = new Sandbox(id)
  return {
    warm() {
      prepareCompiler()
      sandbox.prepare()
    },
    compile: (source) => compileAnswer(id, source, file, language),
    grade: (code, onProgress) => sandbox.grade({ exercise: id, code, seed: SEED, onProgress }),
    async compare(code, { verdict, kind, trace, bounds: { configuration } }) {
      const source = await solutions[`../../exercises/${id}/solution.ts`]!()
      const { code: solution } = await compileAnswer(id, source, file, language)
      if (solution === null) throw new Error('solution.ts')
      return sandbox.compare({ exercise: id, code, solution, check: { verdict, kind, trace, configuration } })
    },
  }
}
