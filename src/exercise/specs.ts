/** Specs: what the folders of exercises/ export, by name. Each is a file of its own, loaded when it is asked for. */
import type { CourseExercise } from '../../engine/exercise.ts'

const files = import.meta.glob<CourseExercise>('../../exercises/*/exercise.ts', { import: 'default' })

/** @throws when no folder is called like this */
export async function specOf(id: string): Promise<CourseExercise> {
  const spec = await files[`../../exercises/${id}/exercise.ts`]?.()
  if (!spec) throw new Error(`exercises/${id} lacks exercise.ts`)
  return spec
}
