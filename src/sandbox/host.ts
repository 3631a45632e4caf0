/**
 * Sandbox: grades compiled answers in a frame that sees neither the page nor the network, with as many workers as the machine
 * has cores for, and stops an answer that falls silent.
 */
import { type Remote, wrap } from 'comlink'
import { Lost } from '../../engine/grading/coordination.ts'
import { Pool } from '../../engine/grading/pool.ts'
import type { Progress, Report } from '../../engine/report.ts'
import type { Comparison } from '../../engine/trace/compare.ts'
import type { Stop } from '../../engine/drivers/played.ts'
import type { Trial } from '../../engine/trial.ts'
import type { AnswerTrialRequest, ComparisonRequest, GradingWorker } from '../../engine/worker.ts'
import { Frame, type FrameWorker } from './frame.ts'
import { type Loss, keeperOf, poolSize } from './keeper.ts'

export interface GradingRequest {
  /** The name of the exercise. */
  readonly exercise: string
  /** What compiling gave. */
  readonly code: string
  readonly seed: number
  /** Ids of the configurations to try; left out: all. */
  readonly only?: readonly string[]
  onProgress(progress: Progress): void
}

export interface Grading {
  /** Resolves to a report in any case; an answer that had to be stopped has the verdict `error`. Rejects with an AbortError once cancelled. */
  readonly report: Promise<Report>
  cancel(): void
}

/** After so much silence an answer is stopped. The only clock that decides anything; it never decides on right or wrong. */
const SILENCE_S = 5
/** Looking for the line where it hangs takes at most so much silence more. */
const SEARCH_S = 3
/** A worker that takes runs, and what rejects when it has crashed. */
interface Trying {
  readonly worker: FrameWorker
  readonly remote: Remote<GradingWorker>
  readonly lost: Promise<never>
}

type Ending = { readonly kind: 'report'; readonly report: Report } | Loss

export class Sandbox {
  readonly #script: string
  #frame: Promise<Frame> | null = null
  #current: AbortController | null = null
  /** Takes runs that somebody has chosen, one after the other. */
  #trying: Promise<Trying> | null = null

  /** @param script the name of what its workers run: an exercise's id, or see `script-names.ts` */
  constructor(script: string) {
    this.#script = script
  }

  /** Loads the frame, while nobody waits for it. */
  prepare(): void {
    this.#open().catch(() => undefined)
  }

  /** Grades an answer. A grading that is still under way is cancelled. */
  grade(request: GradingRequest): Grading {
    this.#current?.abort()
    const control = new AbortController()
    this.#current = control
    const report = this.#grade(request, control.signal)
    // A caller that has cancelled may no longer look at the promise.
    report.catch(() => undefined)
    return { report, cancel: () => control.abort() }
  }

  /**
   * Compares a failing run with the solution's. A grading that is still under way is cancelled.
   * @throws where the run can't be repeated, or does not come to an end
   */
  async compare(request: ComparisonRequest): Promise<Comparison | null> {
    this.#current?.abort()
    this.#current = null
    const frame = await this.#open()
    let failed = (_error: Error): void => undefined
    const broken = new Promise<never>((_resolve, reject) => (failed = reject))
    const worker = frame.start((message) => failed(new Error(message)))
    const late = setTimeout(() => failed(new Error(`${SILENCE_S} s`)), SILENCE_S * 1000)
    try {
      return await Promise.race([wrap<GradingWorker>(worker.port).compare(request), broken])
    } catch (error) {
      this.#discard()
      throw error
    } finally {
      clearTimeout(late)
      worker.stop()
    }
  }

  /**
   * Takes a run that somebody has chosen. A grading goes on meanwhile.
   * @throws where it does not come to an end
   */
  async tryOut(
    request: AnswerTrialRequest,
    silenceSeconds = SILENCE_S,
  ): Promise<Trial | { readonly stop: Stop }> {
    this.#trying ??= this.#startTrying()
    const trying = this.#trying
    let late: ReturnType<typeof setTimeout> | undefined
    try {
      const { remote, lost } = await trying
      const silent = new Promise<never>((_resolve, reject) => {
        late = setTimeout(() => reject(new Error(`${silenceSeconds} s`)), silenceSeconds * 1000)
      })
      return await Promise.race([remote.tryOut(request), lost, silent])
    } catch (error) {
      if (this.#trying === trying) this.#stopTrying()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  async #startTrying(): Promise<Trying> {
    const frame = await this.#open()
    let crashed: (error: Error) => void = () => undefined
    const lost = new Promise<never>((_resolve, reject) => (crashed = reject))
    lost.catch(() => undefined)
    const worker = frame.start((message) => crashed(new Error(message)))
    return { worker, remote: wrap<GradingWorker>(worker.port), lost }
  }

  #stopTrying(): void {
    this.#trying?.then(({ worker }) => worker.stop()).catch(() => undefined)
    this.#trying = null
  }

  dispose(): void {
    this.#current?.abort()
    this.#discard()
  }

  async #grade(request: GradingRequest, signal: AbortSignal): Promise<Report> {
    let ending: Ending
    try {
      ending = await this.#run(request, false, SILENCE_S, signal)
    } catch (error) {
      if (signal.aborted) throw error
      return stopped(request.exercise, 'sandbox-failed', 0, {
        message: error instanceof Error ? error.message : String(error),
      })
    }
    if (ending.kind === 'report') return ending.report
    // Once more, and told each line this time: the last one is where it hangs.
    const again = await this.#run(request, true, SEARCH_S, signal)
    // The machine was only slow: a report is a report.
    if (again.kind === 'report') return again.report
    const { line } = again
    const code = ending.kind === 'silent' ? 'unresponsive' : 'out-of-memory'
    return stopped(request.exercise, line > 0 ? code : `${code}-somewhere`, line, { seconds: SILENCE_S })
  }

  async #run(
    request: GradingRequest,
    tellLines: boolean,
    silenceSeconds: number,
    signal: AbortSignal,
  ): Promise<Ending> {
    signal.throwIfAborted()
    const frame = await this.#open()
    signal.throwIfAborted()
    let isLost = false
    const { exercise, code, seed, only = null } = request
    const pool = new Pool(
      keeperOf({
        frame,
        request: { exercise, code, seed, only, tellLines },
        // The line where an answer hangs is looked for by one worker alone, in order.
        size: tellLines ? 1 : poolSize(),
        silenceSeconds,
        onProgress: (progress) => !tellLines && request.onProgress(progress),
        onLoss: () => (isLost = true),
      }),
    )
    let cancel = (): void => undefined
    const cancelled = new Promise<never>((_resolve, reject) => {
      cancel = () => reject(signal.reason as Error)
    })
    signal.addEventListener('abort', cancel)
    try {
      return { kind: 'report', report: await Promise.race([pool.run(), cancelled]) }
    } catch (error) {
      if (error instanceof Lost) return error.reason as Loss
      throw error
    } finally {
      signal.removeEventListener('abort', cancel)
      pool.stop()
      // Without its workers a frame that still answers is as good as new; one that has crashed is not.
      if (isLost) this.#discard()
    }
  }

  #open(): Promise<Frame> {
    if (!this.#frame) {
      const frame = Frame.open(this.#script)
      this.#frame = frame
      frame.catch(() => {
        if (this.#frame === frame) this.#frame = null
      })
    }
    return this.#frame
  }

  #discard(): void {
    this.#stopTrying()
    this.#frame?.then((frame) => frame.close()).catch(() => undefined)
    this.#frame = null
  }
}

function stopped(
  exercise: string,
  code: string,
  line: number,
  parameters: Record<string, string | number>,
): Report {
  const diagnostic = {
    line,
    column: line > 0 ? 1 : 0,
    severity: 'error',
    words: { code, parameters },
  } as const
  return { exercise, verdict: 'error', checks: [], diagnostics: [diagnostic] }
}
