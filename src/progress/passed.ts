/**
 * Which exercises have passed, in the local storage: reading pages show it and are to load nothing for it. The record is what
 * counts; this copy is made whenever a page has read it.
 */
import type { Progress } from '../record/progress.ts'

const KEY = 'lockstep-passed'

/** The exercises that have passed in their present version. None where storage is refused. */
export function passedExercises(): readonly string[] {
  try {
    return (localStorage.getItem(KEY) ?? '').split(' ').filter((id) => id !== '')
  } catch {
    return []
  }
}

export function notePassed({ exercises }: Progress): void {
  const passed = Object.values(exercises).filter(({ state }) => state === 'passed')
  try {
    localStorage.setItem(KEY, passed.map(({ id }) => id).join(' '))
  } catch {
    // Refused: reading pages show no marks then.
  }
}
