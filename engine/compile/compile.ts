/**
 * compile: the learner's TypeScript in, guarded JavaScript and diagnostics out. The same function serves the page and
 * the command line; each hands in its TypeScript (the same version) and the texts of the libraries.
 */
import type * as TypeScript from 'typescript-page'
import type { Diagnostic } from '../report.ts'
import { Check, placeOf } from './check.ts'
import { CLIENT_GLOBALS } from './client-globals.ts'
import { PROBE_NAME } from './forbidden.ts'
import { guard } from './guard.ts'
import type { Language } from '../exercise.ts'
import { lower } from './lower.ts'
import { NODE_GLOBALS } from './node-globals.ts'

type Compiler = typeof TypeScript

/** Texts that an answer is compiled against. */
export interface Libraries {
  /** TypeScript's own `lib.*.d.ts` by name: what `lib.es2020.d.ts` refers to, and no DOM. */
  readonly standard: Readonly<Record<string, string>>
  /** The text of the course's API, imported as `lockstep`. */
  readonly api: string
  /** The text of the exercise's `./messages`, types only. */
  readonly messages: string
  /** For the code of clients: the texts of `CLIENT_FILES`, by their names. */
  readonly clients?: Readonly<Record<string, string>>
}

/** What compiling gives. Type errors are among the diagnostics and don't stop the code from being run. */
export interface Compiled {
  /** Null where the text can't be run at all. */
  readonly code: string | null
  readonly diagnostics: readonly Diagnostic[]
}

const API_FILE = '/lockstep.ts'
/** The course's API as its own files call it, and what a client imports instead. */
const API_NAME = 'api.ts'
const CLIENT_API = 'client-api.ts'
const MESSAGES_FILE = '/messages.ts'
/** The globals of a file beside the language's own, by what it is. */
const GLOBALS_FILE = { node: '/node-globals.d.ts', client: '/client-globals.d.ts' } as const
const ROOT_LIBRARY = 'lib.es2020.d.ts'

/** "Cannot find name": where the name is a forbidden global, our own words say more. */
const CANNOT_FIND_NAME: ReadonlySet<number> = new Set([
  2304, 2552, 2580, 2583, 2584, 2591, 2592, 2593, 2339, 2550, 2868,
])
/** "Cannot find module": ours says which modules there are. */
const CANNOT_FIND_MODULE: ReadonlySet<number> = new Set([2307, 2792, 2732])

/** Parsed libraries are kept: parsing them takes most of the time of a first compilation. */
const parsed = new Map<string, { readonly text: string; readonly file: TypeScript.SourceFile }>()
let previous: TypeScript.Program | undefined

/**
 * Compiles one answer.
 * @param ts TypeScript 5.9
 * @param fileName the name of the learner's file, such as `acceptor.ts`
 * @param kind what it is compiled as
 */
export function compile(
  ts: Compiler,
  fileName: string,
  source: string,
  libraries: Libraries,
  kind: Language = 'node',
): Compiled {
  const path = `/answer/${fileName}`
  const program = ts.createProgram({
    rootNames: [GLOBALS_FILE[kind], path],
    options: optionsOf(ts),
    host: hostOf(ts, path, source, libraries, kind),
    ...(previous ? { oldProgram: previous } : {}),
  })
  previous = program
  const file = program.getSourceFile(path)!

  const syntax = program.getSyntacticDiagnostics(file)
  if (syntax.length > 0)
    return {
      code: null,
      diagnostics: syntax.map((diagnostic) => inWords(ts, file, diagnostic, 'syntax-error')),
    }
  const reserved = source.indexOf(PROBE_NAME)
  if (reserved >= 0) {
    const words = { code: 'reserved-name', parameters: { name: PROBE_NAME } }
    return { code: null, diagnostics: [{ ...placeOf(file, reserved), severity: 'error', words }] }
  }

  const check = new Check(ts, file, program.getTypeChecker(), kind)
  check.run()
  const said = new Map(check.diagnostics.map(({ line, column, words }) => [`${line}:${column}`, words.code]))
  const types = program
    .getSemanticDiagnostics(file)
    .filter(({ code, start }) => {
      const place = placeOf(file, start ?? 0)
      const ours = said.get(`${place.line}:${place.column}`)
      if (CANNOT_FIND_MODULE.has(code)) return ours !== 'unknown-import'
      return !(CANNOT_FIND_NAME.has(code) && ours === 'forbidden-global')
    })
    .map((diagnostic) => inWords(ts, file, diagnostic, 'type-error'))

  let code: string | null = null
  program.emit(file, (_name, text) => (code = text), undefined, false, {
    before: [guard(ts, (target) => check.globalRoot(target), kind === 'client')],
  })
  if (kind === 'client' && code !== null) code = check.canBeLowered ? lower(ts, code) : null
  const diagnostics = [...types, ...check.diagnostics].sort(
    (one, other) => one.line - other.line || one.column - other.column,
  )
  return { code, diagnostics }
}

/** The options that both places compile with; the editor uses them too, so that it underlines what grading reports. */
export function optionsOf(ts: Pick<Compiler, 'ScriptTarget' | 'ModuleKind'>): TypeScript.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.CommonJS,
    lib: [ROOT_LIBRARY],
    types: [],
    strict: true,
    esModuleInterop: true,
    rewriteRelativeImportExtensions: true,
    removeComments: true,
    newLine: 1, // LineFeed
  }
}

function hostOf(
  ts: Compiler,
  path: string,
  source: string,
  libraries: Libraries,
  kind: Language,
): TypeScript.CompilerHost {
  const clients = kind === 'client' ? (libraries.clients ?? {}) : {}
  const textOf = (name: string): string | undefined => {
    if (name === path) return source
    if (name === API_FILE) return libraries.api
    if (name === MESSAGES_FILE) return libraries.messages
    if (name === GLOBALS_FILE.client) return CLIENT_GLOBALS
    if (name === GLOBALS_FILE.node) return NODE_GLOBALS
    if (Object.hasOwn(clients, name.slice(1))) return clients[name.slice(1)]
    const base = name.slice(name.lastIndexOf('/') + 1)
    return Object.hasOwn(libraries.standard, base) ? libraries.standard[base] : undefined
  }
  const modules: Readonly<Record<string, string>> = {
    lockstep: Object.hasOwn(clients, CLIENT_API) ? `/${CLIENT_API}` : API_FILE,
    './messages': MESSAGES_FILE,
    './messages.ts': MESSAGES_FILE,
  }
  // The course's files import each other; an answer imports none of them by its place.
  const courseFile = (text: string, from: string): string | undefined => {
    if (from === path || !text.startsWith('.')) return undefined
    const place = joined(from, text)
    if (place === `/${API_NAME}`) return API_FILE
    return Object.hasOwn(clients, place.slice(1)) ? place : undefined
  }
  return {
    getSourceFile(name, target) {
      const text = textOf(name)
      if (text === undefined) return undefined
      const known = parsed.get(name)
      if (known?.text === text) return known.file
      const file = ts.createSourceFile(name, text, target, true)
      parsed.set(name, { text, file })
      return file
    },
    getDefaultLibFileName: () => `/${ROOT_LIBRARY}`,
    getDefaultLibLocation: () => '/',
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => textOf(name) !== undefined,
    readFile: textOf,
    writeFile: () => undefined,
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const resolvedFileName = Object.hasOwn(modules, text) ? modules[text] : courseFile(text, from)
        return { resolvedModule: resolvedFileName ? { resolvedFileName, extension: '.ts' } : undefined }
      }),
  }
}

/** The place of a file that another names relatively: `/services/service.ts`. */
function joined(from: string, relative: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function inWords(
  ts: Compiler,
  file: TypeScript.SourceFile,
  diagnostic: TypeScript.Diagnostic,
  code: 'syntax-error' | 'type-error',
): Diagnostic {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')
  const severity = diagnostic.category === ts.DiagnosticCategory.Error ? 'error' : 'warning'
  return { ...placeOf(file, diagnostic.start ?? 0), severity, words: { code, parameters: { text } } }
}
