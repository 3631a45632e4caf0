/**
 * Keeper: writes a value that changes often soon after its last change, and at once when the page is left. What is refused it
 * tries again. It knows neither what it writes nor where.
 */
import { LEAVING } from '../offline/leaving.ts'

/** How long after the last change a value is written, in milliseconds; a learner may lose this much and no more. */
export const QUIET_MS = 400
/** The longest that a value waits while it keeps changing, in milliseconds. */
export const WAIT_MS_MAX = 700
/** How long after a refusal it is tried again, in milliseconds. */
export const RETRY_MS = 5_000

export class Keeper<Value> {
  #write: (value: Value) => Promise<void>
  #onKept: (at: number) => void
  #onRefused: (error: unknown) => void
  /** What is not written yet, or not yet to its end. */
  #pending: { value: Value } | null = null
  #writing: { value: Value } | null = null
  #firstChangeAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param write rejects when the value could not be kept
   * @param onKept told the time of each write that succeeded
   * @param onRefused told of each write that failed
   */
  constructor(
    write: (value: Value) => Promise<void>,
    onKept: (at: number) => void,
    onRefused: (error: unknown) => void,
  ) {
    this.#write = write
    this.#onKept = onKept
    this.#onRefused = onRefused
  }

  /** Is there something that is not safe yet? */
  get pending(): boolean {
    return this.#pending !== null
  }

  /** The value has changed. */
  change(value: Value): void {
    const now = Date.now()
    if (this.#pending === null || this.#pending === this.#writing) this.#firstChangeAt = now
    this.#pending = { value }
    this.#writeIn(Math.min(QUIET_MS, Math.max(0, this.#firstChangeAt + WAIT_MS_MAX - now)))
  }

  /** Writes what has not been written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    const pending = this.#pending
    if (pending === null || pending === this.#writing) return
    this.#writing = pending
    try {
      await this.#write(pending.value)
      // Only now is it safe; unless it has changed again meanwhile.
      if (this.#pending === pending) this.#pending = null
      this.#onKept(Date.now())
    } catch (error) {
      if (this.#writing === pending) this.#writing = null
      if (this.#pending === pending) this.#writeIn(RETRY_MS)
      this.#onRefused(error)
    }
  }

  /**
   * Writes whenever the page is hidden or left.
   * @param atOnce is handed what would be written, before the write begins: the page may not live to see its end
   * @returns a function that stops it
   */
  flushWhenLeft(page: Window, atOnce: (value: Value) => void): () => void {
    const left = () => {
      if (this.#pending) atOnce(this.#pending.value)
      void this.flush()
    }
    const hidden = () => {
      if (page.document.visibilityState === 'hidden') left()
    }
    const leaving = (event: Event) => {
      if (this.#pending) atOnce(this.#pending.value)
      ;(event as CustomEvent<Promise<unknown>[]>).detail.push(this.flush())
    }
    page.addEventListener(LEAVING, leaving)
    page.addEventListener('pagehide', left)
    page.document.addEventListener('visibilitychange', hidden)
    return () => {
      page.removeEventListener(LEAVING, leaving)
      page.removeEventListener('pagehide', left)
      page.document.removeEventListener('visibilitychange', hidden)
    }
  }

  #writeIn(wait: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), wait)
  }
}
