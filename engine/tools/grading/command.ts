/**
 * The command `grade`: what it is given, what it writes, and its exit code. 0 passed, 1 failed, 2 inconclusive,
 * 3 the answer could not be run, 4 bad usage, 5 a fault of the course.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import typescript from 'typescript-page'
import { compile } from '../../compile/compile.ts'
import { languageOf } from '../../exercise.ts'
import type { Report } from '../../report.ts'
import { en } from '../../text/en.ts'
import { put } from '../../text/words.ts'
import { exerciseIn } from './exercise-file.ts'
import { wordsOf } from './exercise-words.ts'
import { ROOT, librariesOf } from './libraries.ts'
import { type Printing, asJson, asText, progressText } from './print.ts'
import { runAnswer } from './run-answer.ts'
import { judgeFile } from './run-command.ts'

const EXIT: Readonly<Record<Report['verdict'], number>> = { passed: 0, failed: 1, inconclusive: 2, error: 3 }
const BAD_USAGE = 4
const OWN_FAULT = 5

/** The first seed of random runs, if nothing else is said. */
const SEED = 1

/** What the command was asked for. */
export interface Request {
  readonly exercise: string
  readonly file: string
  readonly json: boolean
  /** Null: the first. */
  readonly seed: number | null
  /** Null: as many states as the exercise says. */
  readonly budget: number | null
  readonly compare: boolean
}

class BadUsage extends Error {}

function refuse(code: string, parameters: Record<string, string | readonly string[]> = {}): never {
  throw new BadUsage(put(en, code, parameters))
}

const EXERCISES = path.join(ROOT, 'exercises')

function exercises(): string[] {
  return readdirSync(EXERCISES).filter(isExercise).sort()
}

/** @param name that of a folder, or for an exercise that lies elsewhere its path from there */
function isExercise(name: string): boolean {
  return existsSync(path.join(EXERCISES, name, 'exercise.ts'))
}

function requestOf(parameters: readonly string[]): Request {
  let parsed
  try {
    parsed = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        seed: { type: 'string' },
        budget: { type: 'string' },
        compare: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    return refuse('usage.option', { message: (error as Error).message })
  }
  const [command, exercise, file, ...rest] = parsed.positionals
  if (command !== 'grade' || rest.length > 0 || parsed.values.help) refuse('usage')
  if (exercise === undefined) refuse('usage.no-exercise', { exercises: exercises() })
  if (!isExercise(exercise)) refuse('usage.unknown-exercise', { exercise, exercises: exercises() })
  if (file === undefined) refuse('usage.no-file')
  if (!existsSync(file)) refuse('usage.missing-file', { file })
  return {
    exercise,
    file,
    json: parsed.values.json ?? false,
    seed: numberOf('--seed', parsed.values.seed, 0),
    budget: numberOf('--budget', parsed.values.budget, 1),
    compare: parsed.values.compare ?? false,
  }
}

function numberOf(option: string, text: string | undefined, least: number): number | null {
  if (text === undefined) return null
  if (!/^\d{1,10}$/.test(text) || Number(text) < least)
    refuse('usage.number', { option, text, least: String(least) })
  return Number(text)
}

/** Where the command writes to. */
export interface Terminal {
  write(text: string): void
  /** Somebody looks at it: colours and progress. */
  readonly looking: boolean
  readonly colours: boolean
}

/** Runs the command. @returns the exit code, and what went wrong with the usage */
export async function gradeCommand(
  parameters: readonly string[],
  terminal: Terminal,
): Promise<{ exit: number; complaint: string }> {
  try {
    return { exit: await graded(requestOf(parameters), terminal), complaint: '' }
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error
    return { exit: BAD_USAGE, complaint: error.message }
  }
}

async function graded(request: Request, terminal: Terminal): Promise<number> {
  const source = textOf(request.file)
  const exercise = await exerciseIn(path.join(EXERCISES, request.exercise))
  if (exercise.kind === 'break') {
    const option = request.compare ? '--compare' : request.seed === null ? null : '--seed'
    if (option !== null) refuse('usage.run-option', { option, exercise: request.exercise })
    return exitOf(judgeFile(exercise, source, request, terminal))
  }
  const looking = terminal.looking && !request.json
  const printing: Printing = {
    exercise: request.exercise,
    words: wordsOf(request.exercise),
    dictionary: en,
    file: request.file,
    source,
    colours: terminal.colours && !request.json,
    compares: request.compare,
  }
  const { code, diagnostics } = compile(
    typescript,
    path.basename(request.file),
    source,
    librariesOf(request.exercise),
    languageOf(exercise),
  )
  const ran: Report =
    code === null
      ? { exercise: request.exercise, verdict: 'error', checks: [], diagnostics: [] }
      : await runAnswer({
          exercise: request.exercise,
          code,
          seed: request.seed ?? SEED,
          compare: request.compare,
          ...(request.budget === null ? {} : { statesMax: request.budget }),
          onProgress({ states, configuration }) {
            if (looking) terminal.write(`\r\u001b[K${progressText(states, configuration, printing)}`)
          },
        })
  if (looking) terminal.write('\r\u001b[K')
  const report: Report = { ...ran, diagnostics: merged(diagnostics, ran.diagnostics) }
  terminal.write(`${request.json ? JSON.stringify(asJson(report, printing)) : asText(report, printing)}\n`)
  return exitOf(report)
}

/** The exit code of a report. */
export function exitOf(report: Partial<Report> & Pick<Report, 'verdict' | 'diagnostics'>): number {
  return isOwnFault(report) ? OWN_FAULT : EXIT[report.verdict]
}

/** Is it the exercise or the engine that went wrong, and not the answer? */
function isOwnFault({ diagnostics }: Pick<Report, 'diagnostics'>): boolean {
  return diagnostics.some(({ author, words }) => author !== undefined || words.code === 'engine-failed')
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return refuse('usage.missing-file', { file })
  }
}

/** What running said and what compiling said; a place and code that both name is shown once. */
function merged(compiled: Report['diagnostics'], ran: Report['diagnostics']): Report['diagnostics'] {
  const key = (one: Report['diagnostics'][number]) => `${one.line} ${one.words.code}`
  const known = new Set(ran.map(key))
  return [...ran, ...compiled.filter((one) => !known.has(key(one)))]
}
