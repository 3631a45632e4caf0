/**
 * Sandbox: grades compiled answers in a frame that sees neither the page nor the network, with as many workers as the machine
 * has cores for, and stops an answer that falls silent.
 */
import { wrap } from 'comlink'
import { Lost } from '../../engine/grading/coordination.ts'
import { Pool } from '../../engine/grading/pool.ts'
import type { Progress, Report } from '../../engine/report.ts'
import type { Comparison } from '../../engine/trace/compare.ts'
import type { ComparisonRequest, GradingWorker } from '../../engine/worker.ts'
import { Frame } from './frame.ts'
import { type Loss, keeperOf, poolSize } from './keeper.ts'

export interface GradingRequest {
  /** The name of the exercise. */
  readonly exercise: string
  /** What compiling gave. */
  readonly code: string
  readonly seed: number
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
type Ending = { readonly kind: 'report'; readonly report: Report } | Loss

export class Sandbox {
  readonly #script: string
  #frame: Promise<Frame> | null = null
  #current: AbortController | null = null

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
    const { exercise, code, seed } = request
    const pool = new Pool(
      keeperOf({
        frame,
        request: { exercise, code, seed, tellLines },
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
