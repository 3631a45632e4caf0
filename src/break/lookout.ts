/** Lookout: asks the worker how it looks after a run. A search that nobody waits for any more is stopped at once. */
import { proxy, type Remote, wrap } from 'comlink'
import type { Outlook } from '../../engine/break/outlook.ts'
import type { SearchProgress } from '../../engine/break/search.ts'
import type { OutlookWorker } from './outlook.worker.ts'
import type { Run } from './runs.ts'

/** Asks one thing at a time. */
export interface Asks {
  /** @throws AbortError once stopped, and where the engine can't be asked */
  look(run: Run, tell: (progress: SearchProgress) => void): Promise<Outlook>
  /** Stops the search that is under way, if one is. */
  stop(): void
}

export class Lookout implements Asks {
  readonly #exercise: string
  readonly #part: string | null
  #worker: Worker | null = null
  #remote: Remote<OutlookWorker> | null = null
  #abort: ((reason: Error) => void) | null = null

  /** @param exercise its name, and which part of it; null where it has no other */
  constructor(exercise: string, part: string | null) {
    this.#exercise = exercise
    this.#part = part
  }

  async look(run: Run, tell: (progress: SearchProgress) => void): Promise<Outlook> {
    this.stop()
    const stopped = new Promise<never>((_resolve, reject) => (this.#abort = reject))
    try {
      const answer = this.#open().look(this.#exercise, this.#part, run, proxy(tell))
      return await Promise.race([answer, stopped])
    } finally {
      this.#abort = null
    }
  }

  stop(): void {
    if (this.#abort === null) return
    // A search does not listen while it searches: its worker is thrown away.
    this.#discard(new DOMException('The search was stopped.', 'AbortError'))
  }

  #open(): Remote<OutlookWorker> {
    if (this.#remote) return this.#remote
    this.#worker = new Worker(new URL('./outlook.worker.ts', import.meta.url), { type: 'module' })
    // A worker that can't be loaded says so here, and answers nothing.
    this.#worker.onerror = ({ message }) => this.#discard(new Error(message))
    this.#remote = wrap<OutlookWorker>(this.#worker)
    return this.#remote
  }

  #discard(reason: Error): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#remote = null
    this.#abort?.(reason)
    this.#abort = null
  }
}
