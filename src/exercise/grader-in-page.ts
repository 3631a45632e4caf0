/** The grader of the page: compiles in the worker that holds TypeScript, and grades in the sandbox. */
import { compileAnswer, prepareCompiler } from '../sandbox/compiler.ts'
import { Sandbox } from '../sandbox/host.ts'
import type { Grader } from './grader.ts'
import type { ExercisePage } from './page.ts'

/** The first seed of random runs: always the same, so that the same code gets the same verdict. */
const SEED = 1

export function graderOf({ id, file }: ExercisePage): Grader {
  const sandbox = new Sandbox()
  return {
    warm() {
      prepareCompiler()
      sandbox.prepare()
    },
    compile: (source) => compileAnswer(id, source, file),
    grade: (code, onProgress) => sandbox.grade({ exercise: id, code, seed: SEED, onProgress }),
  }
}
