/**
 * Sandbox: grades compiled answers in a frame that sees neither the page nor the network, one worker a grading, and
 * stops an answer that falls silent.
 */
import { transfer, wrap } from 'comlink'
import type { Progress, Report } from '../../engine/report.ts'
import type { Comparison } from '../../engine/trace/compare.ts'
import type { ComparisonRequest, GradingNews, GradingWorker } from '../../engine/worker.ts'
import { Frame } from './frame.ts'

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
/** Beats in a second. Beats of the page are counted, so that a page that was asleep doesn't take it for silence. */
const BEATS = 4

type Ending =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'silent'; readonly line: number }
  | { readonly kind: 'crashed'; readonly line: number; readonly message: string }

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
    const port = frame.start((message) => failed(new Error(message)))
    const late = setTimeout(() => failed(new Error(`${SILENCE_S} s`)), SILENCE_S * 1000)
    try {
      const comparison = await Promise.race([wrap<GradingWorker>(port).compare(request), broken])
      frame.stop()
      return comparison
    } catch (error) {
      this.#discard()
      throw error
    } finally {
      clearTimeout(late)
      port.close()
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
    let line = 0
    let quiet = 0
    return new Promise<Ending>((resolve, reject) => {
      const end = (ending: Ending): void => {
        clear()
        // Without its worker a frame that still answers is as good as new; one that has crashed is not.
        if (ending.kind === 'report') frame.stop()
        else this.#discard()
        resolve(ending)
      }
      const cancel = (): void => {
        clear()
        frame.stop()
        reject(signal.reason as Error)
      }
      const beat = setInterval(() => {
        if (++quiet >= silenceSeconds * BEATS) end({ kind: 'silent', line })
      }, 1000 / BEATS)
      const port = frame.start((message) => end({ kind: 'crashed', line, message }))
      const news = new MessageChannel()
      news.port1.onmessage = ({ data }: MessageEvent<GradingNews>) => {
        quiet = 0
        if (data === 'started') return
        if ('line' in data) line = data.line
        else if (!tellLines) request.onProgress(data.progress)
      }
      const clear = (): void => {
        clearInterval(beat)
        signal.removeEventListener('abort', cancel)
        news.port1.close()
        port.close()
      }
      signal.addEventListener('abort', cancel)
      const { exercise, code, seed } = request
      wrap<GradingWorker>(port)
        .grade({ exercise, code, seed, tellLines }, transfer(news.port2, [news.port2]))
        .then(
          (report) => end({ kind: 'report', report }),
          (error: unknown) => end({ kind: 'crashed', line, message: String(error) }),
        )
    })
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
