/**
 * Last words: what was typed in the moment before the page was left. The record's database writes too slowly then, and
 * the browser does not wait; this is kept at once, and moved into the record at the next visit. Every tab has its own.
 */
import type { Draft } from './entries.ts'
import { TAB } from './tabs.ts'

const PREFIX = 'lockstep-last-words/'

const keyOf = (exercise: string, version: number) => `${PREFIX}${exercise}/${version}`

/** Keeps a draft at once. Does nothing where storage is refused. */
export function sayLastWords(draft: Draft): void {
  try {
    localStorage.setItem(`${keyOf(draft.exercise, draft.version)}#${TAB}`, JSON.stringify(draft))
  } catch {
    // Refused or full: the draft that was written before is what remains.
  }
}

/** The last words about an exercise of every tab that was left, the oldest first, each with its place. */
export function lastWords(exercise: string, version: number): { place: string; draft: Draft }[] {
  const found: { place: string; draft: Draft }[] = []
  try {
    const key = keyOf(exercise, version)
    const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at)!)
    for (const place of keys) {
      // The ones without a tab are an older site's.
      if (place !== key && !place.startsWith(`${key}#`)) continue
      const draft = JSON.parse(localStorage.getItem(place) ?? 'null') as Draft | null
      if (typeof draft?.code === 'string') found.push({ place, draft })
    }
  } catch {
    // Refused, or not ours.
  }
  return found.sort((a, b) => a.draft.savedAt - b.draft.savedAt)
}

/** Once the record has a draft, the last words of this tab about it are not needed any more. */
export function forgetLastWords(exercise: string, version: number): void {
  forgetAt(`${keyOf(exercise, version)}#${TAB}`)
}

/** Forgets the last words of one place. */
export function forgetAt(place: string): void {
  try {
    localStorage.removeItem(place)
  } catch {
    // Nothing was kept then.
  }
}

/** Where the local storage has last words. */
export function isLastWords(key: string): boolean {
  return key.startsWith(PREFIX)
}
