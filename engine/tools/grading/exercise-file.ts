/** Loads the specification of an exercise from its folder, on the command line and in the gate. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyExercise } from '../../exercise.ts'
// Before any exercise is imported: its spec may hold programs.
import '../programs/node-hook.ts'

/** The specification of the exercise in a folder. */
export async function exerciseIn(folder: string): Promise<AnyExercise> {
  const file = pathToFileURL(path.join(folder, 'exercise.ts')).href
  return ((await import(file)) as { default: AnyExercise }).default
}
