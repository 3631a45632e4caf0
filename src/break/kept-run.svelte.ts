/**
 * Kept run: the learner's run on its way into the record and back, with the run that it replaced last. Where the browser
 * keeps nothing, all of this works until the page is left.
 */
import { readRun } from '../../engine/break/run-file.ts'
import type { Action } from '../../engine/model.ts'
import { type BestRun, type Draft, type LearnerRecord, openRecord } from '../record/database.ts'
import { Keeper } from '../record/keeper.ts'
import { forgetLastWords, lastWords, sayLastWords } from '../record/last-words.ts'
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
  #refused = $state(false)
  /** The revision of the draft that this tab has seen last. */
  #seen = 0
  #record: Promise<LearnerRecord> | undefined
  #keeper: Keeper<Kept>

  /** @param part of the exercise; null where it has no other */
  constructor(id: string, part: string | null, version: number) {
    const exercise = part === null ? id : `${id}/${part}`
    this.exercise = exercise
    this.version = version
    this.#of = { id, ...(part !== null && { part }) }
    this.#keeper = new Keeper(
      async (kept) => {
        const record = await this.#open()
        this.#seen = (await record.keepDraft(this.#draftOf(kept), this.#seen)).draft.revision ?? 0
        forgetLastWords(exercise, version)
      },
      (at) => {
        this.#savedAt = at
        this.#refused = false
      },
      () => (this.#refused = true),
    )
  }

  /** When the run was last written, in milliseconds since 1970. */
  get savedAt(): number | null {
    return this.#savedAt
  }
  /** The browser keeps nothing. */
  get refused(): boolean {
    return this.#refused
  }

  /** Brings back what was kept. A run that can't be read counts as none. */
  async load(): Promise<{ kept: Kept | null; best: BestRun | null }> {
    try {
      const record = await this.#open()
      const [draft, best] = await Promise.all([
        this.#newest(record),
        record.best(this.exercise, this.version),
      ])
      if (draft) this.#savedAt = draft.savedAt
      return { kept: draft ? this.#keptOf(draft) : null, best: best ?? null }
    } catch {
      this.#refused = true
      return { kept: null, best: null }
    }
  }

  /** The run has changed. */
  write(run: Run, replaced: Run | null): void {
    this.#keeper.change({ run, replaced })
  }

  async keepBest(actions: readonly Action[]): Promise<void> {
    try {
      const record = await this.#open()
      const { exercise, version } = this
      await record.keepBest({ exercise, version, actions, reachedAt: Date.now() })
    } catch {
      this.#refused = true
    }
  }

  /** Writes the run whenever the page is hidden or left. @returns a function that stops it */
  flushWhenLeft(page: Window): () => void {
    return this.#keeper.flushWhenLeft(page, (kept) => {
      if (!this.#refused) sayLastWords(this.#draftOf(kept))
    })
  }

  #draftOf({ run, replaced }: Kept): Draft {
    const { exercise, version } = this
    const { id, part = null } = this.#of
    const putAside = replaced === null ? null : runText(id, replaced, part)
    return { exercise, version, code: runText(id, run, part), putAside, savedAt: Date.now() }
  }

  #keptOf({ code, putAside }: Draft): Kept | null {
    const read = (text: string): Run => readRun(this.#of, text).actions
    try {
      return { run: read(code), replaced: putAside === null ? null : read(putAside) }
    } catch {
      return null
    }
  }

  /** The draft in the record, or what was done after it and just before the page was left. */
  async #newest(record: LearnerRecord): Promise<Draft | undefined> {
    const kept = await record.draft(this.exercise, this.version)
    this.#seen = kept?.revision ?? 0
    const words = lastWords(this.exercise, this.version)
    if (words === null || (kept && kept.savedAt > words.savedAt)) return kept
    const { draft } = await record.keepDraft(words, this.#seen)
    this.#seen = draft.revision ?? 0
    forgetLastWords(this.exercise, this.version)
    return draft
  }

  #open(): Promise<LearnerRecord> {
    this.#record ??= openRecord()
    return this.#record
  }
}
