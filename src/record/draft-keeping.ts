/**
 * Keeping a draft: the way of one text into the record and back, for code and for runs alike. It writes within a second, keeps the
 * history, and stays at peace with other tabs: of two texts the newer stands, and the other is in the history. Where the browser keeps
 * nothing it says so and tries again.
 */
import { onLost, openRecord, whyRefused } from './database.ts'
import type { Draft, OfExercise, Reason, Snapshot } from './entries.ts'
import { Keeper } from './keeper.ts'
import { forgetAt, forgetLastWords, lastWords, sayLastWords } from './last-words.ts'
import { TAB, hearTabs } from './tabs.ts'

/** How long the learner has done nothing when that counts as a pause, in milliseconds. */
export const PAUSE_MS = 20_000

/** The text, and what is known of it. */
export type Text = Pick<Draft, 'code' | 'putAside' | 'begun' | 'starter'>

export interface Hearer {
  /** The text was written. */
  kept(at: number): void
  /** Whether the browser keeps anything now; null: it does. */
  trouble(why: 'full' | 'refused' | null): void
  /** Another tab has written something newer: it takes the place of what stands here, which is in the history. */
  replaced(draft: Draft): void
  /** Another tab has written something older, which is in the history now. */
  overtook(): void
}

export class DraftKeeping {
  readonly #of: OfExercise
  readonly #hearer: Hearer
  readonly #steps: boolean
  readonly #keeper: Keeper<{ readonly text: Text; readonly at: number }>
  /** The revision of the draft that this tab has seen last; 0: none. */
  #seen = 0
  /** What stands here, and when it was changed last; null as long as it is nothing that has to be kept. */
  #stands: { readonly text: Text; readonly at: number } | null = null
  /** What came from the record has not been changed yet. */
  #isAsLoaded = false
  #pause: ReturnType<typeof setTimeout> | undefined

  /** @param steps whether pauses go into the history; what is replaced always does */
  constructor(of: OfExercise, hearer: Hearer, steps = true) {
    this.#of = of
    this.#hearer = hearer
    this.#steps = steps
    this.#keeper = new Keeper(
      (next) => this.#write(next),
      (at) => {
        hearer.kept(at)
        hearer.trouble(null)
      },
      (error) => hearer.trouble(whyRefused(error)),
    )
  }

  /**
   * The draft in the record, or what was typed after it and just before the page was left; undefined where there is none.
   * @throws when the browser keeps nothing
   */
  async load(): Promise<Draft | undefined> {
    const { exercise, version } = this.#of
    const record = await openRecord()
    let draft = await record.draft(exercise, version)
    for (const { place, draft: words } of lastWords(exercise, version)) {
      // Of a page that is open still: it will write them itself.
      if (words.writer === TAB) continue
      // Of the words of two tabs, those that came before are replaced by us, not by a stranger.
      if (draft?.writer === TAB && words.code !== draft.code)
        await this.remember(draft.code, 'other-tab', draft.savedAt)
      if (words.code !== draft?.code)
        draft = (await record.keepDraft({ ...words, exercise, version }, words.revision ?? 0)).draft
      forgetAt(place)
    }
    if (!draft) return undefined
    // Who has typed before it was there goes on with what she typed.
    if (this.#keeper.pending) {
      this.#seen = draft.revision ?? 0
      await this.remember(draft.code, 'paused', draft.savedAt)
    } else this.#see(draft)
    return draft
  }

  /** The text has changed. */
  change(text: Text): void {
    if (this.#isAsLoaded && this.#steps && this.#stands)
      void this.remember(this.#stands.text.code, 'paused', this.#stands.at)
    this.#isAsLoaded = false
    this.#stands = { text, at: Date.now() }
    this.#keeper.change(this.#stands)
    clearTimeout(this.#pause)
    if (this.#steps) this.#pause = setTimeout(() => void this.remember(text.code, 'paused'), PAUSE_MS)
  }

  /** Puts a text into the history. Where that is refused, nothing happens. */
  async remember(code: string, why: Reason, at = Date.now()): Promise<void> {
    try {
      await (await openRecord()).keepSnapshot({ ...this.#of, code, why, at })
    } catch {
      // The draft's own writes say what the browser refuses.
    }
  }

  /** The history, the newest first. @throws when the browser keeps nothing */
  async history(): Promise<Snapshot[]> {
    return (await openRecord()).snapshots(this.#of.exercise, this.#of.version)
  }

  /** Writes when the page is left, and listens to the other tabs. @returns a function that stops it */
  listen(page: Window): () => void {
    const look = () => {
      if (page.document.visibilityState === 'visible') void this.#look()
    }
    const stops = [
      this.#keeper.flushWhenLeft(page, ({ text, at }) => sayLastWords(this.#draftOf(text, at))),
      hearTabs((news) => {
        const { exercise, version } = this.#of
        if (news.kind === 'all' || (news.exercise === exercise && news.version === version)) void this.#look()
      }),
      // What was cleared while it stood here is written again.
      onLost(() => {
        this.#seen = 0
        if (this.#stands) this.#keeper.change(this.#stands)
      }),
    ]
    page.document.addEventListener('visibilitychange', look)
    return () => {
      page.document.removeEventListener('visibilitychange', look)
      for (const stop of stops) stop()
      clearTimeout(this.#pause)
    }
  }

  /** Writes what is not written yet. */
  flush(): Promise<void> {
    return this.#keeper.flush()
  }

  async #write({ text, at }: { readonly text: Text; readonly at: number }): Promise<void> {
    const record = await openRecord()
    const draft = this.#draftOf(text, at)
    const keep = () => record.keepDraft(draft, this.#seen)
    const written = await keep().catch(async (error: unknown) => {
      if (whyRefused(error) !== 'full') throw error
      await record.makeRoom()
      return keep()
    })
    forgetLastWords(this.#of.exercise, this.#of.version)
    this.#seen = written.draft.revision ?? 0
    if (written.draft.writer !== TAB) this.#adopt(written.draft)
    else if (written.replaced) this.#hearer.overtook()
  }

  /** Looks whether another tab has written meanwhile. */
  async #look(): Promise<void> {
    // What is about to be written here is newer, and writing looks as well.
    if (this.#keeper.pending) return
    try {
      const { exercise, version } = this.#of
      const draft = await (await openRecord()).draft(exercise, version)
      if (this.#keeper.pending) return
      if (!draft) this.#seen = 0
      else if (draft.writer !== TAB && (draft.revision ?? 0) !== this.#seen) this.#adopt(draft)
    } catch {
      // The next write says what is refused.
    }
  }

  #adopt(draft: Draft): void {
    const before = this.#stands
    this.#see(draft)
    if (before?.text.code === draft.code) return
    // If it was written, it was seen by the one who replaced it; it is here that it is missed.
    if (before) void this.remember(before.text.code, 'other-tab', before.at)
    this.#hearer.replaced(draft)
  }

  #see(draft: Draft): void {
    this.#seen = draft.revision ?? 0
    this.#stands = { text: draft, at: draft.savedAt }
    this.#isAsLoaded = true
  }

  #draftOf({ code, putAside, begun, starter }: Text, at: number): Draft {
    return {
      ...this.#of,
      code,
      putAside,
      savedAt: at,
      revision: this.#seen,
      writer: TAB,
      ...(begun !== undefined && { begun }),
      ...(starter !== undefined && { starter }),
    }
  }
}
