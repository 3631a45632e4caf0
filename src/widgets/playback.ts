/** Moving through a run: which step a key or a command leads to, and how long a step is shown while it plays. */

export type Move = 'start' | 'back' | 'next' | 'end' | 'toggle'

/** The speeds that the reader can choose from; 1 is the default. */
export const SPEEDS = [0.5, 1, 2, 4] as const

/** How long a step is shown at speed 1, in milliseconds: time to read its sentence. */
export const STEP_DURATION_MS = 1600

/** The step nearest to `step` that a run of `length` steps has. Steps count from 0, the initial state. */
export function clamp(step: number, length: number): number {
  return Math.min(Math.max(Math.round(step) || 0, 0), length)
}

/** The step that a move leads to. `toggle` stays where it is. */
export function destination(move: Move, step: number, length: number): number {
  switch (move) {
    case 'start':
      return 0
    case 'end':
      return length
    case 'back':
      return clamp(step - 1, length)
    case 'next':
      return clamp(step + 1, length)
    case 'toggle':
      return clamp(step, length)
  }
}

/** The step that is played after this one: past the end of a run that goes round, the first of its loop. */
export function playedAfter(step: number, length: number, loopFrom?: number): number {
  return step >= length && loopFrom !== undefined ? clamp(loopFrom, length) : clamp(step + 1, length)
}

/** What a key asks for, or null. Keys with a modifier belong to the browser. */
export function moveOfKey(key: string): Move | null {
  switch (key) {
    case 'ArrowLeft':
      return 'back'
    case 'ArrowRight':
      return 'next'
    case 'Home':
      return 'start'
    case 'End':
      return 'end'
    case ' ':
      return 'toggle'
    default:
      return null
  }
}

/** The speed after this one, the first after the last. */
export function fasterThan(speed: number): number {
  const index = SPEEDS.findIndex((one) => one === speed)
  return SPEEDS[(index + 1) % SPEEDS.length] ?? 1
}

/** How long a step is shown before the next, in milliseconds. */
export function durationAt(speed: number): number {
  return STEP_DURATION_MS / speed
}
