/**
 * Compiles a client's file of the course into a module, for whatever loads it: Vite (`vite-plugin.ts`) or Node
 * (`node-hook.ts`). It is the compiler that learners' files go through, so that the course's code is run as theirs is.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as bundled from 'typescript-page'
import type * as TypeScript from 'typescript-page'
import { isAnswerModule } from '../../clients/answer-module.ts'
import { compile } from '../../compile/compile.ts'
import { en } from '../../text/en.ts'
import { put } from '../../text/words.ts'
import { ROOT, librariesOf } from '../grading/libraries.ts'

const ts = ((bundled as { default?: unknown }).default ?? bundled) as typeof TypeScript

/** A file of the course that can't be compiled: where, and why. */
export class ProgramError extends Error {
  /** Where the file is. */
  readonly file: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number

  constructor(file: string, line: number, column: number, why: string) {
    super(`${path.relative(ROOT, file)}:${line}:${column}: ${why}`)
    this.name = 'ProgramError'
    this.file = file
    this.line = line
    this.column = column
  }
}

let libraries: ReturnType<typeof librariesOf> | null = null

/**
 * The text of the module that stands for a client's file. It depends on the file's name and text, and on nothing else.
 *
 * Types are checked where those of all the course's files are, in the project of its room. So, unlike a learner's, the file may
 * name types of the engine by `import type`; nothing is left of them when it runs.
 * @param file its path
 * @throws ProgramError at the first thing that is wrong with it
 */
export function moduleOf(file: string): string {
  const source = readFileSync(file, 'utf8')
  const program = { file: path.basename(file), code: codeOf(file, source), needs: needsOf(source) }
  return `export default ${JSON.stringify(program)}\n`
}

function codeOf(file: string, source: string): string {
  libraries ??= librariesOf('none')
  const { code, diagnostics } = compile(ts, path.basename(file), source, libraries, 'client')
  const allowed = linesOfImports(source, isTypeOnly)
  for (const line of linesOfImports(source, isOfAnswer)) allowed.add(line)
  const wrong = diagnostics.find(
    ({ words, line }) =>
      words.code !== 'type-error' && !(words.code === 'unknown-import' && allowed.has(line)),
  )
  if (wrong) {
    const { line, column, words } = wrong
    throw new ProgramError(file, line, column, put(en, words.code, words.parameters))
  }
  if (code === null) throw new ProgramError(file, 1, 1, 'It gives no code.')
  return code
}

/** The lines on which imports of a kind name their module. */
function linesOfImports(
  source: string,
  wanted: (declaration: TypeScript.ImportDeclaration) => boolean,
): Set<number> {
  const { file, imports } = importsOf(source)
  return new Set(
    imports
      .filter(wanted)
      .map(({ moduleSpecifier }) => file.getLineAndCharacterOfPosition(moduleSpecifier.end).line + 1),
  )
}

/** The functions that a worker's file imports of the answer; see `withWorker`. */
function needsOf(source: string): string[] {
  return importsOf(source)
    .imports.filter((declaration) => isOfAnswer(declaration) && !isTypeOnly(declaration))
    .flatMap(({ importClause }) => {
      const bindings = importClause?.namedBindings
      return bindings && ts.isNamedImports(bindings) ? bindings.elements : []
    })
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ propertyName, name }) => (propertyName ?? name).text)
}

function isTypeOnly({ importClause }: TypeScript.ImportDeclaration): boolean {
  return importClause?.isTypeOnly ?? false
}

function isOfAnswer({ moduleSpecifier }: TypeScript.ImportDeclaration): boolean {
  return ts.isStringLiteral(moduleSpecifier) && isAnswerModule(moduleSpecifier.text)
}

function importsOf(source: string): {
  file: TypeScript.SourceFile
  imports: TypeScript.ImportDeclaration[]
} {
  const file = ts.createSourceFile('imports.ts', source, ts.ScriptTarget.Latest)
  return { file, imports: file.statements.filter((statement) => ts.isImportDeclaration(statement)) }
}
