/**
 * Draft: the learner's code on the page, and its way into the record and back. Resetting puts the code aside, and so does beginning
 * from another text; what was put aside can be had back, and so can all that the history has. Where the browser keeps nothing, all of
 * this works until the page is left, but for the history.
 */
import { type Pass, type Result, type Snapshot, openRecord, whyRefused } from '../record/database.ts'
import { DraftKeeping } from '../record/draft-keeping.ts'
import type { Draft as StoredDraft, Reason } from '../record/entries.ts'
import { asideAfter } from './aside.ts'

/** A draft of an older version of the exercise. */
export type OlderDraft = Pick<StoredDraft, 'code' | 'version' | 'starter'>

export class Draft {
  readonly exercise: string
  readonly version: number
  readonly starter: string
  #code = $state('')
  #putAside = $state<string | null>(null)
  #older = $state.raw<OlderDraft | null>(null)
  #savedAt = $state<number | null>(null)
  #trouble = $state<'full' | 'refused' | null>(null)
  #elsewhere = $state<'replaced' | 'overtook' | null>(null)
  #loaded = $state(false)
  /** Nothing was ever written here. */
  #fresh = $state(true)
  /** What the code began from. Null: the starter. */
  #begun: string | null = null
  readonly #keeping: DraftKeeping

  /** @param steps whether pauses go into the history; what another text replaces always does */
  constructor(exercise: string, version: number, starter: string, steps = true) {
    this.exercise = exercise
    this.version = version
    this.starter = starter
    this.#code = starter
    this.#keeping = new DraftKeeping(
      { exercise, version },
      {
        kept: (at) => (this.#savedAt = at),
        trouble: (why) => (this.#trouble = why),
        replaced: (draft) => {
          this.#take(draft)
          this.#elsewhere = 'replaced'
        },
        overtook: () => (this.#elsewhere = 'overtook'),
      },
      steps,
    )
  }

  get code(): string {
    return this.#code
  }
  /** The code that the last reset put aside. */
  get putAside(): string | null {
    return this.#putAside
  }
  /** A draft of an older version of the exercise, as long as this version has none. */
  get older(): OlderDraft | null {
    return this.#older
  }
  /** When the draft was last written, in milliseconds since 1970. */
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
  /** What another tab has done: it replaced what stood here, or was replaced by it. Either way the other text is in the history. */
  get elsewhere(): 'replaced' | 'overtook' | null {
    return this.#elsewhere
  }
  /** Whether the record has been read, or turned out to be closed. */
  get loaded(): boolean {
    return this.#loaded
  }
  /** There is no draft yet: what stands there is the starter, and the learner has not chosen it. */
  get fresh(): boolean {
    return this.#fresh
  }

  /**
   * Brings back what was kept.
   * @returns the last result, if there is one
   */
  async load(): Promise<Result | undefined> {
    try {
      const draft = await this.#keeping.load()
      const record = await openRecord()
      if (!draft) this.#older = (await record.olderDraft(this.exercise, this.version)) ?? null
      // Who types before it is there goes on with what she types; what was kept is in the history then.
      else this.#take(this.#code === this.starter ? draft : { ...draft, code: this.#code })
      return await record.result(this.exercise, this.version)
    } catch (error) {
      this.#trouble = whyRefused(error)
      return undefined
    } finally {
      this.#loaded = true
    }
  }

  write(code: string): void {
    if (code === this.#code) return
    this.#code = code
    this.#change()
  }

  /** Back to the starter; the code is put aside, unless there is nothing to put. */
  reset(): void {
    if (this.#code !== this.starter) this.begin(this.starter, 'reset')
  }

  /** Begins from a text that can be had again: the starter, or an answer to another exercise. The code is put aside. */
  begin(code: string, why: Reason = 'begun'): void {
    const { starter } = this
    this.#remember(why)
    this.#putAside = asideAfter(
      { code: this.#code, putAside: this.#putAside, begun: this.#begun, starter },
      code,
    )
    this.#code = code
    this.#begun = code === starter ? null : code
    this.#change()
  }

  /** Takes a text from the history, a link or a file. The code is put aside, and is in the history. */
  take(code: string, why: Reason): void {
    if (code === this.#code) return
    const replaced = this.#code
    this.#remember(why)
    this.#code = code
    if (replaced !== this.starter && replaced !== this.#begun) this.#putAside = replaced
    this.#change()
  }

  /** The learner's answer to an exercise, as it passed last; null where none is known. */
  async passOf(exercise: string): Promise<Pass | null> {
    try {
      return (await (await openRecord()).pass(exercise)) ?? null
    } catch (error) {
      this.#trouble = whyRefused(error)
      return null
    }
  }

  /** Takes back what was put aside, and puts aside what it replaces. */
  restore(): void {
    if (this.#putAside === null) return
    const replaced = this.#code
    this.#remember('restored')
    this.#code = this.#putAside
    // What can be had again anyway need not be kept.
    this.#putAside = replaced === this.starter || replaced === this.#begun ? null : replaced
    this.#change()
  }

  /** Takes the draft of an older version. */
  restoreOlder(): void {
    if (this.#older === null) return
    this.begin(this.#older.code)
    this.#older = null
  }

  /** The learner does not want the draft of an older version. It stays where it is. */
  leaveOlder(): void {
    this.#older = null
  }

  /** What another tab has done was read. */
  dismissElsewhere(): void {
    this.#elsewhere = null
  }

  /** What stood here before, the newest first. @throws when the browser keeps nothing */
  async history(): Promise<Snapshot[]> {
    return this.#keeping.history()
  }

  async dropFromHistory(snapshot: Snapshot): Promise<void> {
    await (await openRecord()).dropSnapshot(snapshot)
  }

  async keepResult(result: Omit<Result, 'exercise' | 'version'>): Promise<void> {
    try {
      const { exercise, version } = this
      await (await openRecord()).keepResult({ ...result, exercise, version })
      await this.#keeping.remember(result.code, result.report.verdict, result.ranAt)
    } catch (error) {
      this.#trouble = whyRefused(error)
    }
  }

  /** Writes the draft whenever the page is hidden or left, and listens to other tabs. @returns a function that stops it */
  flushWhenLeft(page: Window): () => void {
    return this.#keeping.listen(page)
  }

  /** Writes at once what is not written yet. */
  flush(): Promise<void> {
    return this.#keeping.flush()
  }

  #take(draft: StoredDraft): void {
    this.#fresh = false
    this.#older = null
    this.#code = draft.code
    this.#begun = draft.begun ?? null
    this.#putAside = draft.putAside
    this.#savedAt = draft.savedAt
  }

  /** What stands here is about to be replaced. What can be had again anyway need not be kept. */
  #remember(why: Reason): void {
    if (this.#code === this.starter || this.#code === this.#begun) return
    void this.#keeping.remember(this.#code, why)
  }

  #change(): void {
    this.#fresh = false
    this.#elsewhere = null
    const { starter } = this
    const begun = this.#begun === null ? {} : { begun: this.#begun }
    this.#keeping.change({ code: this.#code, putAside: this.#putAside, starter, ...begun })
  }
}
