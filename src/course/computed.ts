/**
 * Computed checks: what a function of the course works out while the page is built, where no run of a system is to be found: arithmetic, or
 * a search of its own. What came out must be what the chapter says.
 */
export interface Computed {
  readonly kind: 'computed'
  readonly id: string
  /** Works it out. Numbers are written with their thousands set apart, texts as they are. */
  work(): Readonly<Record<string, number | string>>
  /** Is it what the chapter says? */
  holds(counts: Readonly<Record<string, number | string>>): boolean
  /** The code of the sentence that says what came out, in src/text/en-course.ts, with places for what was worked out. */
  readonly words: string
}

/** What was worked out. */
export interface Worked {
  readonly check: Computed
  readonly worked: Readonly<Record<string, number | string>>
}

/** @throws Error when it comes out otherwise than the chapter says */
export function workOut(check: Computed): Worked {
  const worked = check.work()
  if (!check.holds(worked))
    throw new Error(`check ${check.id}: that is not what the chapter says: ${JSON.stringify(worked)}`)
  return { check, worked }
}
