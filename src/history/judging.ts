/** Judging: one question at a time to the worker; a new one, or a stop, throws the old one away with its worker. */
import { type Remote, wrap } from 'comlink'
import type { Dictionary } from '../../engine/text/words.ts'
import type { HistoryWorker } from './history.worker.ts'
import type { HistoryRequest, Judged } from './judged.ts'

export class Judging {
  readonly #dictionary: Dictionary
  #worker: Worker | null = null
  #remote: Remote<HistoryWorker> | null = null
  #abort: ((reason: Error) => void) | null = null

  /** @param dictionary the engine’s words */
  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** @throws AbortError where it was stopped; Error where the worker can’t be loaded */
  async judge(request: HistoryRequest): Promise<Judged> {
    this.stop()
    const stopped = new Promise<never>((_resolve, reject) => (this.#abort = reject))
    const answer = this.#open().judge(request, this.#dictionary)
    const judged = await Promise.race([answer, stopped])
    this.#abort = null
    return judged
  }

  stop(): void {
    if (this.#abort) this.#discard(new DOMException('The check was stopped.', 'AbortError'))
  }

  #open(): Remote<HistoryWorker> {
    if (this.#remote) return this.#remote
    this.#worker = new Worker(new URL('./history.worker.ts', import.meta.url), { type: 'module' })
    this.#worker.onerror = ({ message }) => this.#discard(new Error(message))
    this.#remote = wrap<HistoryWorker>(this.#worker)
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
