/**
 * That an exercise has been passed, as pages may ask before they load anything: under a key of the local storage. The record itself
 * is in IndexedDB.
 */
export const passedKey = (exercise: string): string => `lockstep-passed/${exercise}`

export function notePassed(exercise: string): void {
  try {
    localStorage.setItem(passedKey(exercise), '1')
  } catch {
    // Storage may be refused; what asks for it then waits until it is touched.
  }
}
