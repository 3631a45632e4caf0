/**
 * anti-entropy: the learner writes a replica of a cart that any of several replicas may change, and what replicas gossip and how they
 * merge it. Carts are observed through `observe` and what users are told, never through the answer's fields.
 */
import type { Answer, Configuration, Exercise } from '../../engine/exercise.ts'
import { busy, explored, system } from './trials.ts'

const exercise: Exercise = {
  id: 'anti-entropy',
  kind: 'build',
  version: 1,
  file: 'replica.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]): Configuration<Answer> => ({
      id,
      driver: 'explore',
      statesMax: trial.statesMax,
      system: (answer) => system(trial, answer),
    })),
    {
      id: 'busy',
      driver: 'simulate',
      runs: 40,
      stepsMax: 1_060,
      settle: { within: 900 },
      system: (answer) => system(busy, answer),
    },
  ],
}

export default exercise
