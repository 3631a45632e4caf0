/** The exercises in which something is broken, for the page and its worker. */
import type { BreakExercise } from '../../engine/exercise.ts'
import { specOf } from '../exercise/specs.ts'

/** @throws when there is none of that name, or it is of another kind */
export async function loadBreakExercise(id: string): Promise<BreakExercise> {
  const exercise = await specOf(id)
  if (exercise.kind !== 'break') throw new Error(`in exercises/${id} nothing is broken`)
  return exercise
}
