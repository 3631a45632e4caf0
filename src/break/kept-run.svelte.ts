/**
 * Kept run: the learner's run on its way into the record and back, with the run that it replaced last. Where the browser
 * keeps nothing, all of this works until the page is left, but for the history.
 */
import { readRun } from '../../engine/break/run-file.ts'
import type { Action } from '../../engine/model.ts'
import { type BestRun, type Draft, type Snapshot, openRecord, whyRefused } from '../record/database.ts'
import { DraftKeeping, type Text } from '../record/draft-keeping.ts'
import type { Reason } from '../record/entries.ts'
import { runText } from './run-file.ts'
import type { Run } from './runs.ts'

interface Kept {
  readonly run: Run
  readonly replaced: Run | null
}

export class KeptRun {
  /** What it is kept under: the exercise, and which part of it. */
  readonly exercise: string
  readonly version: number
  readonly #of: { readonly id: string; readonly part?: string }
  #savedAt = $state<number | null>(null)
  #trouble = $state<'full' | 'refused' | null>(null)
  #elsewhere = $state<'replaced' | 'overtook' | null>(null)
  readonly #keeping: DraftKeeping
  /** Told of a run that another tab has put in the place of this one. */
  onReplaced: ((kept: Kept) => void) | null = null

  /** @param part of the exercise; null where it has no other */
  constructor(id: string, part: string | null, version: number) {
    this.exercise = part === null ? id : `${id}/${part}`
    this.version = version
    this.#of = { id, ...(part !== null && { part }) }
    this.#keeping = new DraftKeeping(
      { exercise: this.exercise, version },
      {
        kept: (at) => (this.#savedAt = at),
        trouble: (why) => (this.#trouble = why),
        replaced: (draft) => {
          const kept = this.#keptOf(draft)
          if (kept === null) return
          this.#savedAt = draft.savedAt
          this.#elsewhere = 'replaced'
          this.onReplaced?.(kept)
        },
        overtook: () => (this.#elsewhere = 'overtook'),
      },
    )
  }

  /** When the run was last written, in milliseconds since 1970. */
  get savedAt(): number | null {
    return this.#savedAt
  }
  /** The browser keeps nothing. */
  get refused(): boolean {
    return this.#trouble !== null
  }
  /** Why it keeps nothing: it has no room, or it does not want to; null: it does. */
  get trouble(): 'full' | 'refused' | null {
    return this.#trouble
  }
  /** What another tab has done: it replaced the run here, or was replaced by it. Either way the other one is in the history. */
  get elsewhere(): 'replaced' | 'overtook' | null {
    return this.#elsewhere
  }

  /** Brings back what was kept. A run that can't be read counts as none. */
  async load(): Promise<{ kept: Kept | null; best: BestRun | null }> {
    try {
      const draft = await this.#keeping.load()
      const best = await (await openRecord()).best(this.exercise, this.version)
      if (draft) this.#savedAt = draft.savedAt
      return { kept: draft ? this.#keptOf(draft) : null, best: best ?? null }
    } catch (error) {
      this.#trouble = whyRefused(error)
      return { kept: null, best: null }
    }
  }

  /** The run has changed. */
  write(run: Run, replaced: Run | null): void {
    this.#elsewhere = null
    this.#keeping.change(this.#textOf({ run, replaced }))
  }

  /** A run is about to be replaced, or has met its target. */
  remember(run: Run, why: Reason): void {
    if (run.length > 0) void this.#keeping.remember(this.#textOf({ run, replaced: null }).code, why)
  }

  async keepBest(actions: readonly Action[]): Promise<void> {
    try {
      const { exercise, version } = this
      await (await openRecord()).keepBest({ exercise, version, actions, reachedAt: Date.now() })
      this.remember(actions, 'met')
    } catch (error) {
      this.#trouble = whyRefused(error)
    }
  }

  /** The runs that were here before, the newest first, without those that can't be read. @throws when the browser keeps nothing */
  async history(): Promise<{ readonly snapshot: Snapshot; readonly run: Run }[]> {
    return (await this.#keeping.history()).flatMap((snapshot) => {
      const run = this.#runOf(snapshot.code)
      return run ? [{ snapshot, run }] : []
    })
  }

  async dropFromHistory(snapshot: Snapshot): Promise<void> {
    await (await openRecord()).dropSnapshot(snapshot)
  }

  dismissElsewhere(): void {
    this.#elsewhere = null
  }

  /** Writes the run whenever the page is hidden or left, and listens to other tabs. @returns a function that stops it */
  flushWhenLeft(page: Window): () => void {
    return this.#keeping.listen(page)
  }

  #textOf({ run, replaced }: Kept): Text {
    const { id, part = null } = this.#of
    return {
      code: runText(id, run, part),
      putAside: replaced === null ? null : runText(id, replaced, part),
    }
  }

  #keptOf({ code, putAside }: Draft): Kept | null {
    const run = this.#runOf(code)
    const replaced = putAside === null ? null : this.#runOf(putAside)
    return run && { run, replaced }
  }

  #runOf(text: string): Run | null {
    try {
      return readRun(this.#of, text).actions
    } catch {
      return null
    }
  }
}
