/**
 * Session: one learner at one exercise. It takes the code through compiling and grading, holds what came of it, and
 * keeps the one cursor that the editor and every view of the run follow.
 */
import type { CheckReport, Diagnostic, Progress, Report } from '../../engine/report.ts'
import type { Comparison } from '../../engine/trace/compare.ts'
import { Cursor } from '../widgets/cursor.svelte.ts'
import type { ByHand } from './by-hand.svelte.ts'
import type { Draft } from './draft.svelte.ts'
import type { Compiled, Grader, Grading } from './grader.ts'
import type { Regressions } from './regressions.svelte.ts'
import { mainCheck } from './standing.ts'
import type { TriedAgain } from './tried-again.ts'

/** What keeps a run from starting or from ending. */
export type Obstacle =
  /** The types don't fit, and it is for the learner to say whether to run all the same. */
  | { readonly kind: 'asks'; readonly source: string; readonly compiled: Compiled }
  /** The code can't be run at all. */
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] }
  /** The machinery failed. */
  | { readonly kind: 'crashed'; readonly message: string }

export type Phase = 'idle' | 'compiling' | 'running'

export interface Outcome {
  readonly code: string
  readonly report: Report
  readonly durationMs: number
  /** Ids of the configurations that were tried, where not all of them were. */
  readonly only?: readonly string[]
  /** The rest was cancelled once a run from before had failed. */
  readonly cut?: true
}

/** What the solution would have done: what is known of it for the check that is shown. */
export type Compared =
  | { readonly state: 'none' | 'asking' | 'failed' }
  /** Null where nothing differs that others can see. */
  | { readonly state: 'there'; readonly comparison: Comparison | null }

const NOT_COMPARED: Compared = { state: 'none' }

export class Session {
  readonly draft: Draft
  #regressions: Regressions | null
  #grader: Grader
  #now: () => number
  #phase = $state<Phase>('idle')
  #progress = $state.raw<Progress | null>(null)
  #obstacle = $state.raw<Obstacle | null>(null)
  #outcome = $state.raw<Outcome | null>(null)
  #check = $state.raw<CheckReport | null>(null)
  /** The code whose run the shown check is. */
  #checkCode = $state.raw<string | null>(null)
  #again = $state.raw<readonly TriedAgain[]>([])
  #againCode: string | null = null
  #only = $state.raw<readonly string[] | null>(null)
  #driving = $state.raw<ByHand | null>(null)
  #cursor = $state.raw(new Cursor(0))
  #compared = $state.raw<Compared>(NOT_COMPARED)
  #cancelled = $state(false)
  #remarks = $state.raw<{ source: string; diagnostics: readonly Diagnostic[] } | null>(null)
  #grading: Grading | null = null
  #latest: { source: string; compiled: Promise<Compiled> } | null = null
  /** The code that is being read or run, or was last. */
  #source = ''
  /** Counts runs, so that what an abandoned run still says is not listened to. */
  #turn = 0

  constructor(
    draft: Draft,
    grader: Grader,
    regressions: Regressions | null = null,
    now: () => number = () => performance.now(),
  ) {
    this.draft = draft
    this.#grader = grader
    this.#regressions = regressions
    this.#now = now
  }

  get phase(): Phase {
    return this.#phase
  }
  get busy(): boolean {
    return this.#phase !== 'idle'
  }
  get progress(): Progress | null {
    return this.#progress
  }
  get obstacle(): Obstacle | null {
    return this.#obstacle
  }
  /** The last run that came to an end. */
  get outcome(): Outcome | null {
    return this.#outcome
  }
  /** The last run was cancelled. */
  get cancelled(): boolean {
    return this.#cancelled
  }
  /** The check whose run the views show. */
  get check(): CheckReport | null {
    return this.#check
  }
  /** Is the run that the views show one of the code as it stands? */
  get checkIsOfCode(): boolean {
    return this.#check !== null && this.#checkCode === this.draft.code
  }
  /** The code whose run the views show. */
  get checkCode(): string {
    return this.#checkCode ?? ''
  }
  /** What came of the runs that were tried before anything else, in the last run or the one that is under way. */
  get again(): readonly TriedAgain[] {
    return this.#again
  }
  /** Do the views show one of those? */
  get showsAgain(): boolean {
    return this.#again.some(({ check }) => check !== null && check === this.#check)
  }
  /** Ids of the configurations that the learner wants to be tried; null: all. */
  get only(): readonly string[] | null {
    return this.#only
  }
  /** The run that the learner drives by hand, in the place of what came of the last one. */
  get driving(): ByHand | null {
    return this.#driving
  }
  /** Is there a failing run of the code as it stands, which the solution's could be compared with? */
  get comparable(): boolean {
    const verdict = this.#check?.verdict
    const broke = verdict === 'failed' || verdict === 'error'
    return broke && this.#check!.trace !== null && !this.stale && !this.busy && this.#obstacle === null
  }
  get compared(): Compared {
    return this.#compared
  }
  get cursor(): Cursor {
    return this.#cursor
  }
  /** The code is no longer the one that the outcome speaks of. */
  get stale(): boolean {
    return this.#outcome !== null && this.#outcome.code !== this.draft.code
  }
  /** What is wrong with the code as it stands, as far as the last run said. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#obstacle?.kind === 'broken') return this.#obstacle.diagnostics
    if (this.#obstacle?.kind === 'asks') return this.#obstacle.compiled.diagnostics
    return this.#outcome && !this.stale ? this.#outcome.report.diagnostics : []
  }

  /** What the course has to say about the code as it was last inspected, beside what the types say. */
  get remarks(): readonly Diagnostic[] {
    return this.#remarks?.source === this.draft.code ? this.#remarks.diagnostics : []
  }

  /** Reads the code without running it, for what can be said at once. */
  async inspect(): Promise<void> {
    const source = this.draft.code
    if (this.#remarks?.source === source) return
    try {
      const { diagnostics } = await this.compile(source)
      const ours = diagnostics.filter(
        ({ words }) => words.code !== 'type-error' && words.code !== 'syntax-error',
      )
      this.#remarks = { source, diagnostics: ours }
    } catch {
      // Running says what is wrong; here nobody has asked.
    }
  }

  warm(): void {
    this.#grader.warm()
  }

  /** Brings back the draft and the last outcome. */
  async load(): Promise<void> {
    const [result] = await Promise.all([this.draft.load(), this.#regressions?.load()])
    if (result && this.#outcome === null && !this.busy) this.#show(result)
  }

  /** The learner has typed. */
  write(code: string): void {
    this.draft.write(code)
    if (this.#obstacle?.kind === 'asks' && this.#obstacle.source !== code) this.#obstacle = null
  }

  /**
   * Compiles the code and grades it. Where the types don't fit, it asks first; running once more with the same code,
   * or with `anyway`, is the answer.
   */
  async run(anyway = false): Promise<void> {
    if (this.#only?.length === 0) return
    const source = this.draft.code
    // What is under way is about other code: it is not wanted any more.
    if (this.busy && source !== this.#source) this.cancel()
    if (this.busy) return
    this.#source = source
    const only = this.#only
    const asked = this.#obstacle?.kind === 'asks' && this.#obstacle.source === source ? this.#obstacle : null
    const turn = ++this.#turn
    const startedAt = this.#now()
    this.#phase = 'compiling'
    this.#progress = null
    this.#obstacle = null
    this.#cancelled = false
    this.#again = []
    this.showDriving(null)
    this.#cursor.pause()
    try {
      const compiled = asked?.compiled ?? (await this.compile(source))
      if (turn !== this.#turn) return
      const { code, diagnostics } = compiled
      if (code === null) {
        this.#obstacle = { kind: 'broken', diagnostics }
        return
      }
      if (!asked && !anyway && diagnostics.some(({ severity }) => severity === 'error')) {
        this.#obstacle = { kind: 'asks', source, compiled }
        return
      }
      this.#phase = 'running'
      await this.#tryAgain(source, code, turn)
      if (turn !== this.#turn) return
      const onProgress = (progress: Progress) => {
        if (turn === this.#turn) this.#progress = progress
      }
      this.#grading = this.#grader.grade(code, onProgress, only ?? undefined)
      const report = await this.#grading.report
      if (turn !== this.#turn) return
      const outcome = { code: source, report, durationMs: this.#now() - startedAt }
      this.#show({ ...outcome, ...(only && { only }) })
      this.#regressions?.keepFailing(report)
      // What some of it says is not what came of the exercise.
      if (only === null) void this.draft.keepResult({ ...outcome, ranAt: Date.now() })
    } catch (error) {
      if (turn === this.#turn) {
        this.#obstacle = { kind: 'crashed', message: error instanceof Error ? error.message : String(error) }
      }
    } finally {
      if (turn === this.#turn) this.#rest()
    }
  }

  cancel(): void {
    if (!this.busy) return
    this.#turn++
    this.#grading?.cancel()
    // The report of a cancelled grading may reject; nobody waits for it any more.
    this.#grading?.report.catch(() => undefined)
    this.#cancelled = true
    this.#rest()
    this.#showEarly()
  }

  /** Shows a run by hand, or with null what came of the last run again. */
  showDriving(driving: ByHand | null): void {
    if (this.#driving !== driving) this.#driving?.leave()
    this.#cursor.pause()
    this.#driving = driving
  }

  /** Chooses what is tried from now on. @param only ids of configurations; null: all */
  choose(only: readonly string[] | null): void {
    this.#only = only
  }

  /** Tries the runs that broke the code before, and shows the first that does so still. */
  async #tryAgain(source: string, code: string, turn: number): Promise<void> {
    await this.#regressions?.tryAll(code, (tried) => {
      if (turn !== this.#turn) return
      const before = this.#failing
      this.#again = tried
      this.#againCode = source
      const first = tried.find(({ check }) => check !== null)
      if (before === null && first) this.showAgain(first)
    })
  }

  /** Shows a run that was tried before anything else. */
  showAgain({ check }: TriedAgain): void {
    if (check === null) return
    const code = this.#againCode
    this.select(check)
    this.#checkCode = code
  }

  /** The run from before that the code fails still. */
  get #failing(): CheckReport | null {
    return this.#again.find(({ check }) => check !== null)?.check ?? null
  }

  /** Where the rest was cancelled, what a run from before has shown is what is known. */
  #showEarly(): void {
    const failing = this.#failing
    const code = this.#againCode
    if (failing === null || code === null || this.#outcome?.code === code) return
    const { exercise } = this.draft
    const report: Report = { exercise, verdict: 'failed', checks: [failing], diagnostics: [] }
    this.#show({ code, report, durationMs: 0, cut: true })
  }

  /** The learner does not want to run code whose types don't fit. */
  dismiss(): void {
    this.#obstacle = null
  }

  /** The learner has asked what the solution would have done. Null where nothing else was to be seen of it. */
  async compare(): Promise<void> {
    const check = this.#check
    const source = this.#outcome?.code
    if (!this.comparable || check === null || source === undefined || this.#compared.state === 'asking')
      return
    this.#compared = { state: 'asking' }
    let compared: Compared
    try {
      const { code } = await this.compile(source)
      compared = {
        state: 'there',
        comparison: code === null ? null : await this.#grader.compare(code, check),
      }
    } catch {
      compared = { state: 'failed' }
    }
    // The learner may have run again, or looked at another check.
    if (this.#check === check) this.#compared = compared
  }

  /** Shows the run of a check, at its end. */
  select(check: CheckReport): void {
    if (this.#check !== check) this.#compared = NOT_COMPARED
    this.#check = check
    this.#checkCode = this.#outcome?.code ?? null
    this.#cursor.pause()
    const length = check.record?.steps.length ?? 0
    this.#cursor = new Cursor(length, length, check.record?.loopFrom)
  }

  /** The code as it stands, compiled for a run by hand; null where it can't be run at all, which is then said. */
  async compiled(): Promise<{ readonly source: string; readonly code: string } | null> {
    if (this.busy) return null
    const source = this.draft.code
    const turn = ++this.#turn
    this.#phase = 'compiling'
    this.#obstacle = null
    this.#cancelled = false
    try {
      const { code, diagnostics } = await this.compile(source)
      if (turn !== this.#turn) return null
      if (code === null) this.#obstacle = { kind: 'broken', diagnostics }
      return code === null ? null : { source, code }
    } catch (error) {
      if (turn === this.#turn)
        this.#obstacle = { kind: 'crashed', message: error instanceof Error ? error.message : String(error) }
      return null
    } finally {
      if (turn === this.#turn) this.#rest()
    }
  }

  /** Compiles, or gives what compiling the same text has given. */
  compile(source: string): Promise<Compiled> {
    if (this.#latest?.source === source) return this.#latest.compiled
    const compiled = this.#grader.compile(source)
    const latest = { source, compiled }
    this.#latest = latest
    compiled.catch(() => {
      if (this.#latest === latest) this.#latest = null
    })
    return compiled
  }

  #show(outcome: Outcome): void {
    this.#outcome = outcome
    const check = outcome.report.verdict === 'passed' ? null : mainCheck(outcome.report)
    this.#compared = NOT_COMPARED
    if (check) this.select(check)
    else this.#check = null
  }

  #rest(): void {
    this.#phase = 'idle'
    this.#progress = null
    this.#grading = null
  }
}
