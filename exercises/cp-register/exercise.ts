/** cp-register: the learner writes a replica of a register that stays linearizable, and answers wherever a majority is connected. */
import type { Answer, Configuration, Exercise } from '../../engine/exercise.ts'
import { explored, random, system } from './trials.ts'

const exercise: Exercise = {
  id: 'cp-register',
  kind: 'build',
  version: 1,
  file: 'replica.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]): Configuration => ({
      id,
      driver: 'explore',
      statesMax: trial.statesMax,
      system: (answer) => system(trial, answer),
    })),
    ...Object.entries(random).map(([id, { runs, stepsMax, milliseconds, ...trial }]): Configuration => ({
      id,
      driver: 'simulate',
      runs,
      stepsMax,
      ...(milliseconds !== undefined && { milliseconds }),
      system: (answer: Answer) => system(trial, answer),
    })),
  ],
}

export default exercise
