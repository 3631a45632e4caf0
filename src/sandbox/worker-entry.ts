/** What runs in the sandbox's worker: the engine and the exercises. Bundled to one classic script; see the plugin beside it. */
import type { AnyExercise } from '../../engine/exercise.ts'
import { expose } from '../../engine/worker.ts'

const files = import.meta.glob<AnyExercise>('../../exercises/*/exercise.ts', {
  eager: true,
  import: 'default',
})

expose(Object.fromEntries(Object.values(files).map((exercise) => [exercise.id, exercise])))
