/**
 * Last words: what was typed in the moment before the page was left. The record's database writes too slowly then, and
 * the browser does not wait; this is kept at once, and moved into the record at the next visit.
 */
import type { Draft } from './database.ts'

const keyOf = (exercise: string, version: number) => `lockstep-last-words/${exercise}/${version}`

/** Keeps a draft at once. Does nothing where storage is refused. */
export function sayLastWords(draft: Draft): void {
  try {
    localStorage.setItem(keyOf(draft.exercise, draft.version), JSON.stringify(draft))
  } catch {
    // Refused or full: the draft that was written before is what remains.
  }
}

/** The last words about an exercise, or null. */
export function lastWords(exercise: string, version: number): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(exercise, version)) ?? 'null') as Draft | null
  } catch {
    return null
  }
}

/** Once the record has a draft, its last words are not needed any more. */
export function forgetLastWords(exercise: string, version: number): void {
  try {
    localStorage.removeItem(keyOf(exercise, version))
  } catch {
    // Nothing was kept then.
  }
}
