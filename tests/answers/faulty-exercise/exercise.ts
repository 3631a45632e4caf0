/** An exercise whose property throws in the line below the word HERE. */
import type { View } from '../../../engine/actors/system.ts'
import type { Exercise } from '../../../engine/exercise.ts'

const exercise: Exercise = {
  id: 'faulty-exercise',
  kind: 'build',
  version: 1,
  file: 'answer.ts',
  configurations: [
    {
      id: 'one',
      driver: 'explore',
      statesMax: 1000,
      system: ({ definition, probe }) => ({
        nodes: [{ id: 'A', role: 'node', definition, probe }],
        roles: { node: { sends: {}, observe: () => null } },
        network: { duplicates: 0, drops: 0 },
        crashes: null,
        properties: [
          {
            id: 'kept',
            kind: 'always',
            violated(view: View) {
              // HERE
              return (view[0]!.seen as { first: null }).first
            },
          },
        ],
      }),
    },
  ],
}

export default exercise
