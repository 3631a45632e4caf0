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

/** Notes what of the progress has passed and what has not; what it says nothing of stays as it was. */
export function notePassed({ exercises }: Pick<Progress, 'exercises'>): void {
  const before = passedExercises().filter((id) => !(id in exercises))
  const passed = Object.values(exercises).filter(({ state }) => state === 'passed')
  try {
    localStorage.setItem(KEY, [...before, ...passed.map(({ id }) => id)].join(' '))
  } catch {
    // Refused: reading pages show no marks then.
  }
}
