/** Loads the specification of an exercise from its folder, on the command line and in the gate. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyExercise, CourseExercise } from '../../exercise.ts'
// Before any exercise is imported: its spec may hold programs.
import '../programs/node-hook.ts'

/** The specification of the exercise in a folder. */
export async function exerciseIn(folder: string): Promise<CourseExercise> {
  const file = pathToFileURL(path.join(folder, 'exercise.ts')).href
  return ((await import(file)) as { default: CourseExercise }).default
}

/** The specification of an exercise in which something is built. @throws where it is one of the other kind */
export async function buildExerciseIn(folder: string): Promise<AnyExercise> {
  const exercise = await exerciseIn(folder)
  if (exercise.kind !== 'build') throw new Error(`${folder} has no answers in code`)
  return exercise
}
