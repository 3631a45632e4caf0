/** Finds what a new exercise still has to say: files that hold a TODO. The starter is left to the learner. */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Problem } from './folder.ts'

/** Every place in the folder of an exercise that says TODO, apart from the starter. */
export function unfinished(folder: string): Problem[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => file !== 'starter.ts')
    .sort()
    .flatMap((file) =>
      readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => {
          const what = /\bTODO\b:?\s*(.*?)(\s*\*\/|['"],?)?$/.exec(line)?.[1]
          return what === undefined ? [] : [{ file, text: `line ${index + 1} is to be filled in: ${what}` }]
        }),
    )
}
