/**
 * The grader of a cell: it compiles and grades the whole file with what the reader has written in its place, and says what
 * is wrong at a place where the reader can mend it. Runs keep the lines of the file.
 */
import type { Diagnostic } from '../../engine/report.ts'
import type { Compiled, Grader } from '../exercise/grader.ts'
import { compileAnswer, prepareCompiler } from '../sandbox/compiler.ts'
import { Sandbox } from '../sandbox/host.ts'
import { scriptOfCell } from '../sandbox/script-names.ts'
import type { CellPage } from './page.ts'
import { type Part, placeInPart, whole } from './part.ts'

/** Nothing in a cell's search is random; the grading wants a seed all the same. */
const SEED = 1

/** A grader, and what takes its frame out of the page. */
export interface CellGrader extends Grader {
  dispose(): void
}

export function graderOf({ id, part, messages, file }: Omit<CellPage, 'words'>): CellGrader {
  const sandbox = new Sandbox(scriptOfCell(id))
  /** What the reader had written, by what it compiled to. */
  let compiled: { readonly js: string; readonly code: string } | null = null
  return {
    warm() {
      prepareCompiler()
      sandbox.prepare()
    },
    async compile(code): Promise<Compiled> {
      const result = await compileAnswer(messages, whole(part, code), file)
      if (result.code !== null) compiled = { js: result.code, code }
      return { ...result, diagnostics: diagnosticsInPart(part, code, result.diagnostics) }
    },
    grade(js, onProgress) {
      const code = compiled?.js === js ? compiled.code : part.code
      const grading = sandbox.grade({ exercise: id, code: js, seed: SEED, onProgress })
      const report = grading.report.then(({ diagnostics, ...rest }) => ({
        ...rest,
        diagnostics: diagnosticsInPart(part, code, diagnostics),
      }))
      return { ...grading, report }
    },
    compare: () => Promise.resolve(null),
    dispose: () => sandbox.dispose(),
  }
}

function diagnosticsInPart(
  part: Part,
  code: string,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => ({ ...diagnostic, ...placeInPart(part, code, diagnostic) }))
}
