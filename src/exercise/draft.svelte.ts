/**
 * Draft: the learner's code on the page, and its way into the record and back. Resetting puts the code aside, and so does beginning
 * from another text; what was put aside can be had back. Where the browser keeps nothing, all of this works until the page is left.
 */
import {
  openRecord,
  type Draft as StoredDraft,
  type LearnerRecord,
  type Pass,
  type Result,
} from '../record/database.ts'
import { Keeper } from '../record/keeper.ts'
import { forgetLastWords, lastWords, sayLastWords } from '../record/last-words.ts'
import { asideAfter } from './aside.ts'

interface Kept {
  code: string
  putAside: string | null
  begun: string | null
}

export class Draft {
  readonly exercise: string
  readonly version: number
  readonly starter: string
  #code = $state('')
  #putAside = $state<string | null>(null)
  #older = $state<string | null>(null)
  #savedAt = $state<number | null>(null)
  #refused = $state(false)
  #loaded = $state(false)
  /** Nothing was ever written here. */
  #fresh = $state(true)
  /** What the code began from. Null: the starter. */
  #begun: string | null = null
  /** The revision of the draft that this tab has seen last. */
  #seen = 0
  #record: Promise<LearnerRecord> | undefined
  #keeper: Keeper<Kept>

  constructor(exercise: string, version: number, starter: string) {
    this.exercise = exercise
    this.version = version
    this.starter = starter
    this.#code = starter
    this.#keeper = new Keeper(
      async (kept) => {
        const record = await this.#open()
        this.#seen = (await record.keepDraft(this.#storedOf(kept), this.#seen)).draft.revision ?? 0
        forgetLastWords(exercise, version)
      },
      (at) => {
        this.#savedAt = at
        this.#refused = false
      },
      () => (this.#refused = true),
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
  get older(): string | null {
    return this.#older
  }
  /** When the draft was last written, in milliseconds since 1970. */
  get savedAt(): number | null {
    return this.#savedAt
  }
  /** The browser keeps nothing. */
  get refused(): boolean {
    return this.#refused
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
      const record = await this.#open()
      const draft = await this.#newest(record)
      if (draft) {
        this.#fresh = false
        this.#begun = draft.begun ?? null
        this.#putAside = draft.putAside
        this.#savedAt = draft.savedAt
        if (this.#code === this.starter) this.#code = draft.code
      } else {
        this.#older = (await record.olderDraft(this.exercise, this.version))?.code ?? null
      }
      return await record.result(this.exercise, this.version)
    } catch {
      this.#refused = true
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
    if (this.#code !== this.starter) this.begin(this.starter)
  }

  /** Begins from a text that can be had again: the starter, or an answer to another exercise. The code is put aside. */
  begin(code: string): void {
    const { starter } = this
    this.#putAside = asideAfter(
      { code: this.#code, putAside: this.#putAside, begun: this.#begun, starter },
      code,
    )
    this.#code = code
    this.#begun = code === starter ? null : code
    this.#change()
  }

  /** The learner's answer to an exercise, as it passed last; null where none is known. */
  async passOf(exercise: string): Promise<Pass | null> {
    try {
      return (await (await this.#open()).pass(exercise)) ?? null
    } catch {
      this.#refused = true
      return null
    }
  }

  /** Takes back what was put aside, and puts aside what it replaces. */
  restore(): void {
    if (this.#putAside === null) return
    const replaced = this.#code
    this.#code = this.#putAside
    // What can be had again anyway need not be kept.
    this.#putAside = replaced === this.starter || replaced === this.#begun ? null : replaced
    this.#change()
  }

  /** Takes the draft of an older version. */
  restoreOlder(): void {
    if (this.#older === null) return
    this.begin(this.#older)
    this.#older = null
  }

  async keepResult(result: Omit<Result, 'exercise' | 'version'>): Promise<void> {
    try {
      const record = await this.#open()
      await record.keepResult({ ...result, exercise: this.exercise, version: this.version })
    } catch {
      this.#refused = true
    }
  }

  /** Writes the draft whenever the page is hidden or left. @returns a function that stops it */
  flushWhenLeft(page: Window): () => void {
    return this.#keeper.flushWhenLeft(page, (kept) => {
      if (!this.#refused) sayLastWords(this.#storedOf(kept))
    })
  }

  /** The draft in the record, or what was typed after it and just before the page was left. */
  async #newest(record: LearnerRecord): Promise<StoredDraft | undefined> {
    const kept = await record.draft(this.exercise, this.version)
    this.#seen = kept?.revision ?? 0
    const words = lastWords(this.exercise, this.version)
    if (words === null || (kept && kept.savedAt > words.savedAt)) return kept
    const { draft } = await record.keepDraft(words, this.#seen)
    this.#seen = draft.revision ?? 0
    forgetLastWords(this.exercise, this.version)
    return draft
  }

  #storedOf({ code, putAside, begun }: Kept): StoredDraft {
    const { exercise, version } = this
    return { exercise, version, code, putAside, savedAt: Date.now(), ...(begun !== null && { begun }) }
  }

  #change(): void {
    this.#fresh = false
    this.#keeper.change({ code: this.#code, putAside: this.#putAside, begun: this.#begun })
  }

  #open(): Promise<LearnerRecord> {
    this.#record ??= openRecord()
    return this.#record
  }
}
