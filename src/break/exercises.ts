/** The exercises in which something is broken, for the page and its worker. */
import { type AnyBreakExercise, type BreakExercise, partsOf } from '../../engine/exercise.ts'
import { specOf } from '../exercise/specs.ts'

/** @throws when there is none of that name, or it is of another kind */
async function loadBreakExercise(id: string): Promise<AnyBreakExercise> {
  const exercise = await specOf(id)
  if (exercise.kind !== 'break') throw new Error(`in exercises/${id} nothing is broken`)
  return exercise
}

/**
 * One part of an exercise.
 * @param part null where it has no other
 * @throws when there is no such exercise, or it has no such part
 */
export async function loadPart(id: string, part: string | null): Promise<BreakExercise> {
  const found = partsOf(await loadBreakExercise(id)).find((one) => (one.part ?? null) === part)
  if (!found) throw new Error(`exercises/${id} has no part ${part}`)
  return found
}
