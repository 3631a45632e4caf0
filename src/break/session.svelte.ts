/**
 * Session: one learner at one exercise to break something. It takes her actions, has each run judged, remembers what was
 * replaced, and keeps the one cursor that every view follows.
 */
import { Attempt, type Standing, traceOf } from '../../engine/break/judge.ts'
import { moves } from '../../engine/break/moves.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import { type RunRecord, failurePast } from '../../engine/trace/record.ts'
import type { Trace } from '../../engine/trace/trace.ts'
import ActionMenu from '../widgets/ActionMenu.svelte'
import { Cursor } from '../widgets/cursor.svelte.ts'
import type { Driven } from '../widgets/driven.ts'
import { actionsOnMessage, actionsOnNode } from '../widgets/hand-actions.ts'
import type { BestRun } from '../record/database.ts'
import type { Shortest } from './page.ts'
import {
  type Run,
  type Runs,
  NO_RUNS,
  begins,
  changed,
  redone,
  replacedBy,
  restored,
  taken,
  undone,
} from './runs.ts'
import { type Score, scoreOf } from './standing.ts'

/** Where a session keeps its run; see KeptRun. */
export interface Keeping {
  load(): Promise<{ kept: { run: Run; replaced: Run | null } | null; best: BestRun | null }>
  write(run: Run, replaced: Run | null): void
  keepBest(actions: readonly Action[]): Promise<void>
  /** Puts a run into the history that is about to be replaced. */
  remember(run: Run, why: 'reset' | 'restored' | 'file'): void
  /** Told of a run that another tab has put in the place of this one. */
  onReplaced: ((kept: { run: Run; replaced: Run | null }) => void) | null
}

/** More than is ever due at once. */
const SETTLING_STEPS_MAX = 60

const OPEN: Standing = { brokenAt: null, lostAt: null, violation: {} }

export class BreakSession implements Driven {
  readonly cursor = new Cursor(0)
  readonly shortest: Shortest | null
  readonly #kept: Keeping
  #attempt: Attempt | null = null
  #runs = $state.raw<Runs>(NO_RUNS)
  #record: RunRecord
  #standing = $state.raw<Standing>(OPEN)
  #best = $state<number | null>(null)
  #problem = $state.raw<Fault | null>(null)
  #state = $state<'starting' | 'ready' | 'failed'>('starting')

  // What the picture asks for.
  cutting = false
  readonly tools = { ActionMenu, actionsOnMessage, actionsOnNode, cuts: null }
  /** What she may do at the step shown: first what happens by itself, and then what is broken. */
  readonly moves: readonly Action[]
  readonly enabled: readonly Action[]
  readonly others: readonly Action[]

  /**
   * @param start the system before anything happened, to show until it is there
   * @param shortest null where none is known
   */
  constructor(kept: Keeping, start: RunRecord, shortest: Shortest | null) {
    this.#kept = kept
    this.shortest = shortest
    this.#record = $state.raw(start)
    this.moves = $derived(this.#movesAt(this.cursor.step))
    this.enabled = $derived(this.moves.filter(happensByItself))
    this.others = $derived(this.moves.filter((action) => !happensByItself(action)))
  }

  /** `starting` until the system and what was kept are there. */
  get state(): 'starting' | 'ready' | 'failed' {
    return this.#state
  }
  get record(): RunRecord {
    return this.#record
  }
  get actions(): Run {
    return this.#runs.now
  }
  /** The actions up to the step shown. */
  get shown(): Run {
    return this.#runs.now.slice(0, this.cursor.step)
  }
  get standing(): Standing {
    return this.#standing
  }
  get score(): Score {
    return scoreOf(this.#standing, this.#runs.now.length, this.shortest)
  }
  /** The steps that led to the violation, once there is one. */
  get past(): ReadonlySet<number> | null {
    const { brokenAt } = this.#standing
    if (brokenAt === null || this.#attempt?.target.kind !== 'always') return null
    const { frames, steps, started } = this.#record
    return failurePast({ frames: frames.slice(0, brokenAt + 1), steps: steps.slice(0, brokenAt), started })
  }
  /** The length of the shortest run with which she has met the target. */
  get best(): number | null {
    return this.#best
  }
  /** Why the last action could not be taken. */
  get problem(): Fault | null {
    return this.#problem
  }
  get canUndo(): boolean {
    return this.#runs.past.length > 0
  }
  get canRedo(): boolean {
    return this.#runs.future.length > 0
  }
  /** The run as data. Null until the system is there. */
  get trace(): Trace | null {
    void this.#runs
    return this.#attempt && traceOf(this.#attempt.exercise, this.#runs.now)
  }

  /** Starts the system and brings back the run that was kept. */
  async load(exercise: () => Promise<BreakExercise>): Promise<void> {
    try {
      const [loaded, { kept, best }] = await Promise.all([exercise(), this.#kept.load()])
      this.#attempt = new Attempt(loaded)
      this.#best = best?.actions.length ?? null
      this.#state = 'ready'
      this.#kept.onReplaced = (other) => this.#show(restored(other.run, other.replaced))
      // A run of another time may not happen any more; then it is left where it is.
      if (!kept || !this.#show(restored(kept.run, kept.replaced))) this.#show(NO_RUNS)
    } catch (error) {
      if (this.#state === 'starting') this.#state = 'failed'
      else throw error
    }
  }

  /** Takes an action after the step shown. Steps that came after it are replaced. */
  take(action: Action): void {
    const runs = taken(this.#runs, this.cursor.step, action)
    if (runs === this.#runs) this.cursor.moveTo(this.cursor.step + 1)
    else this.#change(runs)
  }

  undo(): void {
    this.#change(undone(this.#runs))
  }

  redo(): void {
    this.#change(redone(this.#runs))
  }

  /** Is there something that is due now by itself? Only where there are clocks do things come due. */
  get canSettle(): boolean {
    return this.#record.frames[0]?.now !== undefined && this.enabled.some(isDue)
  }

  /** Lets all that is due now happen, one after the other, as one change. Steps that came after the one shown are replaced. */
  settle(): void {
    const attempt = this.#attempt
    if (attempt === null) return
    const run = [...this.shown]
    this.#bring(attempt, run)
    for (let steps = 0; steps < SETTLING_STEPS_MAX && attempt.standing.brokenAt === null; steps++) {
      const next = moves(attempt.system, attempt.run).filter(happensByItself).find(isDue)
      if (next === undefined) break
      attempt.take(next)
      run.push(next)
    }
    this.#bring(attempt, this.#runs.now)
    const runs = changed(this.#runs, run)
    if (begins(this.#runs.now, run)) this.cursor.moveTo(run.length)
    else this.#change(runs)
  }

  /** Forgets the steps after the one shown; undoing brings them back. */
  cut(): void {
    this.#change(changed(this.#runs, this.shown))
  }

  startOver(): void {
    this.#kept.remember(this.#runs.now, 'reset')
    this.#change(changed(this.#runs, []))
  }

  /**
   * Takes a whole run in place of the one now.
   * @param from where it comes from
   * @returns why it can't happen, or null
   */
  replace(run: Run, from: 'file' | 'restored' = 'file'): Fault | null {
    this.#kept.remember(this.#runs.now, from)
    this.#change(changed(this.#runs, run))
    const problem = this.#problem
    this.#problem = null
    return problem
  }

  #change(runs: Runs): void {
    if (runs === this.#runs || this.#attempt === null) return
    if (!this.#show(runs)) return
    this.#kept.write(runs.now, replacedBy(runs))
    const { brokenAt } = this.#standing
    if (brokenAt === null || (this.#best !== null && this.#best <= brokenAt)) return
    this.#best = brokenAt
    void this.#kept.keepBest(runs.now.slice(0, brokenAt))
  }

  /** Shows the run that these changes lead to, or leaves everything as it is. @returns whether it can happen */
  #show(runs: Runs): boolean {
    const before = this.#runs.now
    const attempt = this.#attempt!
    this.#problem = null
    try {
      this.#bring(attempt, runs.now)
    } catch (error) {
      this.#bring(attempt, before)
      if (!(error instanceof Fault)) throw error
      this.#problem = error
      return false
    }
    this.#runs = runs
    this.#record = attempt.record
    this.#standing = attempt.standing
    this.cursor.resize(runs.now.length, runs.now.length)
    return true
  }

  /** Brings the attempt to the end of a run. */
  #bring(attempt: Attempt, run: Run): void {
    const { actions } = attempt
    let common = 0
    while (common < actions.length && common < run.length && begins([run[common]!], [actions[common]!]))
      common++
    attempt.backTo(common)
    for (const action of run.slice(common)) attempt.take(action)
  }

  #movesAt(step: number): readonly Action[] {
    // Reading the run makes whoever asks depend on it.
    const { now } = this.#runs
    const attempt = this.#attempt
    if (this.#state !== 'ready' || attempt === null) return []
    this.#bring(attempt, now.slice(0, Math.min(step, now.length)))
    const found = moves(attempt.system, attempt.run)
    this.#bring(attempt, now)
    return found
  }
}

/** Something that is due: no time has to pass before. A server that is down comes back when it is told to. */
function isDue({ kind }: Action): boolean {
  return kind === 'deliver' || kind === 'fire'
}

/** Does it happen without a fault? */
function happensByItself(action: Action): boolean {
  if ('crashAfter' in action && action.crashAfter !== undefined) return false
  return ['deliver', 'fire', 'restart', 'pass'].includes(action.kind)
}
