/**
 * ap-register: the learner writes a register whose replicas answer every request by themselves, tell each other what they know, and come
 * to the same in the end. Nothing is looked at but what clients are told and what a read would be answered at any moment.
 */
import type { Exercise } from '../../engine/exercise.ts'
import { explored, large, system } from './trials.ts'

const exercise: Exercise = {
  id: 'ap-register',
  kind: 'build',
  version: 1,
  file: 'replica.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: trial.statesMax,
      system: (answer: Parameters<typeof system>[1]) => system(trial, answer),
    })),
    {
      id: 'large',
      driver: 'simulate',
      runs: 40,
      stepsMax: 700,
      settle: { within: 400 },
      system: (answer) => system(large, answer),
    },
  ],
}

export default exercise
