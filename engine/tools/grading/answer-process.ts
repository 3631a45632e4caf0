/**
 * The child process in which an answer runs on the command line: Node's permission model, a limit on memory, no
 * environment, and the same lockdown as in the page. Reads one request from standard input and writes one JSON
 * object a line to standard output: `{ progress }` or `{ line }` any number of times, then `{ report }`.
 */
import { readFileSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { lockdown } from '../../compile/lockdown.ts'
import { type AnyAnswer, type Answer, type AnyExercise, languageOf } from '../../exercise.ts'
import { Fault } from '../../fault.ts'
import { grade } from '../../grade.ts'
import { diagnosticOf } from '../../grading/diagnostics.ts'
import { load } from '../../load.ts'
import type { Report } from '../../report.ts'
// Before any exercise is imported: its spec may hold programs.
import '../programs/node-hook.ts'
import { QUERY } from '../programs/query.ts'

/** What the parent asks for. */
export interface AnswerRequest {
  /** The path of the exercise's `exercise.ts`. */
  readonly exerciseFile: string
  /** The compiled answer. */
  readonly code: string
  readonly seed: number
  readonly statesMax?: number
  /** The path of the solution, where a failure is to be compared with it. */
  readonly solutionFile: string | null
  /** Tell each line before it runs: slow, to find out where an answer hangs. */
  readonly tellLines: boolean
}

/** What it is told. */
export type AnswerEvent =
  { readonly progress: unknown } | { readonly line: number } | { readonly report: Report }

const request = JSON.parse(readFileSync(0, 'utf8')) as AnswerRequest
const exercise = await exported<AnyExercise>(request.exerciseFile)
const solution = request.solutionFile ? await solutionIn(request.solutionFile) : null

/** The course's own file is not guarded, unless it has to be compiled in any case. */
async function solutionIn(file: string): Promise<AnyAnswer> {
  if (languageOf(exercise) === 'node')
    return { definition: await exported<Answer['definition']>(file), probe: null }
  const url = `${pathToFileURL(file).href}${QUERY}`
  const { code } = ((await import(url)) as { default: { code: string } }).default
  return load(exercise, code)
}

async function exported<T>(file: string): Promise<T> {
  return ((await import(pathToFileURL(file).href)) as { default: T }).default
}

const toText = JSON.stringify
const toBytes = Buffer.from.bind(Buffer)

function tell(event: AnswerEvent): void {
  // Bytes, because a pipe may take only a part at once.
  const bytes = toBytes(`${toText(event)}\n`)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
    }
  }
}

function failedReport(error: unknown): Report {
  const fault = error instanceof Fault ? error : new Fault('engine-failed', { message: String(error) })
  return { exercise: exercise.id, verdict: 'error', checks: [], diagnostics: [diagnosticOf(fault)] }
}

/** Progress is told at most so often: a line for every thousand states would slow the search down. */
const PROGRESS_MS = 100
const clock = performance.now.bind(performance)
const exit = process.exit.bind(process)
// A promise that an answer leaves behind is not an end of the process.
process.on('unhandledRejection', () => undefined)

lockdown(globalThis)
tell({ progress: null })
let report: Report
try {
  const answer = load(exercise, request.code, request.tellLines ? (line) => tell({ line }) : null)
  const { seed, statesMax } = request
  const grading = grade(exercise, answer, {
    seed,
    ...(statesMax === undefined ? {} : { statesMax }),
    ...(solution && { solution }),
  })
  let told = clock()
  let next = grading.next()
  while (!next.done) {
    if (clock() - told > PROGRESS_MS) {
      tell({ progress: next.value })
      told = clock()
    }
    next = grading.next()
  }
  report = next.value
} catch (error) {
  report = failedReport(error)
}
tell({ report })
// At once: what an answer has put off to later is not run.
exit(0)
