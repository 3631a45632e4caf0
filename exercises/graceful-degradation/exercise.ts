/**
 * graceful-degradation: the learner writes the front end of a shop, which answers every request by its deadline whatever its back ends
 * do, and sheds everything else before a checkout.
 */
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { endOf, explored, random, system } from './trials.ts'

const exercise: Exercise = {
  id: 'graceful-degradation',
  kind: 'build',
  version: 1,
  file: 'shop.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: 100_000,
      system: (answer: Answer) => system(trial, answer),
    })),
    ...Object.entries(random).map(([id, trial]) => ({
      id,
      driver: 'simulate' as const,
      runs: trial.runs,
      // The time ends a run: none comes near to so many steps.
      stepsMax: 10_000,
      milliseconds: endOf(trial),
      system: (answer: Answer) => system(trial, answer),
    })),
  ],
}

export default exercise
