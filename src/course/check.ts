/**
 * Check: what a chapter claims, asked of the engine. A page names a check and shows what came out of it in this build;
 * a check that comes out otherwise than the chapter says fails the build, and its test.
 *
 * There are six kinds. An *explored* check tries every interleaving, from the start or from the end of a script. A
 * *series* plays one run for each number of a range. A *simulated* check counts the seeded runs that get somewhere in time,
 * a *measured* one what happens in such runs. A *kept* one was counted ahead of the build, because it takes too long for one. A
 * *computed* one is worked out by a function of the course.
 */
import { type Computed, type Worked, workOut } from './computed.ts'
import { type Explored, type Found, decide } from './explored.ts'
import { type Kept, type Recounted, recall } from './kept.ts'
import { type Measured, type Tally, measure } from './measured.ts'
import { type Played, type Series, play } from './series.ts'
import { type Counted, type Simulated, count } from './simulated.ts'

export type Check = Explored | Series | Simulated | Measured | Kept | Computed
export type CheckResult = Found | Played | Counted | Tally | Recounted | Worked
export type { Computed, Worked } from './computed.ts'
export type { Explored, Found } from './explored.ts'
export type { Kept, Recounted } from './kept.ts'
export type { Measured, Tally } from './measured.ts'
export type { Series, Played } from './series.ts'
export type { Simulated, Counted } from './simulated.ts'

/** One point of a plot. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** What the axes of a plot stand for, as the codes of their words: `plot.<code>` in src/text/en-course.ts. */
export interface Axes {
  readonly x: string
  readonly y: string
}

const results = new Map<string, CheckResult>()

/** Gives a result that is known from elsewhere, or else does the work. */
export type Remember = (id: string, work: () => object) => object

// Figures, which run in a page too, reach this file: it must not know of files by itself.
let remember: Remember = (_id, work) => work()

/** Says how results are remembered from one build to the next: see remembered.ts. */
export function rememberBy(how: Remember): void {
  remember = how
}

/**
 * Runs a check, once in a build.
 * @throws Error when it comes out otherwise than expected, or can't be decided within its bound
 */
export function run(check: Explored): Found
export function run(check: Check): CheckResult
export function run(check: Check): CheckResult {
  const known = results.get(check.id)
  if (known) return known
  const result = { ...remember(check.id, () => withoutCheck(ask(check))), check } as CheckResult
  results.set(check.id, result)
  return result
}

/** A result is plain data but for its check, which has functions. */
function withoutCheck({ check: _, ...plain }: CheckResult): object {
  return plain
}

function ask(check: Check): CheckResult {
  switch (check.kind) {
    case 'series':
      return play(check)
    case 'simulated':
      return count(check)
    case 'measured':
      return measure(check)
    case 'kept':
      return recall(check)
    case 'computed':
      return workOut(check)
    default:
      return decide(check)
  }
}

/** The run that a check found. @throws Error where the check is none that looks for one */
export function foundBy(check: Check): Found {
  if (check.kind !== undefined && check.kind !== 'explored')
    throw new Error(`check ${check.id} is ${check.kind}: it has no one run that a figure could show`)
  return run(check)
}
