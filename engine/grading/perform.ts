/**
 * perform: carries out one task of a grading. What it comes to depends on the task, the exercise, the answer and the options,
 * and on nothing that was done before; so it does not matter who carries it out, or when.
 */
import { AuthorFault } from '../actors/author.ts'
import type { AnyAnswer, Exercise } from '../exercise.ts'
import { Fault } from '../fault.ts'
import type { CheckReport, Diagnostic } from '../report.ts'
import type { Counts } from './coordination.ts'
import { authorDiagnostic, diagnosticOf } from './diagnostics.ts'
import type { Outcome, Plan, Task } from './plan.ts'
import { Session, type SessionOptions } from './session.ts'

/** What is graded. */
export interface Grading<A extends AnyAnswer> {
  readonly exercise: Exercise<A>
  readonly plan: Plan
  /** Gives the answer, loaded anew: what it keeps to itself in one task must not reach the next. */
  readonly answer: () => A
  readonly options: SessionOptions<A>
}

/**
 * Carries out a task: yields how far it has come.
 * @throws what is neither the answer’s fault nor the exercise’s, but the engine’s
 */
export function* perform<A extends AnyAnswer>(grading: Grading<A>, task: Task): Generator<Counts, Outcome> {
  const { exercise, plan, answer, options } = grading
  if (task.kind === 'rest') return rest(grading, task.configuration)
  const configuration = exercise.configurations[task.configuration]!
  const again = task.kind === 'found' || (task.kind === 'runs' && task.part > 0)
  const opened = open(() => new Session(exercise, configuration, answer(), options, again))
  if (!(opened instanceof Session)) return opened
  return yield* checked(opened, function* (): Generator<Counts, Outcome> {
    if (task.kind === 'runs') {
      const part = plan.configurations[task.configuration]!.parts[task.part]!
      return { kind: 'runs', tally: yield* opened.runs(part) }
    }
    const checks = task.kind === 'found' ? opened.found(task.tally) : yield* opened.explore()
    return { kind: 'checks', checks, diagnostics: opened.diagnostics }
  })
}

/** The configurations that are not looked at any more. */
function rest<A extends AnyAnswer>({ exercise, answer, options }: Grading<A>, from: number): Outcome {
  const checks: CheckReport[] = []
  const diagnostics: Diagnostic[] = []
  for (const configuration of exercise.configurations.slice(from)) {
    const opened = open(() => new Session(exercise, configuration, answer(), options))
    if (!(opened instanceof Session)) {
      return { kind: 'unbuilt', checks, diagnostics: [...diagnostics, ...opened.diagnostics] }
    }
    checks.push(...opened.notRun())
  }
  return { kind: 'checks', checks, diagnostics }
}

type Unbuilt = Extract<Outcome, { kind: 'unbuilt' }>

/** A session; or, where there is no system to check, what that comes to. */
function open<A extends AnyAnswer>(make: () => Session<A>): Session<A> | Unbuilt {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof AuthorFault)) throw error
    return { kind: 'unbuilt', checks: [], diagnostics: [authorDiagnostic(error)] }
  }
}

/** What is checked, or the same error for every property where the answer or the exercise is at fault. */
function* checked<A extends AnyAnswer>(
  session: Session<A>,
  check: () => Generator<Counts, Outcome>,
): Generator<Counts, Outcome> {
  const broken = (code: string, diagnostic: Diagnostic): Outcome => ({
    kind: 'checks',
    checks: session.all('error', { code, parameters: {} }),
    diagnostics: [diagnostic, ...session.diagnostics],
  })
  try {
    return yield* check()
  } catch (error) {
    if (error instanceof AuthorFault) return broken('check.author', authorDiagnostic(error))
    if (error instanceof Fault) return broken('check.error', diagnosticOf(error))
    throw error
  }
}
