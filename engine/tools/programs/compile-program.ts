/**
 * Compiles a client's file of the course into a module, for whatever loads it: Vite (`vite-plugin.ts`) or Node
 * (`node-hook.ts`). It is the compiler that learners' files go through, so that the course's code is run as theirs is.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as bundled from 'typescript-page'
import type * as TypeScript from 'typescript-page'
import { isAnswerModule } from '../../clients/answer-module.ts'
import { CLIENT_VALUES } from '../../clients/globals.ts'
import { compile } from '../../compile/compile.ts'
import { globalsWith } from '../../compile/evaluate.ts'
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
 * @param inPage where no text may be evaluated: the module brings the code along as a function as well
 * @throws ProgramError at the first thing that is wrong with it
 */
export function moduleOf(file: string, inPage = false): string {
  const source = readFileSync(file, 'utf8')
  const program = { file: path.basename(file), code: codeOf(file, source), needs: needsOf(source) }
  const module = `export default ${JSON.stringify(program)}\n`
  return inPage ? `${asFunction(program.code)}${module}` : module
}

/** The globals of a client's code. Here everything is strict, and no parameter may be called `eval`; the compiler has seen to it that nothing is. */
const NAMES = Object.keys(globalsWith({}, CLIENT_VALUES)).filter((name) => name !== 'eval')

/**
 * Keeps the code as it was compiled: the engine looks for the probe's name in it, and a function in which something might be evaluated
 * keeps the names that it sees. Nothing ever is: whoever runs it has an object for what it exports.
 */
const KEEPS_NAMES = "if (exports === undefined) eval('')"

function asFunction(code: string): string {
  return `import { precompiled } from ${JSON.stringify(path.join(ROOT, 'engine/compile/precompiled.ts'))}
precompiled.set(${JSON.stringify(code)}, {
  names: ${JSON.stringify(NAMES)},
  load: function (${NAMES.join(', ')}) {
return function (exports, require) {
${code}
${KEEPS_NAMES}
}
  },
})
`
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
