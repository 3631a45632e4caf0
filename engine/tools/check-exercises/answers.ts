/**
 * Looks at one file of an exercise that is an answer: compiles, loads and grades it the way a learner's answer is, and
 * says in sentences what is not as it has to be.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import typescript from 'typescript-page'
import type { System } from '../../actors/system.ts'
import { compile } from '../../compile/compile.ts'
import { NO_REDUCTIONS, type Reductions, isReducible } from '../../drivers/reduce.ts'
import { Run, replay } from '../../drivers/run.ts'
import { type AnyAnswer, type AnyExercise, languageOf } from '../../exercise.ts'
import { Fault, type Parameters } from '../../fault.ts'
import { gradeToEnd } from '../../grade.ts'
import { load } from '../../load.ts'
import type { CheckReport, Report } from '../../report.ts'
import { en } from '../../text/en.ts'
import { put } from '../../text/words.ts'
import type { Trace } from '../../trace/trace.ts'
import { buildExerciseIn } from '../grading/exercise-file.ts'
import { librariesOf } from '../grading/libraries.ts'

/** What has to come of an answer. `caught`: the named property fails, or `error`: the answer can't be run. */
export type Expectation = { readonly verdict: 'passed' | 'failed' } | { readonly caught: string }

/** One file to look at. */
export interface AnswerTask {
  /** The folder of the exercise. */
  readonly folder: string
  /** Its path in that folder, such as `mutants/reports-nothing.ts`. */
  readonly file: string
  readonly expectation: Expectation
}

/** What came of it. Plain data: it is posted from a worker. */
export interface AnswerOutcome {
  readonly file: string
  readonly verdict: Report['verdict'] | 'not-loaded'
  /** The first check that failed, with the number of its steps; null where none did. */
  readonly failed: { readonly id: string; readonly length: number | null } | null
  /** States of all explored configurations together. */
  readonly states: number
  /** The same, where nothing is left out of the search. */
  readonly unreduced: number
  readonly seconds: number
  /** The parameters of every violation, for the words of its property. */
  readonly violations: readonly { readonly property: string; readonly parameters: Parameters }[]
  /** Sentences; empty where all is well. */
  readonly problems: readonly string[]
  /** Faults of the specification, each with its place; they are nobody's who answers. */
  readonly faults: readonly string[]
}

/**
 * Gradings that looked at no more states than this are done twice and compared: of the solution, and of the other answers,
 * which meet the same systems.
 */
const REPEATED_STATES_MAX = { solution: 20_000, other: 2_000 }

/**
 * Without reductions an exploration looks at no more states than this, except for the solution. Failures lie within a few
 * steps, and all answers to an exercise meet the same systems; without a bound the gate would take most of its time for what
 * the solution has shown already.
 */
const COMPARED_STATES_MAX = 500

/** Each reduction by itself, and none. */
const FEWER_REDUCTIONS: readonly Reductions[] = [
  { symmetry: true, partialOrder: false },
  { symmetry: false, partialOrder: true },
  NO_REDUCTIONS,
]

/** Looks at one answer. */
export async function checkAnswer({ folder, file, expectation }: AnswerTask): Promise<AnswerOutcome> {
  const started = performance.now()
  const problems: string[] = []
  const faults: string[] = []
  const outcome = (rest: Partial<AnswerOutcome>): AnswerOutcome => ({
    file,
    verdict: 'not-loaded',
    failed: null,
    states: 0,
    unreduced: 0,
    violations: [],
    ...rest,
    seconds: (performance.now() - started) / 1000,
    problems,
    faults,
  })

  const exercise = await buildExerciseIn(folder)
  const code = compiled(folder, file, exercise, problems)
  if (code === null) return outcome({})
  const loadAnew = (): AnyAnswer => load(exercise, code)
  let report: Report
  try {
    report = gradeToEnd(exercise, loadAnew(), { anew: loadAnew })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    problems.push(`can't be loaded: ${put(en, error.code, error.parameters)}`)
    return outcome({})
  }

  faults.push(...faultsIn(report))
  if (faults.length > 0) return outcome({ verdict: report.verdict })
  const failures = report.checks.filter((check) => check.verdict === 'failed')
  problems.push(...unexpected(report, expectation))
  for (const failure of failures) problems.push(...notReplayed(exercise, failure, loadAnew))
  const states = statesOf(exercise.configurations, report)
  if (
    states <= REPEATED_STATES_MAX[file === 'solution.ts' ? 'solution' : 'other'] &&
    JSON.stringify(gradeToEnd(exercise, loadAnew(), { anew: loadAnew })) !== JSON.stringify(report)
  ) {
    problems.push('is graded differently when it is graded again')
  }
  const compared =
    file === 'solution.ts'
      ? { reductions: FEWER_REDUCTIONS, statesMax: Infinity }
      : { reductions: [NO_REDUCTIONS], statesMax: COMPARED_STATES_MAX }
  const unreduced = withFewerReductions(exercise, loadAnew, report, compared, problems)
  const first = failures[0]
  return outcome({
    verdict: report.verdict,
    failed: first ? { id: first.id, length: first.trace?.actions.length ?? null } : null,
    states,
    unreduced,
    violations: failures.map(({ property, message }) => ({ property, parameters: message.parameters })),
  })
}

/**
 * Grades what is explored once more, with fewer reductions and with none: the same must come out, and its runs as short, but for loops. Where
 * nothing may be left out, it would be the same search again.
 * @returns how many states there are without reductions, within the bound
 */
function withFewerReductions(
  exercise: AnyExercise,
  loadAnew: () => AnyAnswer,
  report: Report,
  compared: { readonly reductions: readonly Reductions[]; readonly statesMax: number },
  problems: string[],
): number {
  const answer = loadAnew()
  const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')
  const reducible = explored.filter(({ system }) => isReducible(system(answer)))
  const whole = statesOf(
    explored.filter((configuration) => !reducible.includes(configuration)),
    report,
  )
  let states = whole
  for (const reductions of reducible.length === 0 ? [] : compared.reductions) {
    const other = gradeToEnd({ ...exercise, configurations: reducible }, loadAnew(), {
      reductions,
      statesMax: compared.statesMax,
    })
    states = whole + statesOf(reducible, other)
    for (const check of other.checks) {
      const known = report.checks.find(({ id }) => id === check.id)!
      // A search that looks at more states may come to its bound, which says nothing; and what is looked at after it was
      // not, where a failure came first.
      const same =
        check.verdict === 'inconclusive' ||
        known.verdict === 'not-run' ||
        (check.verdict === known.verdict &&
          asLong(check, known) &&
          notReplayed(exercise, check, loadAnew).length === 0)
      if (!same) problems.push(`${check.id} comes out otherwise with ${JSON.stringify(reductions)}`)
    }
  }
  return states
}

/**
 * Are the runs of two checks as long as each other? A shortest run is; a loop is short, and not always the shortest: a step that changes nothing
 * where messages without effect are left out may change what is on its way where they are not.
 */
function asLong({ trace: one }: CheckReport, { trace: other }: CheckReport): boolean {
  if (one?.loopFrom !== undefined && other?.loopFrom !== undefined) return true
  return one?.actions.length === other?.actions.length
}

/** The guarded JavaScript of an answer, or null where the text can't be run. */
function compiled(folder: string, file: string, exercise: AnyExercise, problems: string[]): string | null {
  // A learner's file lies beside the messages; mutants and variants lie one folder further down.
  const source = readFileSync(path.join(folder, file), 'utf8').replaceAll("'../messages'", "'./messages'")
  const libraries = { ...librariesOf(exercise.id), messages: messagesOf(folder) }
  const { code, diagnostics } = compile(typescript, exercise.file, source, libraries, languageOf(exercise))
  for (const { line, severity, words } of diagnostics) {
    if (severity === 'error') problems.push(`line ${line}: ${put(en, words.code, words.parameters)}`)
  }
  return code
}

function messagesOf(folder: string): string {
  try {
    return readFileSync(path.join(folder, 'messages.ts'), 'utf8')
  } catch {
    return 'export {}\n'
  }
}

/** What the specification itself does wrong. */
function faultsIn({ diagnostics }: Report): string[] {
  return diagnostics.flatMap(({ author, words }) => {
    if (!author) return []
    const text = put(en, words.code, words.parameters)
    return [author.line > 0 ? `${author.file}:${author.line}: ${text}` : text]
  })
}

/** What is wrong with the verdict. */
function unexpected(report: Report, expectation: Expectation): string[] {
  const { verdict } = report
  const said = report.diagnostics.map(({ words }) => put(en, words.code, words.parameters)).join(' ')
  const because = said === '' ? '' : `: ${said}`
  if ('verdict' in expectation) {
    if (verdict === expectation.verdict) return []
    const bounds = report.checks.filter((check) => check.verdict === verdict).map(({ id }) => id)
    const where = verdict === 'passed' ? '' : ` (${bounds.join(', ')})`
    return [`must be ${expectation.verdict}, but is ${verdict}${where}${because}`]
  }
  const { caught } = expectation
  if (caught === 'error') return verdict === 'error' ? [] : [`must end with an error, but is ${verdict}`]
  if (verdict !== 'failed') return [`must be caught by ${caught}, but is ${verdict}${because}`]
  const broken = report.checks.filter((check) => check.verdict === 'failed').map(({ property }) => property)
  return broken.includes(caught) ? [] : [`must be caught by ${caught}, but is caught by ${broken.join(', ')}`]
}

/** What is wrong with the run of a check that failed: it is taken anew, as data, by an answer that was loaded anew. */
function notReplayed(exercise: AnyExercise, check: CheckReport, loadAnew: () => AnyAnswer): string[] {
  if (check.verdict !== 'failed') return []
  if (check.trace === null) {
    // No run reaches it: that there is none can't be shown by one.
    return check.kind === 'sometimes' ? [] : [`${check.id} failed without a run`]
  }
  const trace = JSON.parse(JSON.stringify(check.trace)) as Trace
  const configuration = exercise.configurations.find(({ id }) => id === trace.configuration)
  if (!configuration || trace.subject !== exercise.id) return [`${check.id}: its run names another exercise`]
  const system = configuration.system(loadAnew())
  const run = new Run(system)
  try {
    for (const action of trace.actions) run.take(action)
    if (trace.loopFrom !== undefined) replay(system, trace.actions, trace.loopFrom)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [`${check.id}: its run does not replay: ${put(en, error.code, error.parameters)}`]
  }
  // After a loop, and after the steps in which a goal had to be reached, something may still happen.
  const endless = trace.loopFrom !== undefined || check.message.code === 'check.failed.settle'
  return isBroken(system, check.property, run, endless)
    ? []
    : [`${check.id}: its run replays, and the property holds at its end`]
}

function isBroken(system: System, id: string, run: Run, endless: boolean): boolean {
  const index = system.properties.findIndex((candidate) => candidate.id === id)
  const property = system.properties[index]
  if (!property) return false
  const holds = (run.inspection & (1 << index)) !== 0
  if (property.kind === 'eventually') return !run.hasHeld(index) && (endless || run.atRest)
  return !holds && property.kind === 'always'
}

function statesOf(configurations: AnyExercise['configurations'], report: Report): number {
  let states = 0
  for (const { id, driver } of configurations) {
    if (driver === 'explore')
      states += report.checks.find((check) => check.bounds.configuration === id)?.states ?? 0
  }
  return states
}
